"""Amounts that a file states in thousands, lakh or another multiple, as full amounts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from config.errors import DoubtError, ParseError
from parsing.number import NUMBER, parse_number, plain_figures, read_digits
from parsing.scale import SCALE
from parsing.text import fold, one_line
from parsing.vocabulary.units import UNIT_WORD

FACTORED: Final = frozenset(("price", "amount", "area", "integer"))
"""The readings whose bare numbers a factor may multiply."""

_NUMBER: Final = re.compile(NUMBER)
_BARE: Final = re.compile(r"[+-]?\d+(?:\.\d*)?(?:e[+-]?\d{1,2})?")
_HAS_MULTIPLE: Final = re.compile(rf"\d ?(?:{SCALE})")
_HAS_UNIT: Final = re.compile(rf"\d[ -]?(?:{UNIT_WORD})(?![^\W_])", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_RANGE: Final = frozenset(
    ("a", "al", "ate", "bis", "do", "e", "en", "hasta", "to", "tot", "until", "y", "до")
)
_FIRST_LARGE: Final = 1_000
_FULL: Final = 50_000
"""A number from which a column of thousands, or of more, holds no multiple: it would be 50 million."""
_CENT: Final = Decimal("0.01")


def multiplied(value: Any, factor: Decimal, *, decimal_mark: str | None) -> Any:
    """A bare number, or both ends of a range, times `factor`; a text with a multiplier or unit as it is.

    Raises ParseError for a text of several numbers that are no range, and DoubtError for a full amount.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _times(parse_number(value), factor)
    if not isinstance(value, str):
        return value
    line = plain_figures(fold(one_line(value)))
    if _HAS_MULTIPLE.search(line) or _HAS_UNIT.search(line):
        return value
    if _BARE.fullmatch(line) and (decimal_mark != "," or "." not in line):
        return _times(Decimal(line), factor)
    found = list(_NUMBER.finditer(line))
    if not found:
        return value
    if len(found) > 2 or (len(found) == 2 and not _is_range(line, *found)):
        raise ParseError(value, "several numbers, and its factor is for one")
    return _NUMBER.sub(
        lambda number: f"{_times(read_digits(number[0], decimal_mark=decimal_mark), factor):f}", line
    )


def _is_range(line: str, low: re.Match[str], high: re.Match[str]) -> bool:
    between = line[low.end() : high.start()]
    words = set(_LETTERS.findall(between)) - set(_LETTERS.findall(line[: low.start()]))
    return words <= _RANGE and (bool(words) or any(mark in between for mark in "-–—~"))


def _times(number: Decimal, factor: Decimal) -> Decimal:
    """Raises DoubtError for a number that is a full amount already, in a column of thousands or more."""
    if factor >= _FIRST_LARGE and number >= _FULL:
        why = f"a full amount already, or {number:,f} times {factor:,f}"
        raise DoubtError(f"{number:f}", why, (number, number * factor))
    return _exact(number * factor)


def _exact(number: Decimal) -> Decimal:
    """The number without needless zeros, to two decimals, as three could be read as grouped."""
    return number.quantize(Decimal(1) if number == number.to_integral_value() else _CENT, "ROUND_HALF_UP")
