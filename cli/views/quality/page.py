"""The page that each form of a report draws: what to do first, figures, sections of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from services.reports.quality import Places, Recommendation

Tone = Literal["good", "fair", "poor", "none"]


@dataclass(frozen=True)
class Meter:
    """A share, 0 to 1, as a bar, with its percentage or without; `tone` says how good it is."""

    share: float
    tone: Tone = "none"
    in_percent: bool = True


@dataclass(frozen=True)
class Spark:
    """Figures of the last sessions, the oldest first; null where there is none."""

    values: Sequence[float | None]


@dataclass(frozen=True)
class Code:
    """A text as the source wrote it."""

    text: str


@dataclass(frozen=True)
class Step:
    """A command to run next, without the program before it."""

    command: str


Cell = str | int | float | None | Meter | Spark | Code | Step


@dataclass(frozen=True)
class Table:
    """Rows under columns; the first column names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str


@dataclass(frozen=True)
class Section:
    """A heading, sentences and tables; `places` is drawn as a map where the form can."""

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
    """A report as people read it."""

    title: str
    subtitle: str
    figures: Sequence[Figure]
    advice: Sequence[Recommendation]
    all_well: str
    """What is said where nothing is to be done."""
    sections: Sequence[Section]
    footer: str


def tone_of(share: float | None, good: float, fair: float) -> Tone:
    """How good a share is that should be high."""
    if share is None:
        return "none"
    return "good" if share >= good else "fair" if share >= fair else "poor"
