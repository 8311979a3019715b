"""Workbooks: the sheet is found or chosen, its header is found, cells keep their types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.workbook import write_sheets
from importers import ChoiceNeededError, DamagedFileError, ImportFileError, ReadLimits
from tests.importers.conftest import Account, account

HEAD = ["id", "title", "price", "new"]
ROWS = [["a1", "Hus på Østerbro", 1200.5, True], ["a2", "Flat & garden <1>", 900, None]]
CELLS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]


def read(tmp_path: Path, sheets: dict[str, list[list[Any]]], **options: Any) -> Account:
    path = tmp_path / "listings.xlsx"
    write_sheets(path, sheets)
    return account(path, **options)


def test_the_first_sheet_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, {"Listings": [HEAD, *ROWS]})
    assert found.dialect == {"sheet": "Listings", "header_line": 1}
    assert (found.columns, found.cells) == (HEAD, CELLS)
    assert [record.line for record in found.records] == [2, 3]
    assert not found.warnings


def test_an_empty_first_sheet_is_skipped_with_a_warning(tmp_path: Path) -> None:
    found = read(tmp_path, {"Cover": [], "Listings": [HEAD, *ROWS]})
    assert found.cells == CELLS
    assert found.warnings == ["listings.xlsx has 2 sheets: 'Listings' is read."]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    sheets = {"One": [["id"], ["x"]], "Two": [["id"], ["y"]]}
    assert read(tmp_path, sheets, sheet="Two").cells == [{"id": "y"}]
    with pytest.raises(ChoiceNeededError, match="has no sheet 'Three'; it has One, Two"):
        read(tmp_path, sheets, sheet="Three")


def test_the_header_is_found_below_a_title(tmp_path: Path) -> None:
    title = ["All our listings", None, None, None]
    note = ["Prices are given without any guarantee", None, None, None]
    found = read(tmp_path, {"S": [title, [None] * 4, HEAD, ROWS[0], [None] * 4, HEAD, ROWS[1], note]})
    assert found.cells == CELLS
    assert found.why_skipped == [
        (1, "preamble", 1),
        (2, "blank", 1),
        (5, "blank", 1),
        (6, "repeated header", 1),
        (8, "disclaimer", 1),
    ]


def test_a_table_need_not_begin_in_the_first_cell(tmp_path: Path) -> None:
    found = read(tmp_path, {"S": [[], [None, "id", "price"], [None, "a", 7]]})
    assert [(record.line, record.cells) for record in found.records] == [(3, {"id": "a", "price": 7})]
    assert isinstance(found.cells[0]["price"], int)


def test_rows_to_skip_may_be_stated(tmp_path: Path) -> None:
    found = read(tmp_path, {"S": [["a", "b", "c", "d"], HEAD, *ROWS]}, skip_rows=1)
    assert found.cells == CELLS


def test_an_empty_workbook_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, {"S": []}).records == []
    assert read(tmp_path, {"S": [HEAD]}).columns == HEAD


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "listings.xlsx"
    write_sheets(path, {"S": [HEAD, *ROWS * 50]})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DamagedFileError, match="probably cut"):
        account(path)


def test_a_workbook_with_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "listings.xlsx"
    write_sheets(path, {"S": [HEAD, *ROWS * 500]})
    content = bytearray(path.read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + 200
    content[at : at + 300] = b"\xff" * 300
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedFileError, match=r"listings\.xlsx cannot be read as a workbook"):
        account(path)


def test_a_fake_xls_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "listings.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    with pytest.raises(DamagedFileError, match="cannot be read as a workbook"):
        account(path)


def test_a_workbook_too_large_for_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="held in memory"):
        read(tmp_path, {"S": [HEAD, *ROWS]}, limits=ReadLimits(workbook=500))
