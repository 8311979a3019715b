"""Workbooks: the sheet is found or chosen, its header is found, cells keep their types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.workbook import write_sheets
from importers import ChoiceNeededError, DamagedFileError, ImportFileError, ReadLimits
from parsing.staged import Unreadable
from tests.importers.conftest import Account, account
from tests.importers.readers.books import book

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
    assert found.warnings == ["listings.xlsx: sheet 'Listings' is read; not read: 'Cover' (--sheet chooses)."]


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


def test_a_hidden_sheet_is_not_read_and_the_others_are_named(tmp_path: Path) -> None:
    """The first visible sheet with a table is read; a note says which, and which are not read or hidden."""
    sheets = {
        "Codes": [["code", "meaning"], ["A", "Active"]],
        "Read me": [["Our listings of this month, without any guarantee"]],
        "Listings": [HEAD, *ROWS],
        "Agents": [["agent", "phone"], ["Ana", "1"]],
        "Old": [["x"]],
    }
    states = {"Codes": "hidden", "Old": "veryHidden"}
    found = account(book(tmp_path, sheets, states=states))
    assert found.cells == CELLS
    assert found.warnings == [
        "listings.xlsx: sheet 'Listings' is read; not read: 'Read me', 'Agents'; hidden, not read: 'Codes', "
        "'Old' (--sheet chooses)."
    ]
    assert account(book(tmp_path, sheets, states=states), sheet="codes").cells[0]["meaning"] == "Active"


def test_a_sheet_is_read_where_all_are_hidden(tmp_path: Path) -> None:
    """A workbook of hidden sheets is read all the same, and the note says that the sheet is hidden."""
    found = account(book(tmp_path, {"A": [HEAD, *ROWS], "B": [["x"]]}, states={"A": "hidden", "B": "hidden"}))
    assert found.cells == CELLS
    assert "sheet 'A' is read, which is hidden; hidden, not read: 'B'" in found.warnings[0]


def test_errors_and_formulas_without_a_value_are_unreadable_not_blank(tmp_path: Path) -> None:
    """Such cells keep their text and say why; a formula whose value is an empty text is a blank cell."""
    rows = [["a", "=B1*2", 1], ["b", "#N/A", 2], ["c", "", "#REF!"], ["d", 4, '=""']]
    found = account(book(tmp_path, {"S": [["id", "price", "n"], *rows]}))
    cells = [list(record.cells.values()) for record in found.records]
    assert [row[:2] for row in cells] == [
        ["a", Unreadable("=B1*2", "is a formula without a value")],
        ["b", Unreadable("#N/A", "is an error of the spreadsheet, not a value")],
        ["c", None],
        ["d", 4],
    ]
    assert [row[2] for row in cells] == [
        1,
        2,
        Unreadable("#REF!", "is an error of the spreadsheet, not a value"),
        None,
    ]
    assert found.warnings == [
        "Formulas have no value: 'price' in 1 row. "
        "Open the workbook in a spreadsheet program and save it again."
    ]


def test_cells_merged_over_rows_are_read_in_each_row(tmp_path: Path) -> None:
    """What several rows share is read in all of them and told; a row that is one merged cell is a heading."""
    rows = [
        ["id", "city", "price"],
        ["Flats", None, None],
        ["a", "Lyon", 1],
        ["b", None, 2],
        ["c", None, 3],
        ["d", None, 4],
    ]
    found = account(book(tmp_path, {"S": rows}, merged=["A2:C2", "B3:B5"]))
    assert [tuple(cells.values()) for cells in found.cells] == [
        ("a", "Lyon", 1),
        ("b", "Lyon", 2),
        ("c", "Lyon", 3),
        ("d", None, 4),
    ]
    assert found.why_skipped == [(2, "heading", 1)]
    assert found.warnings == ["Merged cells are read in each row that they cover: 'city' in 2 rows."]


def test_a_number_is_read_as_its_zeros_are_shown(tmp_path: Path) -> None:
    """A format of zeros is how a spreadsheet shows 2139 as 02139: the zeros are part of the code."""
    rows = [["id", "zip", "long"], ["a", 2139, 21391234], ["b", 90210, 902101234]]
    path = book(tmp_path, {"S": rows}, formats={"B": "00000", "C": "00000\\-0000"})
    assert [tuple(cells.values()) for cells in account(path).cells] == [
        ("a", "02139", "02139-1234"),
        ("b", "90210", "90210-1234"),
    ]


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    """A filter or a hidden column changes what is shown, not what the sheet has."""
    path = book(tmp_path, {"S": [HEAD, *ROWS]}, hidden_rows=[3], hidden_column=2, filtered=True)
    found = account(path)
    assert found.cells == CELLS
    assert found.warnings == [
        "A filter hides 1 row, read like the others.",
        "Hidden columns are read like the others: 'title'.",
    ]


def test_totals_are_no_listings(tmp_path: Path) -> None:
    """Rows that add up others are skipped, in their place and at the end, in any language that is known."""
    rows = [
        HEAD,
        ROWS[0],
        ["Zwischensumme", None, 7],
        ["Lyon Total", None, 1],
        ROWS[1],
        ["Grand Total", None, 9],
    ]
    found = account(book(tmp_path, {"S": rows}))
    assert found.cells == CELLS
    assert found.why_skipped == [(3, "total", 2), (6, "total", 1)]


def test_a_header_in_two_lines_is_joined(tmp_path: Path) -> None:
    """The second line names the columns; a repeated name and a unit follow the name above them."""
    rows = [
        ["id", "Sale", None, "Rent", None, "Size"],
        [None, "price", "since", "price", "since", "m²"],
        ["a", 1, 2024, 3, 2025, 50],
        ["b", 2, 2024, 4, 2025, 60],
    ]
    merged = ["A1:A2", "B1:C1", "D1:E1"]
    found = account(book(tmp_path, {"S": rows}, merged=merged))
    assert found.columns == ["id", "Sale price", "Sale since", "Rent price", "Rent since", "Size (m²)"]
    assert [record.line for record in found.records] == [3, 4]
    units = [
        ["id", "title", "size", "price"],
        [None, None, "sq ft", "EUR"],
        ["a", "x", 9, 8],
        ["b", "y", 9, 8],
    ]
    assert account(book(tmp_path, {"S": units})).columns == ["id", "title", "size (sq ft)", "price (EUR)"]


def test_another_table_on_the_sheet_is_left_out_and_told(tmp_path: Path) -> None:
    """A second table, below a blank row or beside a blank column, does not become listings."""
    below = [HEAD, *ROWS, [], ["Agent", "Phone", "Since"], ["Ana Ruiz", "555-1", 2010]]
    found = account(book(tmp_path, {"S": below}))
    assert found.cells == CELLS
    assert found.why_skipped == [(4, "blank", 1), (5, "another table", 2)]
    assert found.warnings == [
        "Another table begins on row 5 ('Agent', 'Phone', 'Since'); it is not read: "
        "move it to a sheet of its own."
    ]
    beside = [
        ["id", "price", None, "code"],
        ["a", 1, None, "x"],
        [None, None, None, "y"],
        [None, None, None, "z"],
    ]
    found = account(book(tmp_path, {"S": beside}))
    assert [cells["id"] for cells in found.cells] == ["a"]
    assert found.why_skipped == [(3, "another table", 2)]


def test_a_listing_after_a_blank_row_is_no_other_table(tmp_path: Path) -> None:
    """A row of words is a header only if the next rows have nothing beside what it names."""
    rows = [HEAD, *ROWS, [], ["x", "House", "on request", None], ["y", "Flat", 7, True]]
    assert [cells["id"] for cells in account(book(tmp_path, {"S": rows})).cells] == ["a1", "a2", "x", "y"]


def test_a_whole_number_beyond_what_a_sheet_can_hold_stays_a_float(tmp_path: Path) -> None:
    """An id of 17 digits has lost some: a float is refused as an id, a whole number would be taken."""
    found = read(tmp_path, {"S": [["id", "price"], [12345678901234567, 5]]})
    assert isinstance(found.cells[0]["id"], float)
    assert found.cells[0]["price"] == 5
