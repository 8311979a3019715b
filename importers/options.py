"""What a person may state about a file instead of having it found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class ReadLimits(NamedTuple):
    """What one file may cost us."""

    record: int = 8 << 20
    """Bytes of one record; a longer one is handed over as a problem, cut."""
    expanded: int = 50 << 30
    """Bytes that a compressed file may expand to."""
    ratio: int = 300
    """How many times its size a compressed file may expand to, above `ratio_from` bytes."""
    ratio_from: int = 1 << 30
    workbook: int = 2 << 30
    """Expanded bytes of a workbook, which is held in memory."""
    spread: int = 64 << 20
    """How far into the file its encoding is looked for."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """All optional; what is not stated is found in the content."""

    format: str | None = None
    """csv, json, jsonl, xlsx or parquet (tsv is csv)."""
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int | None = None
    """Lines before the header; the next line that is not blank is the header then."""
    sheet: str | None = None
    """The sheet of a workbook, or the file inside a zip."""
    rows: str | None = None
    """Dotted path to the list of rows in a JSON document."""
    drop_if_blank: tuple[str, ...] = ()
    """A row in which all of these columns are blank is skipped."""
    drop_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A row in which all of these columns have one of their words is skipped; "" is a blank cell."""
    limits: ReadLimits = field(default_factory=ReadLimits)
