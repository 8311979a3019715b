"""The text formats: CSV, a JSON array, JSON Lines. A cell is Postgres's own text: no number is rounded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, Literal, Protocol, get_args

from parsing.formulas import RAW_HEADER, neutralised
from services.export.columns import COLUMNS, Column

Format = Literal["csv", "json", "jsonl", "parquet"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
Row = Sequence[str | None]

_NEEDS_QUOTES: Final = re.compile(r'[",;\t\r\n]|^\s|\s$')
_TEXTS: Final = [index for index, column in enumerate(COLUMNS) if column.sql in ("text", "jsonb")]
_LITERAL: Final = ("numeric", "integer", "boolean", "jsonb")  # Postgres writes these as JSON does


class Writer(Protocol):
    """Writes rows as they come; `close` ends a document that is complete, and leaves the file open."""

    def write(self, rows: Sequence[Row]) -> None: ...
    def close(self, *, complete: bool) -> None: ...


class CsvWriter:
    """RFC 4180 in UTF-8. A null is an empty cell, an empty text is two quotes.

    Texts that a spreadsheet would run are neutralised, unless they are wanted `raw`.
    """

    def __init__(self, out: BinaryIO, *, raw: bool = False) -> None:
        self._out = out
        self._texts = [] if raw else _TEXTS
        header = ",".join(column.name for column in COLUMNS)
        out.write((header.replace("source,", RAW_HEADER, 1) if raw else header).encode() + b"\n")

    def write(self, rows: Sequence[Row]) -> None:
        self._out.write("".join([",".join(map(_csv_cell, self._safe(row))) + "\n" for row in rows]).encode())

    def _safe(self, row: Row) -> Row:
        cells = list(row)
        for index in self._texts:
            if text := cells[index]:
                cells[index] = neutralised(text)
        return cells

    def close(self, *, complete: bool) -> None:
        pass


def _csv_cell(text: str | None) -> str:
    if text is None:
        return ""
    if text and not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


class JsonLinesWriter:
    """One object a line, every column in it; JSON columns are JSON, numbers have all their digits."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._cells = [(json.dumps(column.name), _json_cell(column)) for column in COLUMNS]

    def write(self, rows: Sequence[Row]) -> None:
        self._out.write("".join([f"{self.object(row)}\n" for row in rows]).encode())

    def object(self, row: Row) -> str:
        """One row as a JSON object."""
        cells = zip(self._cells, row, strict=True)
        return "{" + ", ".join([f"{name}: {cell(text)}" for (name, cell), text in cells]) + "}"

    def close(self, *, complete: bool) -> None:
        pass


class JsonWriter(JsonLinesWriter):
    """One array of those objects, each on a line of its own."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__(out)
        self._before = "[\n"

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._out.write(f"{self._before}{self.object(row)}".encode())
            self._before = ",\n"

    def close(self, *, complete: bool) -> None:
        if complete:
            self._out.write(b"\n]\n" if self._before == ",\n" else b"[]\n")


def _json_cell(column: Column) -> Callable[[str | None], str]:
    if column.sql.startswith(_LITERAL):
        return lambda text: "null" if text is None else text
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return lambda text: "null" if text is None else encode(text)
