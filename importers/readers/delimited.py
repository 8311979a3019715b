"""Reads CSV with any delimiter strictly, row by row; a bad row becomes a record with its bytes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from importers.errors import ImportFileError, NotAListingFileError
from importers.options import ReadOptions
from importers.readers.dialect import (
    Dialect,
    Sample,
    find_dialect,
    reader_of,
    sample,
    stated_by_excel,
    terminator,
)
from importers.readers.encoding import Encoding
from importers.readers.header import (
    Header,
    column_names,
    find_header,
    fitted,
    is_sentence,
    is_total,
    two_lines,
)
from importers.readers.lines import CutLine, split_lines
from importers.readers.unpack import InputFile
from importers.record import KEPT_OF_TOO_LONG, Notes, Record, Skipped, Table
from parsing.formulas import RAW_HEADER
from parsing.vocabulary.blank import is_empty

_SAMPLE: Final = 1 << 18
_NO_LIMIT: Final = (1 << 31) - 1
"""The limit of csv belongs to the whole process; ours, on the bytes of a record, belongs to a file."""


def read_delimited(file: InputFile, encoding: Encoding, options: ReadOptions, notes: Notes) -> Table:
    """Return the table in a delimited text."""
    csv.field_size_limit(_NO_LIMIT)
    ending, lines = _first_lines(file, encoding)
    stated = _stated_delimiter(options.delimiter)
    if options.header:
        layout = _headless(lines, ending, options)
        rows = _Rows(file, encoding, layout, longest=options.limits.record, notes=notes)
        facts = _dialect_facts(layout.dialect, None)
        return Table("csv", rows.read(), layout.columns, encoding.name, facts)
    hint = stated_by_excel(lines[0]) if lines else None
    start = options.skip_rows if options.skip_rows is not None else int(hint is not None)
    dialect = find_dialect(lines[start:], stated or hint)
    seen = sample(lines[start:], dialect)
    header = _header(seen, stated=options.skip_rows is not None)
    if header is None:
        return Table("csv", iter(()), [], encoding.name, _dialect_facts(dialect, None))
    cells = fitted(header.cells, seen.rows[header.at + header.depth :])
    columns = column_names(cells, notes.warnings)
    line = start + seen.lines[header.at] + 1
    if header.doubtful:
        notes.warnings.append(
            f"Line {line} is read as the header but looks like data: does the file have a header?"
        )
    written = seen.rows[header.at : header.at + header.depth]
    layout = _Layout(dialect, ending, written, line, columns)
    rows = _Rows(file, encoding, layout, longest=options.limits.record, notes=notes)
    raw = lines[line - 1].startswith(RAW_HEADER)
    return Table("csv", rows.read(), columns, encoding.name, _dialect_facts(dialect, line), raw)


def _headless(lines: list[str], ending: bytes, options: ReadOptions) -> _Layout:
    """The layout of a text whose first line is a row: its columns have the names that were stated."""
    skipped = options.skip_rows or 0
    dialect = find_dialect(lines[skipped:], _stated_delimiter(options.delimiter))
    return _Layout(dialect, ending, [], skipped + 1, list(options.header))


def _first_lines(file: InputFile, encoding: Encoding) -> tuple[bytes, list[str]]:
    """Return how lines end, and the first lines; a last line that is cut is left out."""
    data = b""
    for chunk in encoding.narrow(file.chunks()):
        data += chunk
        if len(data) >= _SAMPLE:
            break
    ending = terminator(data.decode(encoding.of_lines, "replace"))
    lines = data.split(ending)
    last = lines.pop()
    texts = [(line + ending).decode(encoding.of_lines, "replace") for line in lines]
    if len(data) < _SAMPLE or not texts:
        texts += [last.decode(encoding.of_lines, "replace")] if last else []
    return ending, texts


def _stated_delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    found = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(text.lower(), text)
    if len(found) != 1:
        raise ImportFileError(
            f"a delimiter is one character, not {text!r}", next_step="use for example ';' or 'tab'"
        )
    return found


def _header(seen: Sample, *, stated: bool) -> Header | None:
    if not stated:
        found_header = find_header(seen.rows)
        return None if found_header is None else two_lines(found_header, seen.rows)
    found = (index for index, row in enumerate(seen.rows) if not all(map(is_empty, row)))
    index = next(found, None)
    return None if index is None else two_lines(Header(index, tuple(seen.rows[index])), seen.rows)


def _dialect_facts(dialect: Dialect, line: int | None) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        "escape": dialect.escape,
        "header_line": line,
    }


@dataclass(frozen=True, slots=True)
class _Layout:
    """The layout of one text."""

    dialect: Dialect
    ending: bytes
    header: list[list[str]]
    """The rows of the header, as they are written."""
    header_line: int
    columns: list[str]


class _TooLong(ValueError):
    """A record exceeds the limit, most likely because a quote is never closed."""


class _Lines:
    """Decodes lines for csv.reader and keeps the bytes of the current record."""

    def __init__(self, lines: Iterator[bytes], ending: bytes, encoding: str, longest: int) -> None:
        self._lines = lines
        self._ending = ending[0]
        self._again: list[bytes] = []
        self._encoding = encoding
        self._longest = longest
        self.line = 0
        self.taken: list[bytes] = []
        self.size = 0
        self.suspect = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.line += 1
        self.taken.append(line)
        self.size += len(line)
        if self.size > self._longest or line.__class__ is CutLine:
            raise _TooLong
        try:
            text = line.decode(self._encoding)
        except UnicodeDecodeError:
            self.suspect = True
            return line.decode(self._encoding, "replace")
        if "\0" in text or line[-1] != self._ending:
            self.suspect = True
        return text

    def begin(self) -> None:
        """Start a new record at the next line."""
        self.taken.clear()
        self.size = 0
        self.suspect = False

    def keep_first(self) -> bytes:
        """Return the first line of the record; the others will be read again."""
        first, *others = self.taken
        self._again.extend(reversed(others))
        self.line -= len(others)
        return first


class _Rows:
    """The records of one delimited file, in file order."""

    def __init__(
        self,
        file: InputFile,
        encoding: Encoding,
        layout: _Layout,
        *,
        longest: int,
        notes: Notes,
    ) -> None:
        self._name = file.name
        self._notes = notes
        self._encoding = encoding
        self._dialect = layout.dialect
        self._columns = layout.columns
        self._header = layout.header
        self._first = layout.header[0] if layout.header else None
        self._header_line = layout.header_line
        self._ending = layout.ending
        lines = split_lines(encoding.narrow(file.chunks()), layout.ending, longest)
        self._lines = _Lines(lines, layout.ending, encoding.of_lines, longest)
        self._number = 0

    def read(self) -> Iterator[Record | Skipped]:
        """Yield every row as a record, a record with a problem, or skipped."""
        lines = self._lines
        yield from self._before_header()
        reader = reader_of(lines, self._dialect, strict=True)
        columns, width = self._columns, len(self._columns)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong) as error:
                yield self._mismatched(error)
                reader = reader_of(lines, self._dialect, strict=True)
                continue
            if (
                len(cells) == width
                and cells[0].strip()
                and not lines.suspect
                and cells != self._first
                and not ("" in cells and is_total(cells))
            ):
                self._number += 1
                yield Record(
                    self._number, lines.line - len(lines.taken) + 1, dict(zip(columns, cells, strict=True))
                )
                continue
            if len(cells) != width and len(lines.taken) > 1 and self._joined_rows():
                yield self._mismatched(None)
                reader = reader_of(lines, self._dialect, strict=True)
                continue
            yield self._unusual(cells)

    def _before_header(self) -> Iterator[Skipped]:
        """Skip the lines before the header and the header itself, which may span several lines."""
        try:
            for line in range(1, self._header_line):
                self._lines.begin()
                text = next(self._lines)
                yield Skipped(line, "blank" if is_empty(text) else "preamble")
            for _ in self._header:
                self._lines.begin()
                next(reader_of(self._lines, self._dialect, strict=False))
        except (_TooLong, csv.Error) as error:
            raise NotAListingFileError(
                f"{self._name}, line {self._lines.line}: the line is too long to be a header",
                next_step="state the delimiter, or the number of lines before the header",
            ) from error

    def _unusual(self, cells: list[str]) -> Record | Skipped:
        line = self._lines.line - len(self._lines.taken) + 1
        width = len(self._columns)
        if all(map(is_empty, cells)) and not self._lines.suspect:
            return Skipped(line, "blank")
        if cells in self._header:
            return Skipped(line, "repeated header")
        if is_total(cells) and not self._lines.suspect:
            return Skipped(line, "total")
        if len(cells) != width and is_sentence(cells) and width > 2:
            return Skipped(line, "disclaimer")
        if len(cells) > width and all(map(is_empty, cells[width:])):
            cells = cells[:width]
        problem = None
        if len(cells) != width:
            problem = f"{self._name}, line {line}: {len(cells)} cells where the header has {width}"
        elif self._lines.suspect:
            problem = self._unreadable(line, cells)
        if problem:
            self._note_cut(self._lines.taken[-1], line)
        return self._record(line, cells, problem, b"".join(self._lines.taken))

    def _note_cut(self, last: bytes, line: int) -> None:
        """Note that the file was cut if a bad row does not end with a line ending."""
        if not last.endswith(self._ending) and last.__class__ is not CutLine:
            cut = f"{self._name}, line {line}: the file ends in the middle of a row"
            self._notes.incomplete = self._notes.incomplete or cut

    def _unreadable(self, line: int, cells: list[str]) -> str | None:
        """Return why a row of the right width cannot be read; None if only its line ending is missing."""
        at = next((index for index, cell in enumerate(cells) if "\ufffd" in cell or "\0" in cell), None)
        if at is None:
            return f"{self._name}, line {line}: {self._notes.incomplete}" if self._notes.incomplete else None
        what = "a NUL byte" if "\0" in cells[at] else f"bytes that are not {self._encoding.name}"
        return f"{self._name}, line {line}, column {self._columns[at]!r}: {what}"

    def _joined_rows(self) -> bool:
        """Whether a stray quote joined several rows into one record."""
        width = len(self._columns)
        return any(len(self._parse_line(line)) == width for line in self._lines.taken[1:])

    def _parse_line(self, line: bytes) -> list[str]:
        text = line.decode(self._encoding.of_lines, "replace").rstrip("\r\n")
        try:
            return next(reader_of(iter((text,)), self._dialect, strict=False), [])
        except csv.Error:
            return []

    def _mismatched(self, error: Exception | None) -> Record:
        """Return the first line of a record whose quotes do not match; the other lines are read again."""
        taken = self._lines.taken
        line = self._lines.line - len(taken) + 1
        self._note_cut(taken[-1], line)
        first = self._lines.keep_first()
        where = f"{self._name}, line {line}"
        if isinstance(first, CutLine):
            kept = f"its first {KEPT_OF_TOO_LONG:,} are kept"
            return self._record(line, [], f"{where}: {first.length:,} bytes in one line; {kept}", first)
        cells = self._parse_line(first)
        column = self._columns[min(max(len(cells), 1), len(self._columns)) - 1]
        why = "a quote that is never closed"
        if isinstance(error, csv.Error) and len(taken) == 1 and "unexpected end" not in str(error):
            why = f"a quote in the wrong place ({error})"
        return self._record(line, cells, f"{where}, column {column!r}: {why}", first)

    def _record(self, line: int, cells: list[str], problem: str | None, raw: bytes) -> Record:
        self._number += 1
        named = dict(zip(self._columns, cells, strict=False))
        return Record(self._number, line, named, problem, self._encoding.original(raw) if problem else None)
