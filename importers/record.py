"""What every reader returns: records, skipped rows with their reasons, and notes about the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from config.county.columns import POINT_OF

KEPT_OF_TOO_LONG: Final = 65_536
"""Bytes kept of a record that is too long to hold."""

LATITUDE: Final = "@latitude"
"""The cell of a row's latitude, in degrees of WGS 84."""
LONGITUDE: Final = "@longitude"
LOCATION_KIND: Final = POINT_OF
"""The cell that says what the place is: centroid, point or geocode."""
SHAPE: Final = "@shape"
"""The cell of a row's outline: a GeoJSON geometry in WGS 84."""
PLACE: Final = (LONGITUDE, LATITUDE, LOCATION_KIND, SHAPE)


class Record(NamedTuple):
    """One row as it stands in the file: neither trimmed nor parsed."""

    number: int
    """1-based, counting records only."""
    line: int
    """The line, sheet row or list position where it begins, 1-based."""
    cells: dict[str, Any]
    """Text for delimited files; the value with its type and nesting elsewhere."""
    problem: str | None = None
    """Why the row cannot be trusted, with file, line and column; its cells are a best effort then."""
    raw: bytes | None = None
    """The bytes as they stand in the file; only of a row with a problem."""
    gone: str | None = None
    """Why the feed says that this listing is gone; its cells may hold no more than its key."""


class Skipped(NamedTuple):
    """Rows without a listing; consecutive ones with the same reason are one entry."""

    line: int
    why: str
    rows: int = 1


@dataclass(slots=True)
class Notes:
    """What a reader found out about the whole file."""

    warnings: list[str] = field(default_factory=list)
    incomplete: str | None = None
    """Why the end of the file was not reached, else None; absences must not be counted then."""


@dataclass(slots=True)
class Table:
    """A file after its header was read and before its first row is."""

    format: str
    items: Iterator[Record | Skipped]
    columns: list[str]
    """Grows while reading if the format has no header."""
    encoding: str | None = None
    dialect: dict[str, Any] = field(default_factory=dict)
    raw: bool = False
    """Whether it is a CSV of our own that was exported without apostrophes before formulas."""
