"""What two listings are compared by, level by level, and how texts agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rapidfuzz.fuzz import token_sort_ratio

MISSING: Final = "0"
"""The level of a comparison where one side says nothing: it speaks neither for nor against."""
WAITING: Final = "?"
"""In place of the level of two texts that differ and are still to be compared letter by letter."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of two listings, with the share of pairs that each level is expected to have.

    `levels` goes from best to worst; the first is the character 1 of a pattern. `same` are the shares among
    pairs of one home (m of Fellegi and Sunter), `other` those among unlike pairs that share a cell (u),
    `near` those among neighbours, such as two flats of one tower, where records have any. What is `firm` is
    learnt from known pairs alone: who lists a home again gets its unit, rooms and floor right, and were that
    learnt from all pairs, all homes of one tower would look like one.
    """

    name: str
    levels: tuple[str, ...]
    same: tuple[float, ...]
    other: tuple[float, ...]
    near: tuple[float, ...] | None = None
    firm: bool = False


_AMOUNTS: Final = ("equal", "within 2 %", "within 10 %", "further apart")
_COUNTS: Final = ("equal", "one apart", "further apart")
_TEXTS: Final = ("equal", "nearly equal", "alike", "different")
_WORDS: Final = ("equal", "differ")
_METRES: Final = ("within 15 m", "within 100 m", "within 500 m", "further")
_NUMBERS: Final = (
    "house and unit are equal",
    "the house is equal, no unit is named",
    "one names a unit more",
    "house or unit differ",
)

COMPARISONS: Final[tuple[Comparison, ...]] = (
    Comparison(
        "numbers",
        _NUMBERS,
        (0.45, 0.42, 0.12, 0.01),
        (0.002, 0.018, 0.03, 0.95),
        (0.002, 0.03, 0.118, 0.85),
        True,
    ),
    Comparison(
        "street", _TEXTS, (0.75, 0.15, 0.07, 0.03), (0.20, 0.05, 0.10, 0.65), (0.90, 0.05, 0.03, 0.02)
    ),
    Comparison(
        "distance", _METRES, (0.55, 0.25, 0.15, 0.05), (0.05, 0.10, 0.20, 0.65), (0.65, 0.25, 0.07, 0.03)
    ),
    Comparison(
        "price", _AMOUNTS, (0.60, 0.15, 0.20, 0.05), (0.05, 0.10, 0.20, 0.65), (0.15, 0.20, 0.35, 0.30)
    ),
    Comparison(
        "area", _AMOUNTS, (0.70, 0.12, 0.12, 0.06), (0.05, 0.10, 0.20, 0.65), (0.40, 0.15, 0.20, 0.25)
    ),
    Comparison("bedrooms", _COUNTS, (0.95, 0.04, 0.01), (0.50, 0.30, 0.20), (0.75, 0.20, 0.05), firm=True),
    Comparison("bathrooms", _COUNTS, (0.88, 0.09, 0.03), (0.50, 0.35, 0.15), (0.75, 0.20, 0.05), firm=True),
    Comparison("floor", _COUNTS, (0.96, 0.03, 0.01), (0.20, 0.25, 0.55), (0.25, 0.25, 0.50), firm=True),
    Comparison("type", _WORDS, (0.85, 0.15), (0.60, 0.40), (0.90, 0.10)),
    Comparison("title", _TEXTS, (0.30, 0.15, 0.20, 0.35), (0.03, 0.02, 0.10, 0.85), (0.10, 0.10, 0.25, 0.55)),
    Comparison("picture", _WORDS, (0.50, 0.50), (0.005, 0.995), (0.02, 0.98)),
    Comparison("phone", _WORDS, (0.60, 0.40), (0.10, 0.90), (0.40, 0.60)),
    Comparison(
        "description", _TEXTS, (0.35, 0.20, 0.25, 0.20), (0.01, 0.02, 0.12, 0.85), (0.05, 0.10, 0.25, 0.60)
    ),
    Comparison("year", _COUNTS, (0.92, 0.05, 0.03), (0.20, 0.10, 0.70), (0.70, 0.10, 0.20)),
)
"""In the order of the characters of a pattern, as sql/snippets/pair_code.sql writes them."""


def levels(pattern: str) -> dict[str, str]:
    """What each comparison of a pattern says, in words; one that says nothing is left out."""
    return {
        comparison.name: comparison.levels[int(level) - 1]
        for comparison, level in zip(COMPARISONS, pattern, strict=True)
        if level != MISSING
    }


def street_level(left: str, right: str) -> str:
    """How the words of two streets agree: "2" nearly equal, "3" alike, "4" different."""
    return text_level(left, right, nearly=92, alike=75)


def title_level(left: str, right: str) -> str:
    """How two titles agree: "2" nearly equal, "3" alike, "4" different."""
    return text_level(left, right, nearly=90, alike=70)


def description_level(left: str, right: str) -> str:
    """How two descriptions agree: "2" nearly equal, "3" alike, "4" different."""
    return text_level(left, right, nearly=85, alike=60)


def text_level(left: str, right: str, *, nearly: float, alike: float) -> str:
    """How two texts agree that are not equal; `nearly` and `alike` are the least likeness, 0 … 100."""
    ratio = token_sort_ratio(left, right, score_cutoff=alike)
    return "2" if ratio >= nearly else "3" if ratio >= alike else "4"
