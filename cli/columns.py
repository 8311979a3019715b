"""Widths of a table's columns: a word is never broken where the table can be drawn without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WORD: Final = 40
"""A longer word, or a url, may be broken; ids and dates are shorter."""
_PIECE: Final = 20
"""What a column has room for where it holds words that may be broken."""


@dataclass(frozen=True, slots=True)
class Column:
    """How many cells of a terminal the contents of a column take."""

    longest_line: int
    least: int
    """The width below which a word that must stay whole would be broken."""


def measured(texts: Iterable[str]) -> Column:
    """The column that holds these texts."""
    from rich.cells import cell_len

    line = least = 0
    for text in texts:
        for each in text.splitlines():
            line = max(line, cell_len(each))
        for word in text.split():
            width = cell_len(word)
            least = max(least, min(width, _PIECE) if width > WORD or "://" in word else width)
    return Column(line, least)


def fit(columns: Sequence[Column], width: int) -> list[int] | None:
    """The widths of columns that share `width`; None where they would have to break a word.

    A column has the room for its longest word. What is left goes to those that want more, those that want the
    least first.
    """
    widths = [column.least for column in columns]
    left = width - sum(widths)
    if left < 0:
        return None
    by_want = sorted(range(len(columns)), key=lambda index: columns[index].longest_line - widths[index])
    for position, index in enumerate(by_want):
        share = left // (len(columns) - position)
        more = min(columns[index].longest_line - widths[index], share)
        widths[index] += more
        left -= more
    return widths
