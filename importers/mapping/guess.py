"""The fields that one column may be, judged by its name and its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from config.errors import ParseError
from config.listing import FIELD
from importers.mapping.base import LINKS
from importers.mapping.evidence import misfit, objection
from importers.mapping.factor import FACTORED, multiplied
from importers.mapping.header_factor import factor_in_header, without_factor
from importers.mapping.header_names import is_text, meanings
from importers.mapping.relative_links import completed
from importers.mapping.shapes import by_shape, fit

LEAST: Final = 0.4
"""A column with less confidence is left out; a comment in the file says so."""

Guess = tuple[str, float, str]
"""A field, how likely it is (0..1), and why."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column is taken for: no target means that it stays unmapped."""

    column: str
    target: str | None
    confidence: float
    why: str
    unit: str | None = None
    factor: Decimal | None = None
    """What the column's name says that its numbers are multiples of."""
    perhaps: str | None = None
    """The field that its name means where its values say otherwise."""


_REPEATED_KEY: Final = re.compile(r" \(\d+\)$")
_LEAST_FITTING: Final = 0.3
_NO_SHAPE: Final = 0.8  # an empty column is judged by its name alone
_VALUES_WEIGH: Final = 0.4
_TEXTS_WEIGH: Final = 0.15


def guesses_of(column: str, values: list[Any]) -> list[Guess]:
    """Every field the column may be, the likeliest first."""
    factor = factor_in_header(column)
    named = meanings(column if factor is None else without_factor(column))
    found = [_judged(column, guess, values) for guess in named]
    shaped = by_shape(completed(values)) if values else None
    if shaped is not None:
        found.append(_weighed(column, shaped, completed(values)))
    if _REPEATED_KEY.search(column):
        found = [
            (target, round(sure * 0.5, 2), f"{why}; a second column of that name")
            for target, sure, why in found
        ]
    return sorted(found, key=lambda guess: -guess[1])


def factor_for(column: str, target: str) -> tuple[Decimal, str] | None:
    """The multiple that the column's name states, and its words, where the field is a number."""
    return factor_in_header(column) if FIELD[target].read in FACTORED else None


def _judged(column: str, guess: Guess, values: list[Any]) -> Guess:
    """A guess from the name, after the values were tried."""
    target, sure, why = guess
    if not values:
        return target, round(sure * _NO_SHAPE, 2), f"{why}; empty in the sample"
    tried = completed(values) if FIELD[target].read in LINKS else values
    if (factor := factor_for(column, target)) is not None:
        tried, why = _multiples(values, factor[0]), f"{why}; its name says {factor[1]!r}"
    share = fit(target, tried)
    if share < _LEAST_FITTING:
        return target, round(LEAST * share, 2), misfit(target, share, values, why)
    weight = _TEXTS_WEIGH if is_text(target) and target not in ("city", "state", "address") else _VALUES_WEIGH
    confidence = round(sure * (1 - weight + weight * share), 2)
    why = why if share == 1 else f"{why}; {share:.0%} of the values fit"
    return _weighed(column, (target, confidence, why), tried)


def _weighed(column: str, guess: Guess, values: list[Any]) -> Guess:
    """A guess after what the values say against it."""
    target, sure, why = guess
    against = objection(target, column, values)
    return guess if against is None else (target, round(sure * against[0], 2), f"{why}, but {against[1]}")


def _multiples(values: Sequence[Any], factor: Decimal) -> list[Any]:
    """The values as the column's name asks to read them; those that cannot be stay as they are."""
    found = []
    for value in values:
        try:
            found.append(multiplied(value, factor, decimal_mark=None))
        except (ParseError, ArithmeticError, ValueError):
            found.append(value)
    return found
