"""Units of area: in a word, in a header such as "LIVING AREA (SQFT)", in another column."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from config.errors import ParseError
from parsing.area import header_words, square_metres, unit_named
from parsing.vocabulary.units import HEADER_WORD, REGIONAL, WRITTEN

_IN_HEADER: Final = {unit: re.compile(rf"\b(?:{words})(?!\w)") for unit, words in HEADER_WORD.items()}
_IN_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")
_PLAIN: Final = re.compile(r"\d{1,9}(?:\.\d{1,2})?", re.ASCII).fullmatch


def is_unit(text: str) -> bool:
    """Whether a mapping's `unit` is a unit itself, not the name of a column."""
    return declared_unit(text) is not None


def declared_unit(text: str) -> str | None:
    """The unit that a text names; of one whose size is a country's own ("katha"), its name."""
    word = text.strip().casefold()
    return unit_named(text) or next(
        (each for each in (word, word.removesuffix("s")) if each in REGIONAL), None
    )


def unit_in_header(header: str) -> str | None:
    """The unit that a column's name states."""
    named = _IN_BRACKETS.search(header)
    if named is not None and (unit := unit_named(named[1])) is not None:
        return unit
    words = header_words(header)
    return next((unit for unit, pattern in _IN_HEADER.items() if pattern.search(words)), None)


def unmeasured(value: Any) -> Any:
    """A number of no unit as text, whose reader doubts it; any other value as it is."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def measured(value: Any, unit: str) -> Any:
    """A bare number as m²; a text with the unit appended, unless it has its own.

    A unit whose size is a country's own is appended to every value: the cell's reader knows the country.
    """
    if unit in REGIONAL:
        return f"{value:f} {unit}" if isinstance(value, Decimal) else f"{value} {unit}"
    if isinstance(value, str):
        text = value.strip()
        return square_metres(Decimal(text), unit) if _PLAIN(text) else f"{value} {WRITTEN[unit]}"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite() or abs(number) >= 10**12:
            raise ParseError(str(value)[:50], "not an area that can be kept")
        return square_metres(number, unit)
    return value
