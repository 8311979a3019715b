"""Imports of files that change from day to day match an independent oracle."""

from __future__ import annotations

import csv
import io
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from database.direct import DirectDatabase
from importers.mapping.load import SHIPPED
from services.pipeline import SyncResult
from services.workflows.rules import set_rule
from tests.servers import SOAK
from tests.services.workflows.imports.files import VOLATILE, File, make
from tests.services.workflows.imports.importing import import_file
from tests.services.workflows.imports.mutator import mutate
from tests.services.workflows.imports.oracle import Expected, Oracle

SEEDS = int(os.environ.get("PROPERTY_MANAGER_SEEDS", "204" if SOAK else "51"))
BATCH = 17
KINDS = ("redfin", "homeharvest", "scrape")
FIELDS = {"lot": "lot_size_m2", "parking": "parking_spaces", "area": "covered_area_m2"}

SCRAPE: dict[str, Any] = {
    "name": "scrape",
    "id": "property_link",
    "defaults": {"currency": "CAD", "operation_type": "sale"},
    "fields": {
        "address": "address",
        "postal_code": "zip_code",
        "price": "price",
        "bedrooms": "bed",
        "bathrooms": "bath",
        "covered_area_m2": {"from": "sqr_footage", "unit": "sqft"},
    },
}


def mapping_of(kind: str, folder: Path, *, volatile: bool) -> Path:
    """The shipped mapping, or that of the scrape; every other seed has a volatile field."""
    shipped = {"redfin": "redfin", "homeharvest": "realtor"}
    given = SCRAPE
    if kind in shipped:
        given = tomllib.loads((SHIPPED / f"{shipped[kind]}.toml").read_text(encoding="utf-8"))
    if volatile:
        given = {**given, "volatile": [FIELDS[VOLATILE[kind]]]}
    path = folder / f"{kind}-{volatile}.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    return path


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
async def test_imports_match_the_oracle(first: int, database: DirectDatabase, tmp_path: Path) -> None:
    """A batch of seeds in one database, each a source of its own.

    What a price is held against, `price_is_likely`, has tests of its own: the oracle knows no market.
    """
    await set_rule(database, "price_is_likely", active=False, actor="ana")
    wrong = []
    for seed in range(first, min(first + BATCH, SEEDS)):
        chance = Random(seed)
        file = make(KINDS[seed % 3], chance, chance.randrange(90, 130))
        wrong += await follow(database, tmp_path, f"seed-{seed}", file, chance, volatile=seed % 2 == 1)
    assert not wrong, "\n".join(wrong)


REAL = os.environ.get("PROPERTY_MANAGER_REAL_FILES")
REAL_FILES = {
    "redfin": "redfin_export.csv",
    "homeharvest": "homeharvest_export.csv",
    "scrape": "vancouver_scrape.csv",
}


@pytest.mark.skipif(REAL is None, reason="set PROPERTY_MANAGER_REAL_FILES to a folder of real exports")
@pytest.mark.parametrize("kind", KINDS)
async def test_imports_of_real_files_match_the_oracle(
    kind: str, database: DirectDatabase, tmp_path: Path
) -> None:
    file, wrong = real_file(kind, Path(REAL or "") / REAL_FILES[kind]), []
    for seed in range(int(os.environ.get("PROPERTY_MANAGER_REAL_SEEDS", "10"))):
        wrong += await follow(
            database, tmp_path, f"real-{seed}", file, Random(seed), volatile=seed % 2 == 1, imports=5
        )
    assert not wrong, "\n".join(wrong)


def real_file(kind: str, path: Path) -> File:
    """A real file as lines to change; a line with nothing but its first cell is a disclaimer."""
    lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    listings = [line for line in lines if any(list(line.values())[1:])]
    disclaimer = [next(iter(line.values())) for line in lines if not any(list(line.values())[1:])]
    return File(kind, tuple(listings[0]), tuple(listings), "".join(disclaimer))


async def follow(
    database: DirectDatabase,
    folder: Path,
    source: str,
    file: File,
    chance: Random,
    *,
    volatile: bool,
    imports: int = 3,
) -> list[str]:
    """Import a file and what becomes of it, and say where the oracle disagrees."""
    oracle = Oracle(file.kind, [VOLATILE[file.kind]] if volatile else [])
    mapping = str(mapping_of(file.kind, folder, volatile=volatile))
    path, day, complete = folder / "listings.csv", 0.0, True
    for number in range(imports):
        path.write_text(file.text, encoding="utf-8")
        expected = oracle.expect(file.text, day=day, complete=complete)
        result = await import_file(database, path, mapping=mapping, source=source, day=day, complete=complete)
        live = await listings(database, source)
        if result.status == "applied":
            prices = {id: price for id, (_, price) in live.items()}
            oracle.applied(file.text, expected, prices, complete=complete)
        wrong = list(disagreements(expected, result))
        if {id: status for id, (status, _) in live.items()} != oracle.standing():
            wrong.append("listings stand otherwise")
        if wrong:
            output = f"{source} ({file.kind}), import {number}{'' if complete else ', partial'}"
            return [f"{output}: {each}" for each in wrong]
        file, day = mutate(chance, file), day + chance.choice((0.1, 0.4, 0.6, 1, 2))
        complete = chance.random() < 0.8
    return []


async def listings(database: DirectDatabase, source: str) -> dict[str, tuple[str, str | None]]:
    """Status and price of each listing."""
    async with database.connection() as conn:
        rows = await conn.fetch(
            "select property_id, status, price::text from public.properties_live where source = $1", source
        )
    return {row["property_id"]: (row["status"], row["price"]) for row in rows}


def disagreements(expected: Expected, result: SyncResult) -> Iterator[str]:
    found, counts = result.metrics, expected.counts
    figures = {
        "total": found.total_scraped,
        "new": found.new_properties,
        "reactivated": found.reactivated_properties,
        "quarantined": found.quarantined_properties,
        "superseded": found.superseded_rows,
        "missing": found.missing_properties,
        "removed": found.removed_properties,
        "same or updated": found.unchanged_properties + found.updated_properties,
    }
    counts["same or updated"] = counts["unchanged"] + counts["updated"]
    for name, figure in figures.items():
        if figure != counts[name]:
            yield f"{figure} {name}, must be {counts[name]}"
    if not 0 <= found.updated_properties - counts["updated"] <= expected.undecided:
        yield f"{found.updated_properties} updated, must be {counts['updated']} (+ {expected.undecided})"
    reasons = {reason.code for reason in result.reasons}
    if reasons != expected.reasons and not expected.unsure:
        yield f"refused for {sorted(reasons)}, must be {sorted(expected.reasons)}"
    if (result.status == "applied") == bool(reasons):
        yield f"{result.status} in spite of {sorted(reasons)}"
