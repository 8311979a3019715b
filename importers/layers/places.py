"""Where the columns of a fixed-width file stand: as the county's file says, or a layout beside it."""

from __future__ import annotations

import csv
from pathlib import Path

from config.county.options import FixedWidthOptions
from config.errors import UsageError
from config.files import read_text

_NEEDED = ("name", "start", "width")


def places_of(options: FixedWidthOptions) -> tuple[tuple[str, int, int], ...]:
    """Name, first character from 1, and width of each column. Raises UsageError naming file and line."""
    if options.layout is None:
        return tuple((column.name, column.start, column.width) for column in options.columns)
    path = Path(options.layout)
    rows = csv.DictReader(read_text(path, "layout").splitlines())
    lacking = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
    if lacking:
        raise UsageError(
            f"layout {path} has no column {lacking[0]}",
            next_step="its first line is name,start,width; start counts from 1",
        )
    places: dict[str, tuple[str, int, int]] = {}
    for row in rows:
        name, start, width = (str(row[each] or "").strip() for each in _NEEDED)
        if not (name and start.isdecimal() and width.isdecimal() and int(start) and int(width)):
            raise UsageError(
                f"layout {path}, line {rows.line_num}: {name or 'a column'} needs a start and a width, from 1"
            )
        if name in places:
            raise UsageError(f"layout {path}, line {rows.line_num}: {name} is there twice")
        places[name] = (name, int(start), int(width))
    if not places:
        raise UsageError(f"layout {path} names no column")
    return tuple(places.values())
