"""The tables of docs/parsing.md say what is read."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from config.listing import BIT
from config.source import Source
from parsing.price import parse_price
from parsing.rows import CellReader
from parsing.staged import StagedRow
from parsing.vocabulary.units import IN_M2
from tests.parsing.test_corpus import FETCHED, Cell
from tests.tables import rows

PAGE: Final = Path(__file__).parents[2] / "docs" / "parsing.md"
FIELDS: Final = {"Areas": "lot_size_m2", "Days and moments": "listing_date", "Places": "gps_coordinates"}


def lines() -> list[tuple[str, ...]]:
    """(section, cell, field, country, promise) of every line that shows a cell."""
    found, section = [], ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        if not line.startswith("| `"):
            continue
        cell, *more, promise = (part.strip() for part in line.strip("|").split("|"))
        if section == "Prices":
            country, field = more[0], more[1] or "price"
        elif len(more) == 2:
            field, country = more
        else:
            field, country = FIELDS[section], more[0]
        found.append((cell.strip("`"), field, country, promise))
    return found


@rows(("text", "field", "country", "promise"), lines())
def test_a_line_holds(text: str, field: str, country: str, promise: str) -> None:
    if promise.startswith(("**doubt**", "**refused**")):
        kind = "doubtful" if promise.startswith("**doubt**") else "unparseable"
        assert kinds(text, field, country) == {kind}
        return
    got = Cell(text, country, field, "").read()
    if promise.startswith("no "):
        assert got in ("none", "?")  # a place that is none is no value either
        return
    promised = re.split(r" \(|, with ", promise)[0].replace(" … ", "..")
    assert got == promised


def kinds(text: str, field: str, country: str) -> set[str]:
    """The kinds of the issues of a cell, but for notes on a value."""
    row = _row(text, field, country)
    return {issue["kind"] for issue in row.issues} - {"derived", "blank"}


def _row(text: Any, field: str, country: str) -> StagedRow:
    offered = {"operation_type": field} if field in ("sale", "rent") else None
    name = "price" if field in ("sale", "rent") else field
    reader = CellReader(Source(name="docs", country=country or None), defaults=offered)
    raw = {"property_id": "1", "title": "A home", name: text}
    return reader.read(raw, url=None, page_number=None, fetched_at=FETCHED)


def test_the_price_keeps_the_words_that_stand_for_it() -> None:
    assert parse_price("Price on application", country="GB").note == "Price on application"


def test_a_price_ten_times_off_its_unit_price_is_doubtful() -> None:
    reader = CellReader(Source(name="docs", country="DE"))
    cells = {"price": 2_500_000, "price_per_m2": 2_500, "covered_area_m2": 100}
    row = reader.read(
        {"property_id": "1", "title": "t", **cells}, url=None, page_number=None, fetched_at=FETCHED
    )
    (doubt,) = row.issues
    assert (doubt["field"], doubt["kind"]) == ("price", "doubtful")
    assert doubt["readings"] == ["2500000", "250000"]
    assert row.values[BIT["price"]] is None


SIZES: Final = {
    "are": "100", "rai": "1600", "ngan": "400", "wah": "4", "dunam": "1000", "feddan": "4200.83",
    "ha": "10000", "mal_no": "1000", "tunnland_se": "4936.4", "nm_hu": "1",
}  # fmt: skip
IN_SQUARE_FEET: Final = {
    "sqyd": "9", "acre": "43560", "marla": "272.25", "kanal": "5445", "perch": "272.25", "rood": "10890",
    "aana_np": "342.25", "guntha": "1089",
    "cent": "435.6", "ropani": "5476", "katha_bd": "720", "bigha_bd": "14400", "katha_np": "3645",
    "bigha_np": "72900", "square": "100", "chatak_bd": "45", "dhur_np": "182.25",
}  # fmt: skip


def test_units_have_the_sizes_of_the_table() -> None:
    assert {unit: str(IN_M2[unit]) for unit in SIZES} == SIZES
    foot = Decimal("0.09290304")
    assert {unit: IN_M2[unit] / foot for unit in IN_SQUARE_FEET} == {
        unit: Decimal(size) for unit, size in IN_SQUARE_FEET.items()
    }
    assert (IN_M2["tsubo"] * 121).quantize(Decimal(1)) == 400
    assert (IN_M2["mu"] * 3).quantize(Decimal(1)) == 2000
    assert set(IN_M2) == {*SIZES, *IN_SQUARE_FEET, "sqft", "m2", "km2", "tsubo", "mu"}
