"""Finds a table's header, the rows before it and the names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from parsing.vocabulary.blank import is_empty

_LONGEST_LABEL: Final = 300
_NOT_A_LABEL: Final = re.compile(
    r"[\s$€£¥+-]*\d[\d\s.,:%/T+Z-]*|https?://\S+|\S+@\S+\.\S+|true|false|\d{4}-\d\d-\d\d.*", re.IGNORECASE
)
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")


class Header(NamedTuple):
    """The row that names the columns."""

    at: int
    cells: tuple[Any, ...]
    doubtful: bool = False
    """Whether it looks like data."""


def filled(row: Sequence[Any]) -> int:
    """Return the number of cells up to the last one that is not empty."""
    return next((at for at in range(len(row), 0, -1) if not is_empty(row[at - 1])), 0)


def usual_width(rows: Sequence[Sequence[Any]]) -> int:
    """Return the most frequent number of cells, the larger one on a tie."""
    widths = Counter(len(row) for row in rows if filled(row))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def find_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """Return the first row of labels that is as wide as the table, else the first row that is as wide."""
    width = max(usual_width(rows), 1)
    wide = [(index, row) for index, row in enumerate(rows) if filled(row) and len(row) >= width - 1]
    for index, row in wide:
        if _are_labels(row, width):
            return Header(index, tuple(row))
    for index, row in wide or ((index, row) for index, row in enumerate(rows) if filled(row)):
        return Header(index, tuple(row), doubtful=True)
    return None


def _are_labels(row: Sequence[Any], width: int) -> bool:
    said = [cell for cell in row if not is_empty(cell)]
    labels = [cell for cell in said if _is_label(cell)]
    return (
        len(said) * 2 > min(width, len(row))
        and len(labels) * 5 >= len(said) * 4
        and len({str(cell).strip() for cell in said}) * 2 >= len(said)
    )


def _is_label(cell: object) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST_LABEL and not _NOT_A_LABEL.fullmatch(cell.strip())


def fitted(header: Sequence[Any], rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """Return the header, extended by the unnamed columns that the data has."""
    header = tuple(header)
    said = [row for row in rows if filled(row)]
    missing = usual_width(said) - len(header)
    if missing <= 0 or sum(len(row) > len(header) for row in said) * 2 <= len(said):
        return header
    if missing == 1 and any(row and not is_empty(row[-1]) for row in rows):
        first = [str(row[0]) for row in rows if len(row) == len(header) + 1]
        if len(set(first)) == len(first):  # row names in front, as R writes them
            return ("", *header)
    return header + ("",) * missing


def column_names(cells: Sequence[Any], warnings: list[str]) -> list[str]:
    """Return a unique name for each column: its own, its position if it has none, numbered if repeated."""
    taken = {str(cell).strip() for cell in cells if not is_empty(cell)}
    used: set[str] = set()
    names = []
    for position, cell in enumerate(cells, 1):
        name = f"column {position}" if is_empty(cell) else str(cell).strip()
        if is_empty(cell):
            warnings.append(f"Column {position} has no name and is called {name!r}.")
        if name in used:
            again = 2
            while (other := f"{name} ({again})") in taken | used:
                again += 1
            warnings.append(f"Two columns are named {name!r}: column {position} is called {other!r}.")
            name = other
        used.add(name)
        names.append(name)
    return names


def is_sentence(cells: Sequence[Any]) -> bool:
    """Whether a row is prose in one cell: a disclaimer or a footer."""
    said = [cell for cell in cells if not is_empty(cell)]
    return len(said) == 1 and isinstance(said[0], str) and len(_WORDS.findall(said[0])) >= 4
