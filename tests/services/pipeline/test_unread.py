"""Cells that could not be read: counted, shown with examples, and held where they are most of a field."""

from __future__ import annotations

import pytest

from services.reports.plans import show_plan
from services.reports.quality import DataQualityService
from services.reports.sessions import session_details
from tests.catalogue import Catalogue, Row, home, homes
from tests.services.pipeline.test_guard import changed, codes

TEXT = "ab Mitte sechzehn"


def sentences(catalogue: Catalogue, rows: int, of: int, field: str = "bedrooms") -> str:
    return f"{field}: cannot be read in {rows} of {of} rows: "


async def test_a_few_unread_cells_are_reported_with_examples(catalogue: Catalogue) -> None:
    result = await catalogue.run(changed(homes(10), 2, bedrooms=TEXT))

    (field,) = result.unread
    assert result.status == "applied"
    assert (field.field, field.unreadable, field.doubtful) == ("bedrooms", 2, 0)
    assert [example.text for example in field.examples] == [TEXT, TEXT]
    assert result.warnings == (field.sentence,)
    assert field.sentence == (
        f'bedrooms: cannot be read in 2 of 10 rows: "{TEXT}" (https://acme.example/A-1), '
        f'"{TEXT}" (https://acme.example/A-2)'
    )


async def test_every_report_has_the_same_unread_fields(catalogue: Catalogue) -> None:
    result = await catalogue.run(changed(homes(10), 2, bedrooms=TEXT, bathrooms="?!"), dry_run=True)
    database, session = catalogue.database, result.session_id
    assert result.plan_id is not None

    assert {field.field for field in result.unread} == {"bedrooms", "bathrooms"}
    assert (await session_details(database, session)).unread == result.unread
    assert (await show_plan(database, result.plan_id)).unread == result.unread
    report = await DataQualityService(database).generate_quality_report(session)
    assert report.unread == result.unread


async def test_quality_counts_fields_never_filled_and_unread_ones_apart(catalogue: Catalogue) -> None:
    result = await catalogue.run(homes(3, bedrooms=TEXT, neighborhood=""), dry_run=True)

    report = await DataQualityService(catalogue.database).generate_quality_report(result.session_id)

    assert "neighborhood" in report.never_filled
    assert "bedrooms" not in report.never_filled
    assert [field.field for field in report.unread] == ["bedrooms"]


@pytest.mark.parametrize(("rows", "bad"), [(9, 5), (60, 31)])
async def test_a_field_that_is_mostly_unreadable_is_held(catalogue: Catalogue, rows: int, bad: int) -> None:
    """In a first session too: most of its cells, and at least five."""
    fine = await catalogue.run(changed(homes(rows), bad - 1, bedrooms=TEXT), dry_run=True)
    held = await catalogue.run(changed(homes(rows), bad, bedrooms=TEXT), dry_run=True)

    assert fine.status == "planned"
    assert codes(held) == {"cells_unread"}
    assert held.reasons[0].sentence.startswith(sentences(catalogue, bad, rows))
    assert held.warnings == (), "what holds the plan is not said twice"


async def test_rows_without_a_cell_do_not_make_a_field_readable(catalogue: Catalogue) -> None:
    rows: list[Row] = [*homes(6, bedrooms=TEXT), *[home(n, bedrooms="") for n in range(7, 60)]]

    assert codes(await catalogue.run(rows)) == {"cells_unread"}


async def test_what_was_approved_is_only_reported_afterwards(catalogue: Catalogue) -> None:
    rows = homes(10, bedrooms=TEXT)
    await catalogue.approve(await catalogue.run(rows))

    again = await catalogue.run([*rows, home(11)], day=1)

    assert again.status == "applied", again.reasons
    assert again.warnings[0].startswith(sentences(catalogue, 10, 11))


async def test_an_unreadable_field_is_not_called_gone(catalogue: Catalogue) -> None:
    await catalogue.run(homes(60))

    held = await catalogue.run(homes(60, bedrooms=TEXT), day=1)

    assert codes(held) == {"cells_unread"}


@pytest.mark.parametrize(
    ("value", "why"),
    [("", "its cells are blank"), (TEXT, f'its cells cannot be read, such as "{TEXT}"')],
)
async def test_a_vanishing_value_says_what_its_cells_are(catalogue: Catalogue, value: str, why: str) -> None:
    base = homes(100)
    await catalogue.run(base)

    held = await catalogue.run(changed(base, 30, bedrooms=value), day=1)

    assert [reason.sentence for reason in held.reasons] == [
        f"bedrooms would lose its value in 30 of 100 known rows: {why}; "
        "check the page or the file, then approve the plan"
    ]
