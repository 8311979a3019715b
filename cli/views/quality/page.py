"""The page that each form of a report draws: what to do first, figures, sections of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from services.reports.quality import Places, Recommendation

Tone = Literal["good", "fair", "poor", "none"]


@dataclass(frozen=True)
class Meter:
    """A share, 0 to 1, as a bar, with its percentage or without; `tone` says how good it is.

    `mark` is a share that it is compared with.
    """

    kind: ClassVar[str] = "meter"
    share: float
    tone: Tone = "none"
    in_percent: bool = True
    mark: float | None = None
    is_narrow: bool = False
    """Whether a terminal shows the percentage alone."""


@dataclass(frozen=True)
class Spark:
    """Figures of the last sessions, the oldest first; null where there is none. `last` is said beside it."""

    kind: ClassVar[str] = "spark"
    values: Sequence[float | None]
    last: str = ""


@dataclass(frozen=True)
class Code:
    """A text as the source wrote it."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Link:
    """The address of a page."""

    kind: ClassVar[str] = "link"
    url: str


Cell = str | int | float | None | Meter | Spark | Code | Link


@dataclass(frozen=True)
class Table:
    """Rows under columns; the first column names the row."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def is_numeric(self, index: int) -> bool:
        """Whether a column holds numbers and nothing else."""
        cells = [row[index] for row in self.rows if row[index] is not None]
        return bool(cells) and all(isinstance(cell, int | float) for cell in cells)

    def filled(self) -> Table:
        """The table without the columns that have nothing in any row."""
        kept = [
            index for index in range(len(self.columns)) if any(row[index] is not None for row in self.rows)
        ]
        return Table(
            self.title,
            [self.columns[index] for index in kept],
            [[row[index] for index in kept] for row in self.rows],
        )


@dataclass(frozen=True)
class Section:
    """A heading, sentences, tables and commands; `places` is drawn as a map where the form can."""

    key: str
    title: str
    lines: Sequence[str] = ()
    tables: Sequence[Table] = ()
    steps: Sequence[str] = ()
    places: Places | None = None


@dataclass(frozen=True)
class Figure:
    """A number at the top of the page, what it is, and its share of a whole, if it has one."""

    name: str
    value: str
    note: str
    share: float | None = None
    tone: Tone = "none"


@dataclass(frozen=True)
class Page:
    """A report as people read it; `all_well` is said where nothing is to be done."""

    title: str
    subtitle: str
    figures: Sequence[Figure]
    advice: Sequence[Recommendation]
    all_well: str
    sections: Sequence[Section]
    footer: str


def tone_of(share: float | None, good: float, fair: float) -> Tone:
    """How good a share is that should be high."""
    if share is None:
        return "none"
    return "good" if share >= good else "fair" if share >= fair else "poor"
