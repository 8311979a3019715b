"""Areas in square metres, from the units that listings use around the world."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from config.errors import ParseError
from parsing.number import NUMBER, parse_number, read_digits
from parsing.text import LONGEST_VALUE, one_line
from parsing.vocabulary.units import CODES, UNIT_WORD, unit_of

_SQUARE_FEET_IN_M2: Final = Decimal("10.7639104")
_CENT: Final = Decimal("0.01")
_IN_M2: Final = {
    "m2": Decimal(1),
    "sqft": 1 / _SQUARE_FEET_IN_M2,
    "sqyd": 9 / _SQUARE_FEET_IN_M2,
    "acre": 43_560 / _SQUARE_FEET_IN_M2,
    "ha": Decimal(10_000),
    "km2": Decimal(1_000_000),
    "tsubo": Decimal(400) / 121,
}
_IS_UNIT: Final = re.compile(rf"(?:{UNIT_WORD})", re.IGNORECASE).fullmatch
_WORD_ENDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s./()\[\]-]+")
_UNIT: Final = rf"(?:{UNIT_WORD})(?![^\W_])"
_SPAN: Final = r"(?:-|–|—|~|a|to|hasta|bis|à|until|al|x|×|by|por)"
_AREA: Final = re.compile(
    rf"(?P<low>{NUMBER}) ?(?P<unit1>{_UNIT})?"
    rf"(?: ?(?P<link>{_SPAN}) ?(?P<high>{NUMBER}) ?(?P<unit2>{_UNIT})?)?",
    re.IGNORECASE,
)
_TIMES: Final = frozenset(("x", "×", "by", "por"))


@dataclass(frozen=True, slots=True)
class Area:
    """An area in m²; `maximum` is set where the text gives a range."""

    m2: Decimal
    maximum: Decimal | None = None


def header_words(header: str) -> str:
    """A header as plain lower-case words: camel case, underscores and brackets become blanks."""
    return _WORD_ENDS.sub(" ", header.strip()).casefold().strip()


@lru_cache(maxsize=1000)
def unit_named(text: str) -> str | None:
    """The unit a text names ("Square Feet", "SquareMeters", "ac", "MTK"), None where it names none."""
    if len(text) > LONGEST_VALUE:
        return None
    for word in (one_line(text), header_words(text)):
        if _IS_UNIT(word):
            return unit_of(word)
    return CODES.get(text.strip().lower())


def square_metres(number: Decimal, unit: str) -> Decimal:
    """A measure in m², to two decimals."""
    return (number * _IN_M2[unit]).quantize(_CENT, ROUND_HALF_UP)


def per_square_metre(amount: Decimal, unit: str) -> Decimal:
    """A price per `unit` as a price per m², to two decimals."""
    return (amount / _IN_M2[unit]).quantize(_CENT, ROUND_HALF_UP)


def parse_area(text: object, *, unit: str = "m2", decimal_mark: str | None = None) -> Area:
    """One area, a range ("36 a 101 m²") or front by depth ("10x20"); a bare number is in `unit`."""
    if not isinstance(text, str):
        return Area(_positive(text, parse_number(text), unit))
    line = one_line(text)
    found = list(_AREA.finditer(line))
    with_unit = [each for each in found if each["unit1"] or each["unit2"]]
    if with_unit:
        metric = (each for each in with_unit if unit_of(each["unit2"] or each["unit1"]) == "m2")
        return _read(next(metric, with_unit[0]), unit, decimal_mark)
    if len(found) == 1 and not re.search(r"[^\W\d_]", line[: found[0].start()] + line[found[0].end() :]):
        if not found[0]["link"]:
            return Area(_positive(line, parse_number(line, decimal_mark=decimal_mark), unit))
        return _read(found[0], unit, decimal_mark)
    raise ParseError(text, "unknown unit" if found else "no number in it")


def _read(found: re.Match[str], unit: str, decimal_mark: str | None) -> Area:
    named = found["unit2"] or found["unit1"]
    unit = unit_of(named) if named else unit
    low = read_digits(found["low"], decimal_mark=decimal_mark)
    if not found["link"]:
        return Area(_positive(found[0], low, unit))
    high = read_digits(found["high"], decimal_mark=decimal_mark)
    if found["link"].lower() in _TIMES:
        return Area(_positive(found[0], low * high, unit))
    if high < low:
        raise ParseError(found[0], "a range that ends below its start")
    return Area(_positive(found[0], low, unit), _positive(found[0], high, unit))


def _positive(text: object, number: Decimal, unit: str) -> Decimal:
    if number < 0:
        raise ParseError(text if isinstance(text, str) else str(number), "an area below zero")
    return square_metres(number, unit)
