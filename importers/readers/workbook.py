"""Reads one sheet of a workbook (XLSX, XLSB, XLS, ODS) into memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from importers.errors import ChoiceNeededError, DamagedFileError
from importers.options import ReadOptions
from importers.readers.header import Header, Span, column_names, find_header, fitted, is_label, two_lines
from importers.readers.sheet_errors import Marks, error_marks
from importers.readers.sheet_rows import Merged, SheetRows, empty, rows_of
from importers.readers.sheet_xml import NO_VALUE, SheetXml, sheet_xml
from importers.readers.unpack import InputFile
from importers.record import Notes, Record, Skipped, Table
from parsing.staged import Unreadable
from parsing.vocabulary.blank import is_empty

_SAMPLE: Final = 200
_MOST_NAMED: Final = 10


def read_workbook(file: InputFile, options: ReadOptions, notes: Notes) -> Table:
    """Return the table on the named sheet, else on the first visible one that holds a table."""
    path = file.local()
    try:
        book = CalamineWorkbook.from_path(path)
        sheet = _chosen(book, file.name, options.sheet, notes)
        if sheet is None:
            return Table("xlsx", iter(()), [])
        xml = sheet_xml(path, sheet.name)
        valueless: Counter[int] = Counter()
        marks = error_marks(path, sheet.name, notes.warnings.append) if xml is None else xml.marks()
        rows = _with_marks(sheet, marks, valueless)
        first = list(islice(rows, _SAMPLE))
    except (CalamineError, OSError) as error:
        raise DamagedFileError(
            f"{file.name} cannot be read as a workbook: {error}",
            next_step="open it in a spreadsheet program and save it again, or save the sheet as CSV",
        ) from error
    merged = [Merged.of(area, sheet.start) for area in sheet.merged_cell_ranges or ()]
    header = _header(first, merged, options.skip_rows)
    if header is None:
        return Table("xlsx", iter(()), [], dialect={"sheet": sheet.name})
    data = first[header.at + header.depth :]
    columns = column_names(fitted(header.cells, data), notes.warnings)
    line = header.at + 1
    if header.doubtful:
        notes.warnings.append(
            f"Row {line} is read as the header but looks like data: does the sheet have a header?"
        )
    table = SheetRows(chain(first, rows), columns, header, merged, notes, sample=data)
    items = _all(table, xml, sheet, valueless, notes)
    return Table("xlsx", items, columns, dialect={"sheet": sheet.name, "header_line": line})


def _chosen(book: CalamineWorkbook, name: str, wanted: str | None, notes: Notes) -> CalamineSheet | None:
    """Return the sheet to read; which of several it is, is noted."""
    sheets = [found for found in book.sheets_metadata if found.typ == SheetTypeEnum.WorkSheet]
    names = [found.name for found in sheets]
    if wanted is not None and not name.endswith(f"/{wanted}"):  # else it named the workbook inside a zip
        if (found := _named(names, wanted)) is not None:
            return book.get_sheet_by_name(found)
        raise ChoiceNeededError(
            f"{name} has no sheet {wanted!r}; it has {', '.join(names)}",
            choices=names,
            next_step=f"choose one: --sheet {names[0]!r}" if names else "give a workbook with a sheet",
        )
    visible = [found.name for found in sheets if found.visible == SheetVisibleEnum.Visible]
    hidden = [found for found in names if found not in visible]
    sheet = _first_table(book, visible) or _first_table(book, hidden)
    if sheet is not None and len(names) > 1:
        notes.warnings.append(_told(name, sheet.name, visible, hidden))
    return sheet


def _named(names: Sequence[str], wanted: str) -> str | None:
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    return alike[0] if len(alike) == 1 else None


def _first_table(book: CalamineWorkbook, names: Sequence[str]) -> CalamineSheet | None:
    """Return the first sheet with a header and rows, else the first that is not empty."""
    filled: CalamineSheet | None = None
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if not sheet.height:
            continue
        rows = [list(row) for row in islice(sheet.iter_rows(), _SAMPLE)]
        header = find_header(rows)
        if header is not None and not header.doubtful and _holds_rows(header, rows):
            return sheet
        filled = filled or sheet
    return filled


def _holds_rows(header: Header, rows: Sequence[Sequence[Any]]) -> bool:
    named = sum(not is_empty(cell) for cell in header.cells)
    return named > 1 and any(not empty(row) for row in rows[header.at + 1 :])


def _told(name: str, read: str, visible: Sequence[str], hidden: Sequence[str]) -> str:
    parts = [f"sheet {read!r} is read" + (", which is hidden" if read in hidden else "")]
    for words, sheets in (("not read", visible), ("hidden, not read", hidden)):
        left = [repr(sheet) for sheet in sheets if sheet != read]
        if left:
            more = f" and {len(left) - _MOST_NAMED:,} more" if len(left) > _MOST_NAMED else ""
            parts.append(f"{words}: {', '.join(left[:_MOST_NAMED])}{more}")
    return f"{name}: {'; '.join(parts)} (--sheet chooses)."


def _with_marks(sheet: CalamineSheet, marks: Marks, valueless: Counter[int]) -> Iterator[list[Any]]:
    """Yield the rows, with the cells that their reader leaves out; count formulas without a value."""
    rows = sheet.iter_rows()
    offset = 0 if sheet.start is None else sheet.start[1]
    at, cells = next(marks, (-1, {}))
    for index, row in enumerate(rows):
        if index != at:
            yield row
            continue
        for column, cell in cells.items():
            if 0 <= column - offset < len(row):
                row[column - offset] = cell
                valueless[column - offset] += isinstance(cell, Unreadable) and cell.why == NO_VALUE
        yield row
        at, cells = next(marks, (-1, {}))
    for _ in marks:  # to its end, where what is hidden is known
        pass


def _header(first: list[list[Any]], merged: Sequence[Merged], skip: int | None) -> Header | None:
    if skip is not None:
        at = next((at for at, row in enumerate(first) if at >= skip and not empty(row)), None)
        header = None if at is None else Header(at, tuple(first[at]))
    else:
        header = find_header(first)
    if header is None:
        return None
    if skip is None and header.at and _names_groups(first, header.at - 1, merged):
        header = Header(header.at - 1, tuple(first[header.at - 1]))
    spans = [Span(area.left, area.columns) for area in merged if area.top == header.at]
    return two_lines(header, first, spans)


def _names_groups(first: list[list[Any]], at: int, merged: Sequence[Merged]) -> bool:
    """Whether a row names groups of columns: labels, of which one is merged over some of them."""
    row = first[at]
    wide = [area for area in merged if area.top == area.bottom == at and 1 < area.columns < len(row)]
    said = [cell for cell in row if not is_empty(cell)]
    return bool(wide) and len(said) > 1 and all(map(is_label, said))


def _all(
    table: SheetRows, xml: SheetXml | None, sheet: CalamineSheet, valueless: Counter[int], notes: Notes
) -> Iterator[Record | Skipped]:
    """Yield every row, and note at the end what the sheet hides and what has no value."""
    yield from table
    if xml is None:
        return
    named = [f"{table.columns[at]!r} in {rows_of(count)}" for at, count in valueless.items() if count]
    if named:
        notes.warnings.append(
            f"Formulas have no value: {', '.join(named)}. "
            "Open the workbook in a spreadsheet program and save it again."
        )
    hidden, offset = xml.hidden, 0 if sheet.start is None else sheet.start[1]
    if hidden.rows:
        what = "A filter" if hidden.filtered else "The sheet"
        notes.warnings.append(f"{what} hides {rows_of(hidden.rows)}, read like the others.")
    names = [table.columns[at - offset] for at in hidden.columns if 0 <= at - offset < len(table.columns)]
    if names:
        shown = ", ".join(map(repr, names[:_MOST_NAMED]))
        notes.warnings.append(f"Hidden columns are read like the others: {shown}.")
