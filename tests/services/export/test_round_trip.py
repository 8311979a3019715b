"""What is exported is imported again without a change."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest

from benchmarks.workbook import write_sheets
from config.source import Source
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, home, homes
from tests.services.export.conftest import AWKWARD, Export
from tests.services.workflows.imports.importing import import_file

FORMATS = ["csv", "json", "jsonl", "parquet"]


LETTERS = "abc ABC 012 ,;|\t\n\r\"'\\/{}[]<>&=+-–%$€.:_#ñ中🏠\u00a0\u2028\u200e\x0b\x7f\x85"


def anything(chance: random.Random, rows: int) -> list[dict[str, Any]]:
    """Homes with texts and JSON of any shape; what a cell cannot hold is settled by the first import."""

    def text() -> str:
        return "".join(chance.choices(LETTERS, k=chance.randrange(12)))

    def nested(depth: int = 0) -> Any:
        kind = chance.randrange(7 if depth < 3 else 5)
        if kind == 5:
            return [nested(depth + 1) for _ in range(chance.randrange(4))]
        if kind == 6:
            return {text(): nested(depth + 1) for _ in range(chance.randrange(4))}
        return (text(), None, chance.random() < 0.5, chance.randrange(-9, 10**20), chance.uniform(-1, 1e9))[
            kind
        ]

    return [
        home(
            number,
            **{name: text() for name in ("title", "description", "address", "neighborhood", "agent_name")},
            features={"x": nested(), text(): nested()},
            amenities=[text() for _ in range(chance.randrange(5))],
            image_urls=[f"https://acme.example/{chance.randrange(99)}.jpg?a=,&b=%20" for _ in range(3)],
            offers=[{"amount": chance.randrange(10**9) / 100, "note": nested()}],
            price=f"{chance.randrange(10**6, 10**14) / 100:.2f}",
            latitude=f"{chance.uniform(-90, 90):.8f}",
            total_area_m2=chance.choice([None, chance.randrange(10**7) / 100]),
        )
        for number in range(1, rows + 1)
    ]


async def import_back(
    catalogue: Catalogue, export: Export, form: str, folder: Path, *, day: float = 1, **options: Any
) -> SyncResult:
    path = folder / f"back.{form}"
    path.write_bytes(await export(form, **options))
    return await import_file(catalogue.database, path, mapping="own", source=catalogue.source.name, day=day)


async def content(catalogue: Catalogue) -> list[tuple[Any, ...]]:
    rows = await catalogue.superuser.fetch(
        "select property_manager.listing_image(l) as image, l.updated_at, l.last_updated_at"
        " from public.properties_live l order by property_id"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("form", FORMATS)
async def test_every_value_comes_back_as_it_was(
    form: str, awkward: Catalogue, export: Export, tmp_path: Path
) -> None:
    before = await content(awkward)

    result = await import_back(awkward, export, form, tmp_path)

    assert result.metrics.unchanged_properties == len(AWKWARD)
    assert await content(awkward) == before


async def test_a_raw_csv_comes_back_too(awkward: Catalogue, export: Export, tmp_path: Path) -> None:
    """A real apostrophe before a formula is not taken for one that the export put there."""
    before = await content(awkward)

    result = await import_back(awkward, export, "csv", tmp_path, raw=True)

    assert result.metrics.unchanged_properties == len(AWKWARD)
    assert await content(awkward) == before


async def test_a_csv_that_was_saved_as_a_workbook_comes_back(
    catalogue: Catalogue, export: Export, tmp_path: Path
) -> None:
    await catalogue.run([home(1, title="=1+1", address="'=1+1", agent_name="x;=A1", description="'quoted'")])
    before = await content(catalogue)
    cells = csv.reader(io.StringIO((await export("csv")).decode(), newline=""))
    write_sheets(tmp_path / "back.xlsx", {"Listings": cells})

    result = await import_file(
        catalogue.database, tmp_path / "back.xlsx", mapping="own", source=catalogue.source.name, day=1
    )

    assert result.metrics.unchanged_properties == 1
    assert await content(catalogue) == before


@pytest.mark.parametrize("form", FORMATS)
async def test_values_of_any_characters_and_any_nesting_come_back(
    form: str, catalogue: Catalogue, export: Export, tmp_path: Path
) -> None:
    await catalogue.run(anything(random.Random(7), rows=300))
    before = await content(catalogue)

    result = await import_back(catalogue, export, form, tmp_path)

    assert [row["change_reason"] for row in await catalogue.changes(result)] == []
    assert await content(catalogue) == before


@pytest.mark.parametrize("form", FORMATS)
async def test_also_where_blanks_mean_none(
    form: str, awkward: Catalogue, export: Export, tmp_path: Path
) -> None:
    """With blank = "clear" a null that did not come back as a null would be a change."""
    await awkward.register(blank="clear")

    result = await import_back(awkward, export, form, tmp_path)

    assert [tuple(row) for row in await awkward.changes(result)] == []


@pytest.mark.parametrize("form", FORMATS)
async def test_a_catalogue_elsewhere_becomes_the_same(
    form: str, awkward: Catalogue, export: Export, tmp_path: Path
) -> None:
    """Imported under another name, with other facts, into nothing: the very same listings."""
    path = tmp_path / f"moved.{form}"
    path.write_bytes(await export(form))
    moved = Source(name="moved", country="DE", decimal_mark=",", language="german")
    moved_catalogue = await Catalogue(awkward.database, awkward.superuser, moved).register()

    result = await import_file(awkward.database, path, mapping="own", source="moved", day=1)

    assert result.metrics.new_properties == len(AWKWARD)
    rows = await awkward.superuser.fetch(
        "select property_id, property_manager.listing_image(l) as image from public.properties_live l"
        " where source = $1 order by property_id", "acme",
    )  # fmt: skip
    images = await awkward.superuser.fetch(
        "select property_id, property_manager.listing_image(l) as image from public.properties_live l"
        " where source = $1 order by property_id", moved_catalogue.source.name,
    )  # fmt: skip
    assert [tuple(row) for row in images] == [tuple(row) for row in rows]


async def test_a_change_made_in_the_file_is_the_only_change(
    catalogue: Catalogue, export: Export, tmp_path: Path
) -> None:
    await catalogue.run(homes(3))
    path = tmp_path / "edited.csv"
    path.write_bytes((await export("csv")).replace(b"Casa 2 en venta", b'"Casa 2, rebajada"'))

    result = await import_file(catalogue.database, path, mapping="own", source="acme", day=1)

    assert [(row["property_id"], row["field_name"]) for row in await catalogue.changes(result)] == [
        ("A-2", "title")
    ]


@pytest.mark.parametrize("form", FORMATS)
async def test_listings_that_left_the_market_stay_away(
    form: str, catalogue: Catalogue, export: Export, tmp_path: Path
) -> None:
    await catalogue.run(homes(6))
    await catalogue.run([*homes(4), home(5, standard_status="Closed")], day=1)
    before = await catalogue.statuses()

    result = await import_back(catalogue, export, form, tmp_path, day=1.1)

    assert (before["A-5"], before["A-6"]) == ("removed", "inactive")
    assert [tuple(row) for row in await catalogue.changes(result)] == []
    assert await catalogue.statuses() == before
    assert result.metrics.total_scraped == 5, "the sold one says so itself, the missed one must not come back"
