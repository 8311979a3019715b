"""What every reader hands over: records, what was skipped and why, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

KEPT_OF_TOO_LONG: Final = 65_536
"""How much of a record that is too long to hold is handed over."""


class Record(NamedTuple):
    """One row as the file has it: nothing trimmed, nothing parsed."""

    number: int
    """1-based, counting records only."""
    line: int
    """The line, sheet row or list position where it begins, 1-based."""
    cells: dict[str, Any]
    """Text for delimited files; the value with its type and nesting elsewhere."""
    problem: str | None = None
    """Why it cannot be trusted, with file, line and column; its cells are then a best effort."""
    raw: bytes | None = None
    """With a problem, the bytes as they stand in the file."""
    gone: str | None = None
    """How the feed itself says that this listing is no more; its cells may be no more than its key."""


class Skipped(NamedTuple):
    """Rows that hold no listing; consecutive ones for the same reason are one entry."""

    line: int
    why: str
    rows: int = 1


@dataclass(slots=True)
class Notes:
    """What a reader noticed about the whole file."""

    warnings: list[str] = field(default_factory=list)
    incomplete: str | None = None
    """Why the end of the file was not reached, when it was not: absences must not be counted."""


@dataclass(slots=True)
class Table:
    """A file as its reader has understood it before the first row."""

    format: str
    items: Iterator[Record | Skipped]
    columns: list[str]
    """Grows while reading where the format has no header."""
    encoding: str | None = None
    dialect: dict[str, Any] = field(default_factory=dict)
