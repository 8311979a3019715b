"""Finds the errors in a sheet of an ODS, XLSB or XLS, which the reader of workbooks gives as blanks or as 0.

`sheet_xml` does so for XLSX, where there is more to find.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from parsing.staged import Unreadable
from parsing.vocabulary.blank import IS_ERROR

Marks = Iterator[tuple[int, dict[int, Any]]]
"""Rows that have such cells: the position of each, and the cells by their columns, from 0."""

_UNUSUAL: Final = (
    *(expat.ExpatError, zipfile.BadZipFile, struct.error),
    *(KeyError, IndexError, ValueError),
)
"""What parsers raise of a file that is built otherwise than its format says."""
_CHUNK: Final = 1 << 18
_TEXTS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
_ROW, _ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156
"""Kinds of records of an XLSB."""
_MOST_REPEATED: Final = 10_000


def error_marks(path: Path, sheet: str, warn: Callable[[str], None]) -> Marks:
    """Yield the rows of a sheet that have errors.

    A workbook that is built unusually is warned of: from there on its errors are read as blanks or as 0.
    """
    try:
        if not zipfile.is_zipfile(path):
            yield from _of_xls(path, sheet)
            return
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                yield from _of_ods(archive, sheet)
            elif "xl/workbook.bin" in names:
                yield from _of_xlsb(archive, sheet)
    except _UNUSUAL as error:
        warn(
            f'Errors such as #N/A on sheet "{sheet}" may be read as blanks or as 0, as the workbook is built '
            f"unusually ({type(error).__name__}): save it as XLSX"
        )


def _unreadable(code: int) -> Unreadable:
    return Unreadable(_TEXTS.get(code, "#N/A"), IS_ERROR)


def _of_xls(path: Path, sheet: str) -> Marks:
    import xlrd  # noqa: PLC0415  # for old workbooks alone

    try:
        with xlrd.open_workbook(str(path), on_demand=True) as book:
            page = book.sheet_by_name(sheet)
            for at in range(page.nrows):
                kinds = page.row_types(at)
                if xlrd.XL_CELL_ERROR in kinds:
                    row = page.row_values(at)
                    yield (
                        at,
                        {
                            column: _unreadable(row[column])
                            for column, kind in enumerate(kinds)
                            if kind == xlrd.XL_CELL_ERROR
                        },
                    )
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, AssertionError) as error:
        raise ValueError(str(error)) from error


# XLSB: records of a kind, a length and a body


def _records(stream: Any) -> Iterator[tuple[int, bytes]]:
    data = stream.read()
    at = 0
    while at < len(data):
        kind, at = _varied(data, at, 2)
        length, at = _varied(data, at, 4)
        yield kind, data[at : at + length]
        at += length


def _varied(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends; the two bytes of a kind are read the same way."""
    value = 0
    for place in range(most):
        byte = data[at + place] if at + place < len(data) else 0
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return value, at + place + 1
    return value, at + most


def _of_xlsb(archive: zipfile.ZipFile, sheet: str) -> Marks:
    with archive.open(_part_of_xlsb(archive, sheet)) as stream:
        at, found = 0, dict[int, Any]()
        for kind, body in _records(stream):
            if kind == _ROW:
                if found:
                    yield at, found
                at, found = struct.unpack_from("<I", body)[0], {}
            elif kind in (_ERROR, _FORMULA_ERROR):
                found[struct.unpack_from("<I", body)[0]] = _unreadable(body[8])
        if found:
            yield at, found


def _part_of_xlsb(archive: zipfile.ZipFile, sheet: str) -> str:
    with archive.open("xl/workbook.bin") as stream:
        for kind, body in _records(stream):
            if kind != _SHEET:
                continue
            link, end = _text(body, 8)
            name, _ = _text(body, end)
            if name == sheet:
                return _target(archive.read("xl/_rels/workbook.bin.rels"), link)
    raise KeyError(sheet)


def _text(body: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _target(rels: bytes, link: str) -> str:
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(rels, True)
    target = targets[link]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


# ODS: cells and rows that stand for several


def _of_ods(archive: zipfile.ZipFile, sheet: str) -> Marks:
    reader = _OdsReader(sheet)
    with archive.open("content.xml") as stream:
        while chunk := stream.read(_CHUNK):
            reader.parser.Parse(chunk, False)
            found, reader.rows = reader.rows, []
            yield from found


class _OdsReader:
    """The errors of one table as its XML goes by; prefixes are those that every program writes."""

    def __init__(self, sheet: str) -> None:
        self.rows: list[tuple[int, dict[int, Any]]] = []
        self._sheet, self._inside = sheet, False
        self._row = self._column = 0
        self._found: dict[int, Any] = {}
        self._text: list[str] | None = None
        self._repeated = self._rows = 1
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._inside, self._row = attributes.get("table:name") == self._sheet, 0
        elif not self._inside:
            return
        elif name == "table:table-row":
            self._column, self._found = 0, {}
            self._rows = int(attributes.get("table:number-rows-repeated", "1"))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._repeated = int(attributes.get("table:number-columns-repeated", "1"))
            self._text = [] if attributes.get("calcext:value-type") == "error" else None

    def _said(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if not self._inside:
            return
        if name in ("table:table-cell", "table:covered-table-cell"):
            if self._text is not None:
                mark = Unreadable("".join(self._text).strip() or "#N/A", IS_ERROR)
                most = min(self._repeated, _MOST_REPEATED)
                self._found |= dict.fromkeys(range(self._column, self._column + most), mark)
            self._column += self._repeated
            self._text = None
        elif name == "table:table-row":
            if self._found:
                self.rows += [(self._row + n, self._found) for n in range(min(self._rows, _MOST_REPEATED))]
            self._row += self._rows
        elif name == "table:table":
            self._inside = False
