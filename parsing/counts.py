"""Counts as people write them: rooms, bathrooms with their halves, storeys, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.number import parse_integer, parse_number
from parsing.text import plain
from parsing.vocabulary.counts import FLOORS, NUMBERS, WORDS

_FULL_AND_HALF: Final = re.compile(
    r"(?P<full>\d{1,2}) ?(?:f|fb|full(?: baths?| bathrooms?)?|completos?|enteros?|banos? completos?)\W*"
    r"(?:and |y |& ?)?(?:(?P<three>\d{1,2}) ?(?:tq|three[- ]quarters?|3/4)\W*(?:baths?)?\W*)?"
    r"(?:(?P<half>\d{1,2}) ?(?:h|hb|half(?: baths?| bathrooms?)?|partial|medios?(?: banos?)?|toilets?)\W*)?"
)
_AND_HALF: Final = re.compile(
    r"(?P<whole>\d{1,2}|[a-z]+) (?:and a half|y medio|y media|e meio|et demie?)\b.*"
)
_SUM: Final = re.compile(r"(?P<first>\d{1,2}) ?\+ ?(?P<second>\d{1,2})(?!\d)[^\d]*")
_ROOMS_OF: Final = {"bedrooms": "室|房", "bathrooms": "卫|衛|浴"}
_OF_STOREYS: Final = re.compile(r"(?P<floor>-?\d{1,3}) ?(?:/|of|de|di|von|из|z|/ )+ ?(?P<all>\d{1,3})")
_BASEMENT: Final = re.compile(r"b ?(\d)")
_DECADE: Final = re.compile(r"(\d{3}0) ?['’]?(?:s|er|ies)")
_T: Final = re.compile(r"t ?(\d)(?: ?\+ ?\d)?")
_PARTS_OF_ONE: Final = frozenset(map(Decimal, ("0", "0.25", "0.5", "0.75")))
_YEARS: Final = (1000, 2100)
_NOT_NEGATIVE: Final = frozenset(
    ("bedrooms", "bathrooms", "half_bathrooms", "parking_spaces", "total_floors")
)
_SUMMED: Final = frozenset(("CA",))
"""Where "3+1" bedrooms are four: above ground and below …"""
_FIRST: Final = frozenset(("TR", "AZ"))
"""… and where they are three, and a living room."""


@dataclass(frozen=True, slots=True)
class Bathrooms:
    """Full bathrooms, and those that are less: half, three quarters or a quarter of one."""

    full: int
    half: int


def parse_count(
    value: object, name: str, *, decimal_mark: str | None = None, country: str | None = None
) -> int | Bathrooms:
    """The count in a cell of the field `name`; raises ParseError, and DoubtError where two readings fit."""
    if not isinstance(value, str):
        return _from_number(value, name, parse_number(value))
    text = plain(value)
    if (word := WORDS.get(name, {}).get(text)) is not None:
        return word
    found = _in_words(value, text, name, country)
    if found is not None:
        return found
    number = parse_number(NUMBERS.get(text, value), decimal_mark=decimal_mark)
    return _from_number(value, name, number)


def _in_words(value: str, text: str, name: str, country: str | None) -> int | Bathrooms | None:
    """What the ways of writing that only some fields have say."""
    found: int | Bathrooms | None = None
    if name == "floor_number":
        return _floor(text)
    if name == "construction_year":
        if decade := _DECADE.fullmatch(text):
            raise DoubtError(value, "a decade is no year", [decade[1]])
        return None
    if name == "bathrooms":
        found = _bathrooms(text)
    if name == "bedrooms" and country == "PT" and (typology := _T.fullmatch(text)):
        found = int(typology[1])
    if found is None and name in _ROOMS_OF and (rooms := re.search(rf"(\d) ?(?:{_ROOMS_OF[name]})", text)):
        found = int(rooms[1])
    if found is None and (terms := _SUM.fullmatch(text)):
        found = _sum(value, int(terms["first"]), int(terms["second"]), country)
    return found


def _bathrooms(text: str) -> Bathrooms | None:
    if (counted := _FULL_AND_HALF.fullmatch(text)) and counted["full"]:
        return Bathrooms(int(counted["full"]), int(counted["half"] or 0) + int(counted["three"] or 0))
    if found := _AND_HALF.fullmatch(text):
        whole = NUMBERS.get(found["whole"], found["whole"])
        if whole.isdigit():
            return Bathrooms(int(whole), 1)
    return None


def _sum(value: str, first: int, second: int, country: str | None) -> int:
    if country in _SUMMED:
        return first + second
    if country in _FIRST:
        return first
    raise DoubtError(value, "what is counted after the + is not said", [first, first + second])


def _floor(text: str) -> int | None:
    if (word := FLOORS.get(text.rstrip(". "))) is not None:
        return word
    if found := _BASEMENT.fullmatch(text):
        return -int(found[1])
    if found := _OF_STOREYS.fullmatch(text):
        floor = int(found["floor"])
        return floor if floor <= int(found["all"]) else None
    return None


def _from_number(value: object, name: str, number: Decimal) -> int | Bathrooms:
    if name == "bathrooms" and number % 1 in _PARTS_OF_ONE and number > 0:
        return int(number) if number % 1 == 0 else Bathrooms(int(number), 1)
    if name == "bathrooms" and 0 < number < 100 and number.as_tuple().exponent == -1:
        full, half = divmod(int(number * 10), 10)
        raise DoubtError(value, "a tenth of a bathroom", [f"{full} and {half} half"])
    whole = parse_integer(number)
    if name == "construction_year" and not _YEARS[0] <= whole <= _YEARS[1]:
        raise ParseError(value if isinstance(value, str) else str(number), "not a year of four digits")
    if whole < 0 and name in _NOT_NEGATIVE:
        raise ParseError(value if isinstance(value, str) else str(number), "a count below zero")
    return whole
