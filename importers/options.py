"""What the user may state about a file; the rest is detected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class ReadLimits(NamedTuple):
    """The most that one file may use."""

    record: int = 8 << 20
    """Bytes of one record; a longer one becomes a record with a problem, cut."""
    expanded: int = 50 << 30
    """Bytes that a compressed file may expand to."""
    ratio: int = 300
    """Expanded bytes per compressed byte, checked above `ratio_from` expanded bytes."""
    ratio_from: int = 1 << 30
    memory: int = 4 << 30
    """Bytes that the reader of a binary file may allocate, in a process of its own."""
    reading: float = 600.0
    """Seconds that such a reader may take until its next rows."""
    workbook: int = 2 << 30
    """Expanded bytes of a workbook, which is read into memory."""
    spool: int = 20 << 30
    """Bytes kept of an input that is no regular file: a pipe, stdin."""
    silence: float = 600.0
    """Seconds for which nothing may be written into such an input."""
    spread: int = 64 << 20
    """Bytes in which the encoding is detected."""


DEFAULT_LIMITS: Final = ReadLimits()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file. Every option is optional; what is not stated is detected from the content."""

    format: str | None = None
    """csv, json, jsonl, xlsx or parquet (tsv is csv)."""
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int | None = None
    """Lines before the header; the first line after them that is not blank is the header."""
    sheet: str | None = None
    """The sheet of a workbook, or the file inside a zip."""
    rows: str | None = None
    """Dotted path to the list of rows in a JSON document."""
    header: tuple[str, ...] = ()
    """The names of the columns of a delimited text without a header."""
    places: tuple[tuple[str, int, int], ...] = ()
    """Of a fixed-width text: name, first character from 1, and width of each column."""
    crs: str | None = None
    """The coordinate system of a file of shapes that names none: EPSG:2881."""
    neutralised: bool = False
    """Whether the apostrophe that our export puts before formulas is taken off; only in CSV and workbooks."""
    drop_if_blank: tuple[str, ...] = ()
    """A row in which all of these columns are blank is skipped."""
    drop_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A row in which all of these columns have one of their words is skipped; "" is a blank cell."""
    limits: ReadLimits = DEFAULT_LIMITS
