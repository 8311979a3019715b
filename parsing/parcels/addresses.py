"""Addresses of parcels in the form of USPS Publication 28, the unit apart from the street.

Numbered roads are in one short form each, as in listings: SR 535, CR 435, US HWY 441.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from parsing.address import delivery
from parsing.street_words import DIRECTIONS, LONE_UNITS, STATES, SUFFIXES, UNITS, USUAL_SUFFIXES

LONGEST: Final = 300
_IS_PLAIN: Final = re.compile(r"[1-9]\d* [A-Z0-9 ]+", re.ASCII).fullmatch
_HALVES: Final = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
_RANGE: Final = re.compile(r"^(\d+[A-Z]?) ?(?:-|–|&|\+| TO | AND |/(?=\d{2})) ?(\d+[A-Z]?)(?= [^\W\d])")
_NO_NUMBER: Final = re.compile(r"^(?:0+|#|NO ?NUMBER|N/?A)(?= [^\W\d_]{1,})[ ,]*")
_CARE_OF: Final = re.compile(r"^(?:C/O|C/0|CARE OF|ATTN:?|ATTENTION:?|%) ?[^\d,]*(?:, *|(?=\d)|$)")
_VACANT: Final = re.compile(
    r"^(?:VACANT(?: (?:LOT|LAND|PARCEL|RESIDENTIAL|COMMERCIAL))*|UNIMPROVED(?: LAND)?|RAW LAND)\b[ ,:;.-]*"
)
_NOWHERE: Final = re.compile(
    r"(?:UNASSIGNED(?: (?:LOCATION|ADDRESS|SITUS).*)?|NO (?:SITUS|ADDRESS|LOCATION|STREET).*|ADDRESS UNKNOWN"
    r"|UNKNOWN.*|NOT? (?:ON FILE|AVAILABLE|ASSIGNED).*|TO BE DETERMINED|TIMESHARE.*"
    r"|MULTIPLE (?:PARCELS?|ADDRESSES).*|LOTS? .*\b(?:BLK|BLOCK) .*)"
)
"""What is written where there is no address: words for none, a legal description."""
_UNIT_WORDS: Final = "|".join(sorted(set(UNITS) - {"#"}, key=len, reverse=True))
_UNIT: Final = rf"(?:(?:{_UNIT_WORDS}) #? ?|# ?)(?:\d{{1,5}}[A-Z]?|[A-Z]\d{{0,5}})(?:-[A-Z0-9]{{1,4}})?[ ,]+"
_UNIT_FIRST: Final = re.compile(
    rf"^((?:{_UNIT}){{1,3}})"
    r"(?=\d+[A-Z]? (?!ST\b|ND\b|RD\b|TH\b)[^\W\d])"
)
_ZIP: Final = re.compile(r"\d{5}(?:-?\d{4})?")
_STATE_CODES: Final = frozenset(STATES.values())
_HAS_LETTER: Final = re.compile(r"[^\W\d_]").search
_MARKS: Final = frozenset((*UNITS.values(), "#"))
_ROUTES: Final = frozenset(("HWY", "HIGHWAY", "SR", "CR", "ROAD", "RD", "ROUTE", "RTE"))


class Situs(NamedTuple):
    """A street line and the unit in it."""

    line: str
    unit: str | None = None


def usps(text: str, *, unit: str | None = None, city: str | None = None) -> Situs | None:
    """The street line and unit of an address; None where there is none.

    `city` is the place that may stand at the end of the text, and is cut off there.
    """
    line = _tidied(text[:LONGEST])
    if not line or _NOWHERE.fullmatch(line):
        return None
    first = _UNIT_FIRST.match(line)
    if first is not None:
        line = line[first.end() :]
    parts = delivery(_without_place(line, city))
    if parts is None or not _HAS_LETTER(parts.street):
        return None
    units = [
        each for each in (parts.unit, first[1].replace(",", " ") if first else "", unit or "") if each.strip()
    ]
    return Situs(parts.street, _joined(units) if units else None)


def unit_number(unit: str | None) -> str:
    """What tells units of a house apart, whatever they are called: 4B of "APT 4-B" and of "# 4B"."""
    words = [word for word in (unit or "").replace("-", "").split() if word not in _MARKS]
    return "".join(words) or (unit or "").replace("-", "")


def same_place(one: Situs, other: Situs) -> bool:
    """Whether two addresses are of one door, or one names the house and the other a unit in it."""
    if one.line != other.line:
        return False
    return not one.unit or not other.unit or unit_number(one.unit) == unit_number(other.unit)


def _tidied(text: str) -> str:
    """Upper case on one line, without what is no part of an address."""
    if _IS_PLAIN(text):
        return text
    for half, words in _HALVES.items():
        text = text.replace(half, words)
    line = " ".join(text.upper().split())
    line = _CARE_OF.sub("", line)
    line = _VACANT.sub("", line)
    line = _NO_NUMBER.sub("", line)
    return _RANGE.sub(r"\1-\2", line).strip(" ,;.-")


def _without_place(line: str, city: str | None) -> str:
    """The line without city, state and ZIP at its end."""
    head, comma, tail = line.partition(",")
    if comma and not tail.strip():
        line, comma = head, ""
    words = line.split(" ")
    if len(words) < 3:
        return line
    end = len(words)
    if _ZIP.fullmatch(words[-1].strip(",")) and end > 3:
        end -= 1
    has_state = words[end - 1].strip(",.") in _STATE_CODES and _is_state(words, end)
    if has_state:
        end -= 1
    elif end < len(words):
        return line  # a number alone at the end may be a unit
    place = (city or "").upper().split()
    if (
        place
        and end - len(place) >= 2
        and [word.strip(",.") for word in words[end - len(place) : end]] == place
    ):
        return " ".join(words[: end - len(place)]).rstrip(" ,")
    if not has_state:
        return line
    if comma:
        return " ".join(words[:end]).rstrip(" ,")
    return " ".join(words[: _end_of_street(words[:end])])


def _is_state(words: list[str], end: int) -> bool:
    """Whether a state's code is one: "100 MAIN CT" is a court and "100 W 5TH ST FL 3" a floor."""
    return end < len(words) or words[end - 1] not in SUFFIXES or words[end - 2] in SUFFIXES


def _end_of_street(words: list[str]) -> int:
    """Where the city begins that follows the street without a comma; the end where that is not sure."""
    routes = range(1, len(words) - 2)
    numbered = next((i + 1 for i in routes if words[i] in _ROUTES and words[i + 1].isdigit()), None)
    ends = [place for place in range(2, len(words) - 1) if words[place] in SUFFIXES]
    usual = [place for place in ends if SUFFIXES[words[place]] in USUAL_SUFFIXES]
    place = numbered or (usual[0] if usual else ends[-1] if ends else None)
    if place is None:
        return len(words)
    end = place + 1
    if end < len(words) and words[end] in DIRECTIONS:
        return len(words)  # of the street, or of the city: "MAIN ST N MIAMI"
    while end < len(words) and (words[end] in UNITS or words[end] in LONE_UNITS):
        end += 1 if words[end] in LONE_UNITS else 2
    return min(end, len(words))


def _joined(units: list[str]) -> str:
    """The units in USPS form, each once, though text and unit column both name it."""
    normal: list[str] = []
    numbers: set[str] = set()
    for unit in units:
        named = _unit(unit)
        number = unit_number(named)
        if number not in numbers:
            normal.append(named)
            numbers.add(number)
    return " ".join(normal)


def _unit(text: str) -> str:
    """A unit in USPS form: "apartment 4b" is APT 4B, "4b" is # 4B."""
    words = text.strip()
    bare = words if words[:1] == "#" or " " in words or words.upper() in LONE_UNITS else f"# {words}"
    parts = delivery(f"1 A ST {bare}")
    return parts.unit if parts is not None and parts.unit else " ".join(words.upper().split())
