"""Finds a table's header, the rows before it and the names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from parsing.area import unit_named
from parsing.vocabulary.blank import is_empty
from parsing.vocabulary.totals import TOTAL

_LONGEST_LABEL: Final = 300
_NOT_A_LABEL: Final = re.compile(
    r"[\s$€£¥+-]*\d[\d\s.,:%/T+Z-]*|https?://\S+|\S+@\S+\.\S+|true|false|\d{4}-\d\d-\d\d.*", re.IGNORECASE
)
_CURRENCY: Final = re.compile(r"[$€£¥₹₽₺]|[A-Z]{2}\$|[A-Z]{3}|in [A-Z]{3}|%|km|km²")
_DIGIT: Final = re.compile(r"\d")
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")


class Span(NamedTuple):
    """Merged cells that begin in the header's first row."""

    column: int
    columns: int


class Header(NamedTuple):
    """The row that names the columns."""

    at: int
    cells: tuple[Any, ...]
    doubtful: bool = False
    """Whether it looks like data."""
    depth: int = 1
    """The number of rows that it takes."""


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
    labels = [cell for cell in said if is_label(cell)]
    return (
        len(said) * 2 > min(width, len(row))
        and len(labels) * 5 >= len(said) * 4
        and len({str(cell).strip() for cell in said}) * 2 >= len(said)
    )


def is_label(cell: object) -> bool:
    """Whether a cell may be the name of a column: a text, and no number, date or link."""
    return isinstance(cell, str) and len(cell) <= _LONGEST_LABEL and not _NOT_A_LABEL.fullmatch(cell.strip())


def two_lines(header: Header, rows: Sequence[Sequence[Any]], merged: Collection[Span] = ()) -> Header:
    """Return the header with the names of a second line, if the row after it is one.

    It is one if it only has labels and names what the first line leaves blank, which may be `merged` there.
    A name that the second line repeats, and a unit, is written after the name above it.
    """
    if header.at + 1 >= len(rows) or header.doubtful:
        return header
    first, second = list(header.cells), list(rows[header.at + 1])
    width = max(len(first), len(second))
    first += [None] * (width - len(first))
    second += [None] * (width - len(second))
    if not _are_units(first, second) and not _are_second_labels(first, second, rows[header.at + 2 :], merged):
        return header
    above = _spread(first, second, merged)
    again = Counter(str(cell).strip() for cell in second if not is_empty(cell))
    names = tuple(
        _joined(top, below, repeated=again[str(below).strip()] > 1)
        for top, below in zip(above, second, strict=True)
    )
    return Header(header.at, names, depth=2)


def _are_units(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Whether a row only has units of the columns that the row above it names."""
    said = [(top, below) for top, below in zip(first, second, strict=True) if not is_empty(below)]
    return bool(said) and all(not is_empty(top) and _is_unit(below) for top, below in said)


def _are_second_labels(
    first: Sequence[Any], second: Sequence[Any], rows: Sequence[Sequence[Any]], merged: Collection[Span]
) -> bool:
    said = [at for at, cell in enumerate(second) if not is_empty(cell)]
    new = [at for at in said if is_empty(first[at])]
    if not new or not all(is_label(second[at]) and not _DIGIT.search(str(second[at])) for at in said):
        return False
    if any(is_empty(first[at]) and is_empty(second[at]) for at in range(len(first)) if _has_data(rows, at)):
        return False
    if any(span.columns > 1 for span in merged):
        return True
    left = any(not is_empty(top) and is_empty(below) for top, below in zip(first, second, strict=True))
    return left and len(new) > 1 and any(_is_data(row[at]) for row in rows for at in said if at < len(row))


def _has_data(rows: Sequence[Sequence[Any]], at: int) -> bool:
    return any(at < len(row) and not is_empty(row[at]) for row in rows)


def _is_data(cell: Any) -> bool:
    return not is_empty(cell) and not is_label(cell)


def _is_unit(cell: Any) -> bool:
    text = str(cell).strip().strip("()[]").strip()
    return isinstance(cell, str) and (unit_named(text) is not None or _CURRENCY.fullmatch(text) is not None)


def _spread(first: Sequence[Any], second: Sequence[Any], merged: Collection[Span]) -> list[Any]:
    """Return the first line with each name repeated over the blank cells after it that it stands above."""
    above, last = [], None
    for at, top in enumerate(first):
        if not is_empty(top):
            last, end = top, at + next((span.columns for span in merged if span.column == at), 0)
        elif is_empty(second[at]) or (merged and (last is None or at >= end)):
            last = None
        above.append(last)
    return above


def _joined(top: Any, below: Any, *, repeated: bool) -> Any:
    if is_empty(below):
        return top
    if is_empty(top):
        return below
    if _is_unit(below):
        return f"{str(top).strip()} ({str(below).strip().strip('()[]').strip()})"
    return f"{str(top).strip()} {str(below).strip()}" if repeated else below


def is_total(cells: Sequence[Any]) -> bool:
    """Whether a row adds up others: its first cell says so, and at least half of it is blank."""
    first = next((cell for cell in cells if not is_empty(cell)), None)
    if len(cells) < 3 or not isinstance(first, str) or TOTAL.fullmatch(" ".join(first.split())) is None:
        return False
    return sum(not is_empty(cell) for cell in cells) * 2 <= len(cells)


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
    first = next((at for at, cell in enumerate(cells) if not is_empty(cell)), None)
    if first is None or not isinstance(cells[first], str) or not all(map(is_empty, cells[first + 1 :])):
        return False
    return len(_WORDS.findall(cells[first])) >= 4
