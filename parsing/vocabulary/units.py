"""How areas are measured: the words of each unit, as short patterns without case."""

from __future__ import annotations

import re
from typing import Final

AREAS: Final[dict[str, tuple[str, ...]]] = {
    "sqft": (
        r"sq(?:r|uare)?\.? ?f(?:ee|oo)?t(?:age)?\.?", r"ft ?[2²]", r"sf", r"feet squared", r"pies ?[2²]",
        r"pies cuadrados?",
    ),
    "acre": (r"acres?", r"acreage", r"ac\.?"),
    "ha": (r"ha\.?s?", r"hect[aá]reas?", r"hectares?", r"hektar"),
    "sqyd": (r"sq(?:uare)?\.? ?y(?:ar)?ds?\.?", r"gaj", r"yd ?[2²]"),
    "m2": (
        r"m ?[2²]", r"mts?\.? ?[2²]?", r"mtrs?\.? ?[2²]", r"metros? ?[2²]?", r"metros? ?cuadrados?",
        r"m\.? cuadrados?", r"sq\.? ?m\.?", r"sq\.? ?mtr?s?\.?", r"sq(?:uare)?\.? ?met(?:er|re)s?",
        r"met(?:er|re|ro)s? ?squared", r"qm", r"quadratmeter", r"m[eè]tres? carr[eé]s?", r"metri quadr[io]",
        r"mq", r"metros? ?quadrados?", r"平米", r"平方米",
    ),
    "km2": (r"km ?[2²]", r"square kilomet(?:er|re)s?"),
    "tsubo": (r"坪",),
}  # fmt: skip
LENGTHS: Final[dict[str, tuple[str, ...]]] = {
    "m2": (r"m", r"meters?", r"metres?"),
    "sqft": (r"ft\.?", r"feet"),
}
"""Lengths that stand for areas where only an area can: in a cell of one, or as the unit beside a number."""
CODES: Final = {"mtk": "m2", "ftk": "sqft", "ydk": "sqyd", "acr": "acre", "har": "ha", "kmk": "km2"}
"""UN/CEFACT's codes, as schema.org's `unitCode` gives them."""

WRITTEN: Final = {
    "sqft": "sqft", "acre": "acres", "ha": "ha", "sqyd": "sq yd", "m2": "m²", "km2": "km²", "tsubo": "坪",
}  # fmt: skip
"""How a unit is added to a bare number."""

_UNCLEAR: Final = (r"ac\.?",)  # air conditioning
# a metro is a railway too, and short words end many others
_NOT_ENDINGS: Final = (
    r"ac\.?",
    r"ha\.?s?",
    r"sf",
    r"qm",
    r"mq",
    r"gaj",
    r"mts?\.? ?[2²]?",
    r"metros? ?[2²]?",
    r"坪",
)


def any_of(*lists: dict[str, tuple[str, ...]], but: tuple[str, ...] = ()) -> str:
    """One pattern for the words of these lists, longer ones first."""
    found = [word for units in lists for words in units.values() for word in words if word not in but]
    return "|".join(sorted(found, key=lambda word: (-len(word), word)))


UNIT_WORD: Final = any_of(AREAS, LENGTHS)
"""Any unit, where an area or a price per area stands."""
TEXT_WORD: Final = rf"(?:{any_of(AREAS, but=_UNCLEAR)})(?:(?<=[2²])|(?![^\W\d_]))"
"""A unit in running text, where "ft" is a length and "AC" is air conditioning."""
HEADER_WORD: Final = {unit: any_of({unit: words}) for unit, words in AREAS.items()}
"""By unit, its words in a column's name: there a length is a length."""
KEY_ENDING: Final = re.compile(
    rf"(?P<stem>.*?)(?P<unit>{any_of(AREAS, but=_NOT_ENDINGS)}|mt?s?2)", re.IGNORECASE
)
"""The end of a JSON key such as `livingAreaSqFt`, all in small letters and digits."""

_UNIT_OF: Final = {
    unit: re.compile(any_of({unit: (*AREAS[unit], *LENGTHS.get(unit, ()))}), re.IGNORECASE) for unit in AREAS
}


def unit_of(word: str) -> str:
    """The unit that a word matched by one of these patterns names."""
    return next(unit for unit, pattern in _UNIT_OF.items() if pattern.fullmatch(word))
