"""What two listings are compared by, level by level, and how texts agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rapidfuzz.fuzz import token_sort_ratio

MISSING: Final = "0"
"""The level of a comparison where one side says nothing: it speaks neither for nor against."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of two listings, with the share of pairs that each level is expected to have.

    `levels` goes from best to worst; the first is the character 1 of a pattern. `same` are the shares among
    pairs of one home (m of Fellegi and Sunter), `other` those among other pairs that share a cell (u). The
    shares among pairs of one home are not learnt where they are `firm`: who lists a home again gets its unit,
    rooms and floor right, and were that learnt too, all homes of one tower would look like one.
    """

    name: str
    levels: tuple[str, ...]
    same: tuple[float, ...]
    other: tuple[float, ...]
    firm: bool = False


_AMOUNTS: Final = ("equal", "within 2 %", "within 10 %", "further apart")
_COUNTS: Final = ("equal", "one apart", "further apart")
_TEXTS: Final = ("equal", "nearly equal", "alike", "different")
_WORDS: Final = ("equal", "differ")
_METRES: Final = ("within 15 m", "within 100 m", "within 500 m", "further")
_NUMBERS: Final = ("house and unit are equal", "one names a unit more", "house or unit differ")

COMPARISONS: Final[tuple[Comparison, ...]] = (
    Comparison("numbers", _NUMBERS, (0.85, 0.12, 0.03), (0.15, 0.15, 0.70), firm=True),
    Comparison("street", _TEXTS, (0.75, 0.15, 0.07, 0.03), (0.40, 0.10, 0.10, 0.40)),
    Comparison("distance", _METRES, (0.55, 0.25, 0.15, 0.05), (0.10, 0.15, 0.20, 0.55)),
    Comparison("price", _AMOUNTS, (0.60, 0.15, 0.20, 0.05), (0.05, 0.15, 0.25, 0.55)),
    Comparison("area", _AMOUNTS, (0.70, 0.12, 0.12, 0.06), (0.08, 0.17, 0.25, 0.50)),
    Comparison("bedrooms", _COUNTS, (0.93, 0.05, 0.02), (0.55, 0.30, 0.15), firm=True),
    Comparison("bathrooms", _COUNTS, (0.88, 0.09, 0.03), (0.50, 0.35, 0.15), firm=True),
    Comparison("floor", _COUNTS, (0.95, 0.03, 0.02), (0.20, 0.25, 0.55), firm=True),
    Comparison("type", _WORDS, (0.85, 0.15), (0.60, 0.40)),
    Comparison("title", _TEXTS, (0.30, 0.15, 0.20, 0.35), (0.05, 0.05, 0.15, 0.75)),
    Comparison("picture", _WORDS, (0.50, 0.50), (0.01, 0.99)),
    Comparison("phone", _WORDS, (0.60, 0.40), (0.10, 0.90)),
)
"""In the order of the characters of a pattern, as property_manager.pattern_of() writes them."""


def levels(pattern: str) -> dict[str, str]:
    """What each comparison of a pattern says, in words; one that says nothing is left out."""
    return {
        comparison.name: comparison.levels[int(level) - 1]
        for comparison, level in zip(COMPARISONS, pattern, strict=True)
        if level != MISSING
    }


def street_level(left: str, right: str) -> str:
    """How the words of two streets agree: "2" nearly equal, "3" alike, "4" different."""
    return _level(token_sort_ratio(left, right), nearly=92, alike=75)


def title_level(left: str, right: str) -> str:
    """How two titles agree: "2" nearly equal, "3" alike, "4" different."""
    return _level(token_sort_ratio(left, right), nearly=90, alike=70)


def _level(ratio: float, *, nearly: float, alike: float) -> str:
    return "2" if ratio >= nearly else "3" if ratio >= alike else "4"
