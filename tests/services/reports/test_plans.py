"""A saved plan read row by row."""

from __future__ import annotations

import pytest

from services.reports import plans
from services.reports.plans import plan_rows
from tests.catalogue import Catalogue, home, homes


async def test_a_plan_is_read_in_pages_with_the_most_drastic_first(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "_PAGE", 2)
    await catalogue.run(homes(20))
    shown = [
        *(home(number, standard_status="Closed") for number in (1, 2, 3)),
        *(home(number, price=2_000_000) for number in (4, 5)),
        *(home(number) for number in range(6, 18)),
        *(home(number) for number in (30, 31, 32)),
    ]

    planned = await catalogue.run(shown, day=1, dry_run=True)

    assert planned.plan_id is not None
    rows = [row async for row in plan_rows(catalogue.database, planned.plan_id)]
    assert [(row.action, row.property_id) for row in rows] == [
        *(("remove", f"A-{number}") for number in (1, 2, 3)),
        *(("deactivate", f"A-{number}") for number in (18, 19, 20)),
        *(("update", f"A-{number}") for number in (4, 5)),
        *(("create", f"A-{number}") for number in (30, 31, 32)),
    ]
    assert [row.title for row in rows[-2:]] == ["Casa 31 en venta", "Casa 32 en venta"]
    later = [
        row.property_id async for row in plan_rows(catalogue.database, planned.plan_id, after="A-19", limit=3)
    ]
    assert later == ["A-20", "A-4", "A-5"]
