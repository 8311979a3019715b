"""Ranges: which amounts are the ends of one, and what an end that leaves something out stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from config.errors import DoubtError
from parsing.mentions import Mention
from parsing.period import without_period

LINK: Final = re.compile(
    r"\s*(?:[-–—~〜]|\b(?:a|to|bis|hasta|up to|and|y|e|ate|through|et|till|tot|do|до|al|sampai|s/d|den)\b|"
    r"&)\s*"
)
_FARTHEST: Final = 100
"""Times that the end of a price range may be its start."""
_LIKELY: Final = 10
"""The same where a factor had to be completed …"""
_LIKELY_UNMARKED: Final = 3
"""… and where the low end may not be money at all: "12 - $310,000"."""
_THOUSAND: Final = Decimal(1_000)


def linked(first: Mention, second: Mention) -> bool:
    """Whether only a dash or a word like "to" stands between two amounts."""
    if second.start - first.end != len(second.gap):
        return False  # another number is between them
    gap = second.gap if first.period is None else without_period(second.gap)
    return LINK.fullmatch(gap) is not None


def ends(text: str, low: Mention, high: Mention) -> tuple[Decimal, Decimal]:
    """The two ends, the lower one first: a factor is shared and a low end completed where only that fits.

    "430-450K" is 430,000 … 450,000, "950-1.05m" 950,000 … 1,050,000, "219 - 249,000" 219,000 … 249,000.
    Raises DoubtError where the ends stay far apart.
    """
    first, last = low.amount, high.amount
    if low.factor is None and high.factor is not None:
        first = _completed(low, last, (high.factor, Decimal(1), _THOUSAND), first)
    elif high.factor is None and low.factor is not None:
        last = _following(high, first, low.factor)
    elif low.factor is None and first < _THOUSAND <= last:
        first = _completed(low, last, (Decimal(1), _THOUSAND, _THOUSAND**2), first)
    if first > _LIKELY_UNMARKED * last:
        raise DoubtError(text, "the second number is far below the first", (f"{first:f}", f"{last:f}"))
    first, last = sorted((first, last))
    if first * _FARTHEST < last or (not low.marked and first * _LIKELY_UNMARKED < last):
        raise DoubtError(text, _why(first, last), (f"{first:f} … {last:f}", f"{last:f}"))
    return first, last


def _why(first: Decimal, last: Decimal) -> str:
    if first * _FARTHEST < last:
        return f"the ends of the range are more than {_FARTHEST} × apart"
    return "the number before the price may be no price"


def _completed(low: Mention, last: Decimal, factors: tuple[Decimal, ...], otherwise: Decimal) -> Decimal:
    """The low end with the first factor that brings it below the high one and near it."""
    likely = _LIKELY if low.marked else _LIKELY_UNMARKED
    for times in (likely, _FARTHEST):
        for amount in _multiples(low.figure, factors):
            if amount <= last <= times * amount:
                return amount
    return otherwise


def _following(high: Mention, first: Decimal, factor: Decimal) -> Decimal:
    """The high end in the low one's factor ("1.2M - 1.5"), if it does not say more by itself."""
    shared = high.figure * factor
    return shared if first <= _LIKELY * shared and shared <= _LIKELY * first else high.figure


def _multiples(figure: Decimal, factors: tuple[Decimal, ...]) -> Iterator[Decimal]:
    return (figure * factor for factor in factors)
