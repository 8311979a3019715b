"""A normal form of addresses, for matching: what is given stays beside it."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final, NamedTuple

from parsing.street_words import (
    DIRECTIONS,
    ELSEWHERE,
    LONE_UNITS,
    NUMBER_MARKS,
    STATES,
    SUFFIXES,
    UNITS,
    USUAL_SUFFIXES,
)

LONGEST_ADDRESS: Final = 1000
"""A longer text is prose, not an address, and gets no normal form."""

ENGLISH: Final = frozenset(("US", "CA", "PR", "VI", "GU", "AU", "NZ", "GB", "IE", "ZA"))
"""Countries that write number, street, street type, unit."""

# "St. Paul's" is ST PAULS, "Main St., Apt. 4" two parts; the number sign is a word.
_PUNCTUATION: Final = str.maketrans(
    dict.fromkeys(".'’`´\"ʻ*")
    | dict.fromkeys(":()[]{}_|\\!?¿¡•·–—+=<>", " ")
    | {"#": " # ", ";": ",", "\n": ","}
)
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_ORDINAL: Final = re.compile("[ºª°]")
_IS_TIDY: Final = re.compile("[A-Z0-9 ,]*").fullmatch
_HYPHEN: Final = re.compile(r"(?<![\dA-Z])-|-(?![\dA-Z])|(?<=[A-Z]{2})-|-(?=[A-Z]{2})")
_HOUSE: Final = re.compile(r"\d+[A-Z]?(?:-\d+[A-Z]?|-[A-Z])?|[NSEW]\d+(?:[NSEW]\d+)?")
_FRACTION: Final = re.compile(r"\d/\d")
_RANGE: Final = re.compile(r"(?=.*\d)[A-Z\d-]{1,10}|[A-Z]{1,2}")
_NUMBERED: Final = re.compile(r"\d{1,3}")
_STOREY: Final = re.compile(r"(\d{1,3})(?:ST|ND|RD|TH)")
_ZIP: Final = re.compile(r"\d{5}(?:-?\d{4})?")
_STATE_NAME: Final = re.compile(rf"(?<=. )(?:{'|'.join(sorted(STATES, key=len, reverse=True))})$")
_STATE_CODES: Final = frozenset(STATES.values())
_PO_BOX: Final = re.compile(r"\b(?:P ?O|POST OFFICE) ?(?:BOX|BX) ?(?:# ?)?([A-Z0-9-]+)|^(?:BOX|POB) (\d+)")
_ROUTE_NUMBER: Final = r" ?-? ?(?:NO )?(\d{1,5}[A-Z]?)\b"
_HIGHWAYS: Final = tuple(
    (re.compile(rf"\b(?:{words}){_ROUTE_NUMBER}"), rf"{short} \1")
    for words, short in (
        (r"(?:US|UNITED STATES) (?:HIGHWAY|HWY|ROUTE|RTE|RT)|U ?S", "US HWY"),
        (r"(?:STATE|ST) (?:ROAD|RD|ROUTE|RTE|RT|HIGHWAY|HWY)|S ?R", "SR"),
        (r"(?:COUNTY|CO|CNTY) (?:ROAD|RD|ROUTE|RTE|RT|HIGHWAY|HWY)|C ?R", "CR"),
        (r"(?:FARM TO MARKET|FARM-TO-MARKET)(?: (?:ROAD|RD))?|F ?M(?: (?:ROAD|RD))?", "FM"),
        (r"(?:TOWNSHIP|TWP) (?:ROAD|RD|HIGHWAY|HWY)|TSR", "TSR"),
        (r"INTERSTATE(?: (?:HIGHWAY|HWY))?|IH|I", "I"),
        (r"HIGHWAY|HWY|HIWAY", "HWY"),
    )
)
_ROUTES: Final = frozenset(("US", "SR", "CR", "FM", "TSR", "I", "HWY"))
_MAYBE_HIGHWAY: Final = re.compile(
    r"\b(?:US|U S|UNITED|STATE|ST|S R|SR|COUNTY|CO|CNTY|CR|C R|FARM|FARM-TO-MARKET|FM|F M|TOWNSHIP|TWP|TSR|"
    r"I|IH|INTERSTATE|HIGHWAY|HWY|HIWAY)(?: [A-Z-]+)*? ?-? ?(?:NO )?\d"
)
_SHORT: Final = ELSEWHERE | {"S/N": "SN", "C/": "C"}
_NEEDS_CARE: Final = NUMBER_MARKS | {"#"}
_STREETS: Final = ("STRASSE", "STRAAT")
_COMPOUND_STREET: Final = re.compile(r"(?<=[A-Z]{2})(?:STRASSE|STRAAT)$")


def normal_address(text: str, *, country: str | None = None, unit: str | None = None) -> str | None:
    """Upper case, no accents or punctuation, words in their short forms; None where there is no address.

    Street and unit come first; what follows a comma (city, state, code) stays after one.
    """
    if len(text) > LONGEST_ADDRESS:
        return None
    if unit:
        street, comma, rest = text.partition(",")
        text = f"{street} {_unit_text(unit)}{comma}{rest}"
    folded = _folded(text)
    parts = (
        [words for part in folded.split(",") if (words := part.split())]
        if "," in folded
        else [folded.split()]
    )
    if not parts or not parts[0]:
        return None
    english = country in ENGLISH or (country is None and _looks_english(parts[0]))
    return (_english(parts, country) if english else _elsewhere(parts)) or None


class Delivery(NamedTuple):
    """An address of a country that writes number, street, street type, unit; in normal form, part by part."""

    street: str
    unit: str
    rest: str
    """City, state and code, where the text parts them from the street."""


def delivery(text: str, *, country: str = "US") -> Delivery | None:
    """The parts of an English address; None where there is no address."""
    if len(text) > LONGEST_ADDRESS:
        return None
    parts = [words for part in _folded(text).split(",") if (words := part.split())]
    if not parts:
        return None
    street, units, rest = _english_parts(parts, country)
    return Delivery(" ".join(street), " ".join(units), " ".join(word for words in rest for word in words))


def _looks_english(words: list[str]) -> bool:
    """Number first and a street type after the name."""
    return _starts_with_house(words) and any(word in SUFFIXES for word in words[2:])


def _unit_text(unit: str) -> str:
    """A bare unit number is a unit of unknown kind."""
    return unit if unit.strip()[:1] == "#" or " " in unit.strip() else f"# {unit}"


def _folded(text: str) -> str:
    """Upper case, accents and punctuation gone; commas still part the address."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", _ORDINAL.sub("", text)))
    text = text.upper()
    if _IS_TIDY(text):
        return text
    folded = text.translate(_PUNCTUATION)
    return _HYPHEN.sub(" ", folded) if "-" in folded else folded


# Number, street, street type, unit: Publication 28


def _english(parts: list[list[str]], country: str | None) -> str:
    street, units, rest = _english_parts(parts, country)
    line = " ".join([*street, *units])
    if not rest:
        return line
    last = " ".join(word for words in rest for word in words)
    return f"{line}, {_last_line(last) if country in ('US', 'PR', None) else last}"


def _english_parts(
    parts: list[list[str]], country: str | None
) -> tuple[list[str], list[str], list[list[str]]]:
    """The words of the street and of its units, and the parts after them."""
    street: list[str] = []
    units: list[str] = []
    rest: list[list[str]] = []
    if country in ("US", "PR") and len(parts) == 1:
        parts = _without_commas(parts[0])
    for number, words in enumerate(parts):
        if number and not rest and _is_unit(words):
            units += _units(words)
        elif number == 0 or (not rest and not _starts_with_house(street) and _HOUSE.fullmatch(words[0])):
            # "Willow Court, 12 Main Street": the house's name comes first
            line, inside = _delivery_line(words)
            street, units = [*street, *units, *line], inside
        else:
            rest.append(words)
    return street, units, rest


def _without_commas(words: list[str]) -> list[list[str]]:
    """A line as street and last line, where a ZIP code ends it and only one cut between them is possible.

    "12 Main St Apt 4 Springfield IL 62704" is cut after the unit; a direction behind the street's type may
    belong to either ("Main St N Miami"), so such a line stays whole.
    """
    if len(words) < 4 or not _starts_with_house(words) or not _ZIP.fullmatch(words[-1]):
        return [words]
    end = next((i for i in range(2, len(words)) if SUFFIXES.get(words[i]) in USUAL_SUFFIXES), None)
    if end is None or words[end + 1] in DIRECTIONS:
        return [words]
    end += 1
    while words[end] in UNITS and end + 2 < len(words):
        end += 3 if words[end] != "#" and words[end + 1] == "#" else 2
    if end >= len(words) or (end < len(words) - 1 and _has_digit(words[end])):
        return [words]
    has_state = words[-2] in _STATE_CODES and end + 1 < len(words) - 1
    return [words[:end], words[end:]] if has_state or end == len(words) - 1 else [words]


def _starts_with_house(words: list[str]) -> bool:
    return bool(words) and _HOUSE.fullmatch(words[0]) is not None


def _is_unit(words: list[str]) -> bool:
    if words[0] in LONE_UNITS and len(words) == 1:
        return True
    if len(words) == 2 and words[1] in ("FLOOR", "FL") and _STOREY.fullmatch(words[0]):
        return True
    return (
        words[0] in UNITS and len(words) > 1 and (words[1] == "#" or _RANGE.fullmatch(words[1]) is not None)
    )


def _delivery_line(words: list[str]) -> tuple[list[str], list[str]]:
    """The words of a street in their short forms, and those of its units."""
    line = " ".join(words)
    if "BOX" in line or line.startswith("POB"):
        line, boxes = _PO_BOX.subn(lambda box: f"PO BOX {box[1] or box[2]}", line)
        if boxes:
            return line.split(), []
    if _MAYBE_HIGHWAY.search(line):
        for pattern, short in _HIGHWAYS:
            line, routes = pattern.subn(short, line, count=1)
            if routes:
                return _around_route(line.split())
    number = 1 if _starts_with_house(words) else 0
    if number and len(words) > 1 and _FRACTION.fullmatch(words[1]):
        number = 2
    end = _street_end(words, number)
    return words[:number] + _street(words[number:end]), _units(words[end:])


def _around_route(words: list[str]) -> tuple[list[str], list[str]]:
    """A direction may stand before a numbered road, a direction and units after it."""
    start = next((place for place, word in enumerate(words) if word in _ROUTES), None)
    if start is None:
        return words, []  # the route's sign is a part of a longer word, as in "old/hwy 5"
    last = start + (3 if words[start] == "US" else 2)
    before = [DIRECTIONS.get(word, word) if place else word for place, word in enumerate(words[:start])]
    after = words[last:]
    if after and after[0] in DIRECTIONS:
        return [*before, *words[start:last], DIRECTIONS[after[0]]], _units(after[1:])
    return [*before, *words[start:last]], _units(after)


def _street_end(words: list[str], start: int) -> int:
    """Where the units begin: at a unit's name with its number, or at a number after the street type."""
    for place in range(start + 1, len(words)):
        word = words[place]
        following = words[place + 1] if place + 1 < len(words) else ""
        if following in ("FLOOR", "FL") and _STOREY.fullmatch(word):
            return place
        if word in UNITS and following and ("#" in (word, following) or _RANGE.fullmatch(following)):
            if word not in SUFFIXES or words[place - 1] in SUFFIXES:
                return place
        elif not following and _is_typed(words[start:place]) and (word in LONE_UNITS or _has_digit(word)):
            return place
    return len(words)


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _is_typed(words: list[str]) -> bool:
    """Whether a street is complete with its type: what follows can only be a unit."""
    if len(words) > 2 and words[-1] in DIRECTIONS:
        words = words[:-1]
    return len(words) > 1 and words[-1] in SUFFIXES


def _street(words: list[str]) -> list[str]:
    """Direction, name, type, direction: the outer three in short form, the name as it is."""
    before: list[str] = []
    after: list[str] = []
    if len(words) > 2 and words[0] in DIRECTIONS:
        before, words = _direction(words)
    elif len(words) == 2 and words[0] in DIRECTIONS and SUFFIXES.get(words[1]) not in USUAL_SUFFIXES:
        before, words = [DIRECTIONS[words[0]]], words[1:]  # "S Union" is Union, "North St" is North
    if len(words) > 2 and words[-1] in DIRECTIONS and words[-2] in SUFFIXES:
        after, words = [DIRECTIONS[words[-1]]], words[:-1]
    if len(words) > 1 and words[-1] in SUFFIXES:
        words = [*words[:-1], SUFFIXES[words[-1]]]
        if len(words) == 2 and _NUMBERED.fullmatch(words[0]):
            words[0] = _ordinal(words[0])
    return [*before, *words, *after]


def _ordinal(number: str) -> str:
    """The 59 of "W 59 Ave" as an ordinal, as on its sign."""
    ending = "TH" if number[-2:-1] == "1" else {"1": "ST", "2": "ND", "3": "RD"}.get(number[-1], "TH")
    return number + ending


def _direction(words: list[str]) -> tuple[list[str], list[str]]:
    """A leading direction, which may be two words ("North East"), unless it is the street's own name."""
    joined = DIRECTIONS[words[0]] + DIRECTIONS.get(words[1], "?")
    alike = (len(words[0]) == 1) == (len(words[1]) == 1)  # "S East End Ave" is south on East End
    if joined in DIRECTIONS and alike and len(words) > 3:
        return [joined], words[2:]
    return [DIRECTIONS[words[0]]], words[1:]


def _units(words: list[str]) -> list[str]:
    """Secondary units in short form; a number of unknown kind follows a number sign."""
    normal: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        following = words[place + 1] if place + 1 < len(words) else ""
        if following in ("FLOOR", "FL") and (storey := _STOREY.fullmatch(word)):
            normal += ["FL", storey[1]]
            place += 2
            continue
        if word in UNITS and following == "#":
            normal.append(UNITS[word])
            place += 2  # "Apt # 4" is apartment 4
            continue
        if word in UNITS and following:
            normal += [UNITS[word], following]
            place += 2
            continue
        if word in LONE_UNITS:
            normal.append(LONE_UNITS[word])
        elif _has_digit(word) and not normal:
            normal += ["#", word]
        else:
            normal.append(word)
        place += 1
    return normal


def _last_line(text: str) -> str:
    """City, state as two letters, ZIP with its dash."""
    words = text.removesuffix(" USA").removesuffix(" UNITED STATES").split()
    code = ""
    if words and _ZIP.fullmatch(words[-1]):
        digits = words.pop().replace("-", "")
        code = digits[:5] if len(digits) == 5 else f"{digits[:5]}-{digits[5:]}"
    place = " ".join(words)
    if len(words) > 1 and words[-1] not in _STATE_CODES:
        place = _STATE_NAME.sub(lambda name: STATES[name[0]], place)
    return f"{place} {code}".strip()


# Everywhere else


def _elsewhere(parts: list[list[str]]) -> str:
    return ", ".join([" ".join(_short_words(words)) for words in parts])


def _short_words(words: list[str]) -> list[str]:
    normal = [_SHORT.get(word, word) for word in words]
    if not _NEEDS_CARE.isdisjoint(words):
        normal = [word for word, following in pairwise([*normal, ""]) if not _adds_nothing(word, following)]
    if normal[0].endswith(_STREETS):
        normal[0] = _COMPOUND_STREET.sub("STR", normal[0])
    return normal


def _adds_nothing(word: str, following: str) -> bool:
    """The "No." of "No. 123"."""
    return word in _NEEDS_CARE and following[:1].isdigit()
