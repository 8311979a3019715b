"""Units of area: in a word, in a header such as "LIVING AREA (SQFT)", in another column."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from config.errors import ParseError
from parsing.area import UNIT_WORD, square_metres, unit_of
from parsing.text import one_line

_IS_UNIT: Final = re.compile(rf"(?:{UNIT_WORD})", re.IGNORECASE).fullmatch
_WORD_ENDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s./()\[\]-]+")
_IN_HEADER: Final = {
    "sqft": re.compile(r"\b(?:sq(?:r|uare)? ?f(?:ee|oo)?t(?:age)?|sqft|sf|ft2|ft²|pies cuadrados)\b"),
    "acre": re.compile(r"\b(?:acres?|acreage)\b"),
    "ha": re.compile(r"\b(?:ha|hectares?|hectareas|hektar)\b"),
    "sqyd": re.compile(r"\b(?:sq(?:uare)? ?y(?:ar)?ds?)\b"),
    "m2": re.compile(r"\b(?:m ?2|m²|sqm|sq ?m|square met(?:er|re)s?|metros cuadrados|qm|mts ?2)(?!\w)"),
}
_PLAIN: Final = re.compile(r"\d{1,9}(?:\.\d{1,2})?", re.ASCII).fullmatch


def header_words(header: str) -> str:
    """A header as plain lower-case words: camel case, underscores and brackets become blanks."""
    return _WORD_ENDS.sub(" ", header.strip()).casefold().strip()


@lru_cache(maxsize=1000)
def unit_named(text: str) -> str | None:
    """The unit a word names ("Square Feet", "SquareMeters", "ac"), None where it names none."""
    for word in (one_line(text), header_words(text)):
        if _IS_UNIT(word):
            return unit_of(word)
    return None


def is_unit(text: str) -> bool:
    """Whether a mapping's `unit` is a unit itself, not the name of the column that says it."""
    return unit_named(text) is not None


def unit_in_header(header: str) -> str | None:
    """The unit that a column's name states."""
    words = header_words(header)
    return next((unit for unit, pattern in _IN_HEADER.items() if pattern.search(words)), None)


def measured(value: Any, unit: str) -> Any:
    """A bare number as m²; a text goes on with the unit behind it, and its own unit comes first."""
    if isinstance(value, str):
        text = value.strip()
        return square_metres(Decimal(text), unit) if _PLAIN(text) else f"{value} {_WORD[unit]}"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite() or abs(number) >= 10**12:
            raise ParseError(str(value)[:50], "not an area that can be kept")
        return square_metres(number, unit)
    return value


_WORD: Final = {
    "sqft": "sqft",
    "acre": "acres",
    "ha": "ha",
    "sqyd": "sq yd",
    "m2": "m2",
    "km2": "km2",
    "tsubo": "坪",
}
