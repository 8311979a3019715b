"""Reads one sheet of a workbook (XLSX, XLSB, XLS, ODS) into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from importers.errors import ChoiceNeededError, DamagedFileError
from importers.options import ReadOptions
from importers.readers.header import Header, column_names, find_header, fitted, is_sentence
from importers.readers.unpack import InputFile
from importers.record import Notes, Record, Skipped, Table
from parsing.vocabulary.blank import is_empty

_SAMPLE: Final = 200


def read_workbook(file: InputFile, options: ReadOptions, notes: Notes) -> Table:
    """Return the table on the named sheet, else on the first one that is not empty."""
    try:
        book = CalamineWorkbook.from_path(file.local())
        sheet_name = _chosen(book, file.name, options.sheet)
        if sheet_name is None:
            return Table("xlsx", iter(()), [])
        sheet = book.get_sheet_by_name(sheet_name)
        rows = iter(sheet.iter_rows())
        first = [list(row) for row in islice(rows, _SAMPLE)]
    except (CalamineError, OSError) as error:
        raise DamagedFileError(
            f"{file.name} cannot be read as a workbook: {error}",
            next_step="open it in a spreadsheet program and save it again, or save the sheet as CSV",
        ) from error
    if len(book.sheet_names) > 1 and options.sheet is None:
        notes.warnings.append(f"{file.name} has {len(book.sheet_names)} sheets: {sheet_name!r} is read.")
    if options.skip_rows is not None:
        found = next(
            (at for at, row in enumerate(first) if at >= options.skip_rows and not _empty(row)), None
        )
        header = None if found is None else Header(found, tuple(first[found]))
    else:
        header = find_header(first)
    if header is None:
        return Table("xlsx", iter(()), [], dialect={"sheet": sheet_name})
    columns = column_names(fitted(header.cells, first[header.at + 1 :]), notes.warnings)
    line = header.at + 1
    if header.doubtful:
        notes.warnings.append(
            f"Row {line} is read as the header but looks like data: does the sheet have a header?"
        )
    items = _items(chain(first, rows), columns, header)
    return Table("xlsx", items, columns, dialect={"sheet": sheet_name, "header_line": line})


def _chosen(book: CalamineWorkbook, name: str, wanted: str | None) -> str | None:
    if wanted is None or name.endswith(f"/{wanted}"):  # `wanted` named the workbook inside a zip
        sheets = ((sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names)
        return next((sheet for sheet, content in sheets if content.height), None)
    if wanted in book.sheet_names:
        return wanted
    raise ChoiceNeededError(
        f"{name} has no sheet {wanted!r}; it has {', '.join(book.sheet_names)}",
        choices=book.sheet_names,
        next_step=f"choose one: --sheet {book.sheet_names[0]!r}",
    )


def _items(rows: Iterator[Sequence[Any]], columns: list[str], header: Header) -> Iterator[Record | Skipped]:
    number = 0
    for index, row in enumerate(rows):
        line, cells = index + 1, tuple(map(_value, row))
        if _empty(cells):
            yield Skipped(line, "blank")
        elif index < header.at:
            yield Skipped(line, "preamble")
        elif index == header.at:
            continue
        elif tuple(row) == header.cells:
            yield Skipped(line, "repeated header")
        elif len(columns) > 2 and is_sentence(cells) and not is_empty(cells[0]):
            yield Skipped(line, "disclaimer")
        else:
            number += 1
            yield Record(number, line, dict(zip(columns, cells, strict=False)))


def _value(cell: Any) -> Any:
    """Return a cell's value; sheets store integers as floats."""
    if cell.__class__ is float:
        return int(cell) if cell.is_integer() else cell
    return None if cell == "" else cell


def _empty(row: Sequence[Any]) -> bool:
    return all(map(is_empty, row))
