"""Opens a file and reads its rows, with an account of those that are skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from config.errors import NotFoundError
from importers.errors import ImportFileError
from importers.options import ReadOptions
from importers.readers.encoding import find
from importers.readers.recognise import text_format
from importers.readers.unpack import InputFile, unpack
from importers.record import Notes, Record, Skipped, Table
from parsing.formulas import restored
from parsing.vocabulary.blank import is_blank_anywhere

_FORMATS = ("csv", "json", "jsonl", "xlsx", "parquet")
_OF_SHAPES = ("geojson", "shapefile", "geopackage", "geoparquet")
_OF_LAYERS = ("fixed_width", *_OF_SHAPES)
"""Formats that are never detected: a county's file names them."""
_NEUTRALISED = ("csv", "xlsx")
"""Where an export may have put an apostrophe before a formula; a workbook is a CSV that was saved anew."""
_DEFAULTS = ReadOptions()


class Reading:
    """The rows of a file. It can be iterated over once; its account is complete after that."""

    def __init__(
        self,
        name: str,
        table: Table,
        notes: Notes,
        options: ReadOptions,
        stack: ExitStack,
        *,
        changed: Callable[[], str | None],
    ) -> None:
        self.name = name
        self._table = table
        self._notes = notes
        self._drop_if_blank = options.drop_if_blank
        self._drop_if = options.drop_if
        neutralised = options.neutralised and table.format in _NEUTRALISED and not table.raw
        items = map(_restored, table.items) if neutralised else table.items
        self._items = map(_unwrapped, items) if table.format == "csv" and not table.raw else items
        self._stack = stack
        self._changed = changed
        self.skipped: list[Skipped] = []
        self.records_read = 0

    @property
    def format(self) -> str:
        return self._table.format

    @property
    def encoding(self) -> str | None:
        return self._table.encoding

    @property
    def dialect(self) -> dict[str, Any]:
        return self._table.dialect

    @property
    def columns(self) -> list[str]:
        """The names of the columns; without a header the list grows while rows are read."""
        return self._table.columns

    @property
    def warnings(self) -> list[str]:
        return self._notes.warnings

    @property
    def incomplete(self) -> str | None:
        """Why the end was not reached, else None; absences must not be counted then."""
        return self._notes.incomplete

    @property
    def rows_skipped(self) -> int:
        return sum(entry.rows for entry in self.skipped)

    @property
    def rows_read(self) -> int:
        """The number of records and skipped rows."""
        return self.records_read + self.rows_skipped

    def __iter__(self) -> Iterator[Record]:
        for item in self._items:
            if isinstance(item, Skipped):
                self._skip(item)
            elif why := self._why_dropped(item):
                self._skip(Skipped(item.line, why))
            else:
                self.records_read += 1
                yield item if item.number == self.records_read else item._replace(number=self.records_read)
        self._notes.incomplete = self._notes.incomplete or self._changed()

    async def __aiter__(self) -> AsyncIterator[Record]:
        for record in self:
            yield record

    def _skip(self, entry: Skipped) -> None:
        last = self.skipped[-1] if self.skipped else None
        if last and last.why == entry.why and last.line + last.rows == entry.line:
            self.skipped[-1] = last._replace(rows=last.rows + entry.rows)
        else:
            self.skipped.append(entry)

    def _why_dropped(self, record: Record) -> str | None:
        """Return why the mapping drops a row (a disclaimer, a total, a withdrawn listing), else None."""
        if record.problem:
            return None
        cells = record.cells
        if self._drop_if_blank and all(is_blank_anywhere(cells.get(name)) for name in self._drop_if_blank):
            return "blank: " + ", ".join(self._drop_if_blank)
        found = {name: _word_of(cells.get(name), words) for name, words in self._drop_if.items()}
        if found and all(word is not None for word in found.values()):
            return ", ".join(f"{name}: {word or 'blank'}" for name, word in found.items())
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def open_input(
    where: str | Path,
    options: ReadOptions = _DEFAULTS,
    *,
    local: Path | None = None,
    changed: Callable[[], str | None] = lambda: None,
) -> Reading:
    """Open a file by its path; one that is open already, or downloaded, by the path `local`.

    `changed` tells at the end how the file was changed meanwhile, None if it was not.
    """
    if options.format not in {None, "tsv", *_FORMATS, *_OF_LAYERS}:
        raise ImportFileError(
            f"there is no format named {options.format!r}",
            next_step=f"use one of {', '.join(_FORMATS)}, tsv",
        )
    name = _name(str(where))
    if local is None and "://" in str(where):
        raise ImportFileError(f"{name} is a url, which is downloaded before it is read")
    notes = Notes()
    with ExitStack() as stack:
        path = local or _existing(Path(where))
        if options.format in _OF_SHAPES and options.format != "geojson":
            from importers.readers.geo.read import read_geo

            return Reading(
                name,
                read_geo(path, name, options, notes, stack),
                notes,
                options,
                stack.pop_all(),
                changed=changed,
            )
        file = unpack(path, name, options, notes, stack)
        table = _read(file, options, notes)
        return Reading(name, table, notes, options, stack.pop_all(), changed=changed)


def _name(where: str) -> str:
    """Return the file's name for messages, without a url's query, which may hold a token."""
    return Path(urlsplit(where).path).name or where if "://" in where else Path(where).name


def _existing(path: Path) -> Path:
    if path.is_dir():
        raise ImportFileError(f"{path} is a folder", next_step="import its files one by one")
    try:
        with path.open("rb"):
            return path
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be opened: {error.strerror}") from error


def _read(file: InputFile, options: ReadOptions, notes: Notes) -> Table:
    """Read with the reader of the format, which is imported only now."""
    if options.format == "fixed_width":
        from importers.readers.fixed_width import read_fixed_width

        return read_fixed_width(file, options, notes)
    if file.kind == "parquet":
        from importers.readers.parquet import read_parquet

        return read_parquet(file, options, notes)
    if file.kind in {"xlsx", "xls"}:
        from importers.readers.workbook import read_workbook

        return read_workbook(file, options, notes)
    encoding = find(file.head, file.chunks(), options.encoding, options.limits.spread)
    head = b"".join(encoding.narrow(iter((file.head,)))).decode(encoding.of_lines, "replace")
    if encoding.guessed:
        notes.warnings.append(
            f"{file.name} does not state its encoding and is not UTF-8: it is read as {encoding.name}. "
            "If letters look wrong, state the encoding."
        )
    if options.format == "geojson":
        from importers.readers.geo.geojson import read_geojson

        return read_geojson(file, encoding, head, options, notes)
    found = options.format or text_format(head, file.name)
    if found in {"json", "jsonl"}:
        from importers.readers.json_rows import read_json

        return read_json(file, encoding, head, options, notes)
    from importers.readers.delimited import read_delimited

    return read_delimited(file, encoding, options, notes)


def _restored(item: Record | Skipped) -> Record | Skipped:
    if isinstance(item, Skipped):
        return item
    cells = {name: restored(cell) if isinstance(cell, str) else cell for name, cell in item.cells.items()}
    return item._replace(cells=cells)


def _unwrapped(item: Record | Skipped) -> Record | Skipped:
    """Take off what keeps a spreadsheet from making a number of a text: `="02139"` is 02139."""
    if isinstance(item, Skipped):
        return item
    wrapped = [name for name, cell in item.cells.items() if cell[:2] == '="' and cell[-1] == '"']
    if not wrapped:
        return item
    plain = {name: item.cells[name][2:-1].replace('""', '"') for name in wrapped if len(item.cells[name]) > 2}
    return item._replace(cells={**item.cells, **plain})


def _word_of(cell: Any, words: Collection[str]) -> str | None:
    """Return the word that a cell holds; "" stands for any blank."""
    if cell in words:
        return str(cell)
    return "" if "" in words and is_blank_anywhere(cell) else None
