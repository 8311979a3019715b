"""Areas in square metres, from the units that listings use around the world."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from config.errors import ParseError
from parsing.number import NUMBER, parse_number, read_digits
from parsing.text import one_line

_SQUARE_FEET_IN_M2: Final = Decimal("10.7639104")
_CENT: Final = Decimal("0.01")

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "m2": (
        r"m ?2", r"mts?\.? ?2", r"mtrs?\.? ?2", r"mts?\.?", r"mt", r"metros? ?2", r"metros? cuadrados?",
        r"metros?", r"m\.? cuadrados?",
        r"sq\.? ?m", r"sqm\.?", r"sq\.? met(?:er|re)s?", r"square met(?:er|re)s?", r"qm",
        r"quadratmeter", r"mètres? carrés?", r"metri quadr[io]", r"mq", r"metros? quadrados?",
        r"m", r"平米", r"平方米",
    ),
    "sqft": (
        r"sq\.? ?ft\.?", r"sqft\.?", r"ft ?2", r"sf", r"square feet", r"square foot", r"sq\.? feet",
        r"pies ?2",         r"pies cuadrados?", r"feet",
    ),
    "sqyd": (r"sq\.? ?yd\.?s?", r"square yards?", r"gaj", r"yd ?2"),
    "acre": (r"acres?", r"ac\.?"),
    "ha": (r"ha\.?s?", r"hect[aá]reas?", r"hectares?", r"hektar"),
    "km2": (r"km ?2", r"square kilomet(?:er|re)s?"),
    "tsubo": (r"坪",),
}  # fmt: skip
UNIT_WORD: Final = "|".join(
    sorted((word for words in _WORDS.values() for word in words), key=lambda word: (-len(word), word))
)
_UNIT_OF: Final = {
    unit: re.compile(rf"(?:{'|'.join(words)})", re.IGNORECASE) for unit, words in _WORDS.items()
}
_IN_M2: Final = {
    "m2": Decimal(1),
    "sqft": 1 / _SQUARE_FEET_IN_M2,
    "sqyd": 9 / _SQUARE_FEET_IN_M2,
    "acre": 43_560 / _SQUARE_FEET_IN_M2,
    "ha": Decimal(10_000),
    "km2": Decimal(1_000_000),
    "tsubo": Decimal(400) / 121,
}
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


def unit_of(word: str) -> str:
    """The unit that a matched unit word names."""
    return next(unit for unit, pattern in _UNIT_OF.items() if pattern.fullmatch(word))


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
    raise ParseError(text, "a unit nobody knows" if found else "no number in it")


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
