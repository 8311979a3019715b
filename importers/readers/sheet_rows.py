"""Turns a sheet's rows into records: merged cells filled, and without totals, headings and other tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from importers.readers.header import Header, is_label, is_sentence, is_total
from importers.record import Notes, Record, Skipped
from parsing.vocabulary.blank import is_empty

_MOSTLY: Final = 0.8
_INEXACT: Final = 2**53
_ANOTHER: Final = "another table"
_LEARNED_FROM: Final = 1_000
"""Rows that show which columns hold numbers."""


class Merged(NamedTuple):
    """Merged cells, counted from 0 from the sheet's first row and the table's first column."""

    top: int
    bottom: int
    left: int
    columns: int

    @classmethod
    def of(cls, area: tuple[tuple[int, int], tuple[int, int]], start: tuple[int, int] | None) -> Merged:
        """Return merged cells from the sheet's own counting."""
        (top, left), (bottom, right) = area
        return cls(top, bottom, left - (0 if start is None else start[1]), right - left + 1)


class SheetRows:
    """The rows of one sheet below its header. They can be read once."""

    def __init__(
        self,
        rows: Iterator[list[Any]],
        columns: list[str],
        header: Header,
        merged: Sequence[Merged],
        notes: Notes,
        *,
        sample: Sequence[Sequence[Any]],
    ) -> None:
        """Take the rows from the sheet's first one on; `sample` are the first ones below the header."""
        self.columns = columns
        self._header, self._notes = header, notes
        self._rows = enumerate(_filled(rows, merged, header, columns, notes))
        self._headings = {
            area.top for area in merged if area.top == area.bottom and 2 * area.columns > len(columns)
        }
        self._spacer = _spacer(header, sample)
        self._again: list[tuple[int, list[Any]]] = []
        self._first: list[Any] = []
        self._said: Counter[int] = Counter()
        self._numbers: Counter[int] = Counter()
        self._number = 0
        self._beside = 0

    def __iter__(self) -> Iterator[Record | Skipped]:
        after_blank = False
        while (found := self._next()) is not None:
            at, row = found
            cells = tuple(map(_value, row))
            if empty(cells):
                after_blank = True
                yield Skipped(at + 1, "blank")
                continue
            if at < self._header.at:
                yield Skipped(at + 1, "preamble")
                continue
            if at < self._header.at + self._header.depth:
                self._first = self._first or row
                continue
            if after_blank and row != self._first and self._begins_another(cells):
                yield from self._leave_out(at, cells)
                return
            after_blank = False
            why = self._why_skipped(at, row, cells)
            yield self._record(at, cells) if why is None else Skipped(at + 1, why)
        if self._beside:
            self._notes.warnings.append(
                f"Another table stands beside this one, after an empty column: {rows_of(self._beside)} "
                "that only it has are not read."
            )

    def _next(self) -> tuple[int, list[Any]] | None:
        return self._again.pop() if self._again else next(self._rows, None)

    def _why_skipped(self, at: int, row: list[Any], cells: tuple[Any, ...]) -> str | None:
        """Return why a row is no listing, else None."""
        if row == self._first:
            return "repeated header"
        if at in self._headings and _said(cells) == 1:
            return "heading"
        if is_total(cells):
            return "total"
        if len(self.columns) > 2 and is_sentence(cells) and not is_empty(cells[0]):
            return "disclaimer"
        if self._spacer and empty(cells[: self._spacer]):
            self._beside += 1
            return _ANOTHER
        return None

    def _record(self, at: int, cells: tuple[Any, ...]) -> Record:
        self._number += 1
        if at < _LEARNED_FROM:
            for column, cell in enumerate(cells):
                if cell is not None:
                    self._said[column] += 1
                    self._numbers[column] += not isinstance(cell, str)
        return Record(self._number, at + 1, dict(zip(self.columns, cells, strict=False)))

    def _begins_another(self, cells: tuple[Any, ...]) -> bool:
        """Whether a row after a blank one is the header of a table of its own, as the row after it shows.

        It only has words without digits, at least one of them in a column of numbers, and the next row has
        nothing beside them.
        """
        said = [at for at, cell in enumerate(cells) if cell is not None]
        words = [str(cells[at]).strip() for at in said]
        if len(said) < 2 or len(set(words)) < len(words) or not all(_is_word(cells[at]) for at in said):
            return False
        if not any(self._said[at] and self._numbers[at] >= _MOSTLY * self._said[at] for at in said):
            return False
        after = self._next()
        if after is None:
            return False
        self._again.append(after)
        below = [at for at, cell in enumerate(map(_value, after[1])) if cell is not None]
        return bool(below) and set(below) <= set(said)

    def _leave_out(self, at: int, cells: tuple[Any, ...]) -> Iterator[Skipped]:
        named = ", ".join(repr(str(cell).strip()) for cell in cells if cell is not None)
        self._notes.warnings.append(
            f"Another table begins on row {at + 1} ({named}); it is not read: move it to a sheet of its own."
        )
        yield Skipped(at + 1, _ANOTHER)
        while (found := self._next()) is not None:
            yield Skipped(found[0] + 1, "blank" if empty(found[1]) else _ANOTHER)


def _filled(
    rows: Iterator[list[Any]],
    merged: Sequence[Merged],
    header: Header,
    columns: list[str],
    notes: Notes,
) -> Iterator[list[Any]]:
    """Yield the rows, with what cells merged over several rows hold in each of these rows."""
    below = [area for area in merged if area.bottom > area.top >= header.at + header.depth]
    begins: dict[int, list[Merged]] = defaultdict(list)
    for area in below:
        begins[area.top].append(area)
    going: dict[int, tuple[int, Any]] = {}
    count: Counter[str] = Counter()
    for at, row in enumerate(rows):
        if going:
            going = {column: (last, cell) for column, (last, cell) in going.items() if at <= last}
            for column, (_, cell) in going.items():
                if is_empty(row[column]):
                    row[column] = cell
                    count[columns[column] if column < len(columns) else f"column {column + 1}"] += 1
        for area in begins.get(at, ()):
            if 0 <= area.left < len(row) and not is_empty(row[area.left]):
                going[area.left] = (area.bottom, row[area.left])
        yield row
    if count:
        told = ", ".join(f"{name!r} in {rows_of(number)}" for name, number in count.items())
        notes.warnings.append(f"Merged cells are read in each row that they cover: {told}.")


def rows_of(number: int) -> str:
    """Return a number of rows in words."""
    return f"{number:,} row{'' if number == 1 else 's'}"


def _spacer(header: Header, sample: Sequence[Sequence[Any]]) -> int:
    """Return the position of the first empty column between named ones, of which two precede; else 0."""
    named = [at for at, cell in enumerate(header.cells) if not is_empty(cell)]
    gaps = [one + 1 for one, after in pairwise(named) if after > one + 1 and one > 0]
    return next((at for at in gaps if all(at >= len(row) or is_empty(row[at]) for row in sample)), 0)


def _value(cell: Any) -> Any:
    """Return a cell's value; sheets store integers as floats, of which the largest are not exact."""
    if cell.__class__ is float:
        return int(cell) if cell.is_integer() and abs(cell) < _INEXACT else cell
    return None if cell == "" else cell


def empty(row: Sequence[Any]) -> bool:
    """Whether nothing is written in a row."""
    return all(map(is_empty, row))


def _said(cells: Sequence[Any]) -> int:
    return sum(not is_empty(cell) for cell in cells)


def _is_word(cell: Any) -> bool:
    return is_label(cell) and not any(char.isdigit() for char in cell)
