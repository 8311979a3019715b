"""Files of a county: without a header, at fixed places, cut, and in a zip."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from config.county.layout import parse_county
from config.errors import UsageError
from importers.layers import LayerRows, open_layer
from importers.record import Record
from tests.importers.layers.conftest import Reaching

PLACES = [
    {"name": "PARCEL", "start": 1, "width": 15},
    {"name": "OWNER", "start": 16, "width": 10},
    {"name": "TAXES", "start": 26, "width": 8},
]


async def read(path: Path, kind: str, options: dict[str, Any]) -> tuple[list[Record], LayerRows]:
    layer = {
        "type": kind,
        "path": path.name,
        "options": options,
        "kinds": {"properties": {"parcel_id": "PARCEL"}},
    }
    county = {"name": "sample-fl", "state": "FL", "county_fips": "12095", "layers": {"file": layer}}
    described = parse_county(county, folder=path.parent)
    async with open_layer(described.layers[0], Reaching()) as rows:
        return [record async for record in rows], rows


async def test_a_delimited_file_without_a_header_has_the_names_that_are_stated(tmp_path: Path) -> None:
    path = tmp_path / "delinquent.txt"
    path.write_text(
        '2023,0104567,"292820000000001","DOE, JANE",1834.50\n2023,0104568,"292820000000002",ROE,0\n'
    )
    names = ["YEAR", "NUMBER", "PARCEL", "OWNER", "TAXES"]
    records, rows = await read(path, "delimited", {"header": names, "delimiter": ","})
    assert (rows.incomplete, rows.format, rows.columns) == (None, "delimited", names)
    assert [list(record.cells.values()) for record in records] == [
        ["2023", "0104567", "292820000000001", "DOE, JANE", "1834.50"],
        ["2023", "0104568", "292820000000002", "ROE", "0"],
    ]


WHOLE = b"292820000000001DOE JANE  00183450\r\n292820000000002ROE\xd1A     00000000\r\n"


@pytest.mark.parametrize("packed", [False, True])
async def test_a_fixed_width_file_is_cut_at_its_places(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "roll.txt"
    path.write_bytes(WHOLE)
    if packed:
        path = tmp_path / "roll.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("roll.txt", WHOLE)
    records, rows = await read(path, "fixed_width", {"columns": PLACES})
    assert (rows.incomplete, rows.warnings, rows.format) == (None, [], "fixed_width")
    assert [list(record.cells.values()) for record in records] == [
        ["292820000000001", "DOE JANE", "00183450"],
        ["292820000000002", "ROEÑA", "00000000"],
    ]
    assert [record.problem for record in records] == [None, None]


async def test_lines_that_do_not_fit_a_layout_are_named(tmp_path: Path) -> None:
    path = tmp_path / "roll.txt"
    good = b"292820000000001DOE JANE  00183450\n"
    path.write_bytes(good * 20 + b"292820000000002DOE J 00183450\n" + good + b"\n" + good[:20])
    records, rows = await read(path, "fixed_width", {"columns": PLACES})
    assert [record.problem for record in records if record.problem] == [
        "roll.txt, line 21: 29 characters where every line has 33",
        "roll.txt, line 24: the file ends in the middle of a row",
    ]
    assert rows.incomplete == "roll.txt, line 24: the file ends in the middle of a row"
    assert records[-1].raw == good[:20]
    assert rows.skipped[0].why == "blank"


async def test_lines_trimmed_by_a_program_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "roll.txt"
    path.write_bytes(b"292820000000001DOE JANE  00183450\n292820000000002ROE\n292820000000003\n")
    records, rows = await read(path, "fixed_width", {"columns": PLACES})
    assert [record.problem for record in records] == [None] * 3
    assert records[2].cells == {"PARCEL": "292820000000003", "OWNER": "", "TAXES": ""}
    assert rows.warnings == ["2 lines end before the layout does: their last columns are taken as blank."]


async def test_a_layout_beside_the_county_file_places_the_columns(tmp_path: Path) -> None:
    (tmp_path / "roll.txt").write_bytes(WHOLE)
    layout = tmp_path / "layout.csv"
    layout.write_text("name,start,width,meaning\nPARCEL,1,15,id\nTAXES,26,8,cents\n")
    records, _ = await read(tmp_path / "roll.txt", "fixed_width", {"layout": "layout.csv"})
    assert records[0].cells == {"PARCEL": "292820000000001", "TAXES": "00183450"}
    layout.write_text("name,start,width\nPARCEL,1,15\nTAXES,twenty,8\n")
    with pytest.raises(UsageError, match=r"layout\.csv, line 3: TAXES needs a start and a width"):
        await read(tmp_path / "roll.txt", "fixed_width", {"layout": "layout.csv"})
