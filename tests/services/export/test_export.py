"""Which listings are exported: of a source, of a status, as they stood at a moment."""

from __future__ import annotations

import json
from typing import Any

from config.source import Source
from tests.catalogue import Catalogue, at, home, homes
from tests.services.export.conftest import Export


async def rows(export: Export, **options: Any) -> dict[str, dict[str, Any]]:
    lines = (await export("jsonl", **options)).decode().splitlines()
    return {row["property_id"]: row for row in map(json.loads, lines)}


async def test_one_source_or_all(catalogue: Catalogue, export: Export) -> None:
    await catalogue.run(homes(2))
    other = await Catalogue(catalogue.database, catalogue.superuser, Source(name="other")).register()
    await other.run([home(3)])

    assert {id: row["source"] for id, row in (await rows(export)).items()} == {
        "A-1": "acme", "A-2": "acme", "A-3": "other"
    }  # fmt: skip
    assert set(await rows(export, source="other")) == {"A-3"}


async def test_one_status(catalogue: Catalogue, export: Export) -> None:
    await catalogue.run(homes(5))
    await catalogue.run([*homes(3), home(4, standard_status="Closed")], day=1)

    assert set(await rows(export, status="active")) == {"A-1", "A-2", "A-3"}
    assert set(await rows(export, status="inactive")) == {"A-5"}
    assert set(await rows(export, status="removed")) == {"A-4"}


async def test_when_it_was_first_and_last_seen(catalogue: Catalogue, export: Export) -> None:
    await catalogue.run(homes(2))
    await catalogue.run(homes(1), day=1)

    found = await rows(export)
    assert {row["first_seen_at"] for row in found.values()} == {at(0).isoformat()}
    assert found["A-1"]["last_seen_at"] == at(1).isoformat()
    assert found["A-2"]["last_seen_at"] == at(0).isoformat()


async def test_every_moment_shows_what_live_showed_then(catalogue: Catalogue, export: Export) -> None:
    """Live, exported after every day and as of that day at the end; null where the audit has no value."""
    days = [
        homes(5),
        [home(1, price=900_000, features={"pool": None}), home(2), home(3), home(4)],
        [home(1), home(2, title="Otra casa"), home(3, standard_status="Closed"), home(4), home(6)],
        [home(1), home(2), home(3), home(4), home(5), home(6)],
    ]  # fmt: skip
    shown = []
    for day, found in enumerate(days):
        await catalogue.run(found, day=day)
        shown.append(await rows(export))

    untold = {"page_number": None, "scraped_at": None, "last_seen_at": None, "address_normalized": None}
    for day, then in enumerate(shown):
        expected = {id: row | untold for id, row in then.items()}
        assert {id: row | untold for id, row in (await rows(export, at=at(day + 0.5))).items()} == expected
        assert set(await rows(export, at=at(day + 0.5), status="active")) == {
            id for id, row in then.items() if row["status"] == "active"
        }
    assert shown[1] != shown[2] != shown[3]


async def test_a_change_set_counts_from_its_own_moment(catalogue: Catalogue, export: Export) -> None:
    await catalogue.run(homes(1), day=1)

    assert await rows(export, at=at(0.99)) == {}
    assert set(await rows(export, at=at(1))) == {"A-1"}


async def test_an_export_is_one_snapshot_however_many_batches(catalogue: Catalogue, export: Export) -> None:
    await catalogue.run(homes(2_500))
    assert len(await rows(export)) == 2_500
