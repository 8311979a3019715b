"""Areas in square metres, from the units that listings use around the world."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import prod
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.number import NUMBER, is_money, parse_number, plain_figures, read_digits, typed_fractions
from parsing.text import LONGEST_VALUE, fold, one_line
from parsing.vocabulary.money import COUNTED
from parsing.vocabulary.units import AREAS, CODES, FRACTIONS, IN_M2, REGIONAL, UNIT_WORD, any_of, unit_of

_CENT: Final = Decimal("0.01")
_IS_UNIT: Final = re.compile(rf"(?:{UNIT_WORD})", re.IGNORECASE).fullmatch
_WORD_ENDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s./()\[\]-]+")
_REGIONAL: Final = "|".join(sorted(REGIONAL, key=len, reverse=True))
_UNIT: Final = rf"(?:(?:{UNIT_WORD})|(?:{_REGIONAL})s?)(?![^\W_])"
_PART: Final = re.compile(rf"(?P<number>{NUMBER})(?:\+(?! ?\d))?(?:[ -]?(?P<unit>{_UNIT}))?")
_UNIT_LEADS: Final = re.compile(rf"(?P<unit>{_UNIT})[:.]? ?(?P<number>{NUMBER})")
_LINK: Final = re.compile(
    r"\s*(?:(?P<range>-|–|—|~|\b(?:a|to|hasta|bis|until|al|tot|do|до|and|y|và|en)\b)"
    r"|(?P<times>x|×|х|\*|\bby\b|\bpor\b)|(?P<sum>\+)|(?P<either>/)|(?P<parts>,?))\s*"
)
"""What may stand between two measures, and what it makes of them."""
_CHAINS: Final = ("range", "times", "sum", "either")
_FEET: Final = re.compile(r"(?<=\d) ?['′](?=\s|x|×|$)")
_ARES: Final = re.compile(r"(?<![\w.,])(\d{1,3}) ?a (\d{1,2}) ?ca(?!\w)")
_CADASTRE: Final = re.compile(r"(?<=ha|as) ?(\d{1,2}) ?(?:a|areas?)(?: (\d{1,2}) ?(?:ca|centiareas?))?(?!\w)")
_RAI: Final = re.compile(rf"(?<![\d-])(\d{{1,4}})-(\d)-(\d{{1,2}}(?:\.\d+)?) ?(?:{fold('ไร่')}|rai)(?!\w)")
_ROOMS_AND: Final = re.compile(r"^\d ?\+ ?\d(?= \d)")
"""The rooms before an area: "3+1 120 m²"."""
_SIDE: Final = re.compile(
    r"(?<!\w)(?:front(?:age)?|frente|fondo|wide|deep|depth|long|width|ancho|largo)(?!\w)"
)
"""Beside a length that is no area."""
_OF_ONE: Final = re.compile(r"(?<=\d) of an? (?=acre|hectare)")
_IN_WORDS: Final = [
    (
        re.compile(
            rf"(?<![\w.,])(?:{'|'.join(words)}) ?-?(?=acres?\b|hectares?\b|hectareas?\b|hektar\b|ettaro\b)"
        ),
        f"{value} ",
    )
    for value, words in FRACTIONS.items()
]
_MAY_BE_IN_WORDS: Final = re.compile(r"[^\W\d_] ?-?(?:acre|hect|hekt|ettaro)")
_COUNTED: Final = re.compile(rf"[ -]?(?:{'|'.join(fold(word) for word in COUNTED if word != 'x')})(?![^\W_])")
"""After a number that is no area: "85 m² - 3 bed"."""
_BOUND: Final = re.compile(
    r"(?:less than|under|up to|max(?:imum)?\.?|more than|over|menos de|hasta|mas de|weniger als|unter|bis zu|"
    r"uber|moins de|plus de|jusqu'a|meno di|oltre|fino a|minder dan|meer dan|до|более|свыше|ponad|"
    r"<|>|≤|≥) ?(?=\d)"
)
"""Before an area that only bounds the one meant: "less than 1 acre"."""
_PLUS_OUTDOORS: Final = re.compile(
    rf"\+ ?\d[\d.,]* ?(?:{UNIT_WORD})?[ (]*(?:de |of )?(?P<what>"
    r"terra[sc]\w*|terraz\w*|balco\w*|balkon\w*|garage|garaje|gara[gż]\w*|cochera|jardin|garten|garden|"
    r"giardino|patio|"
    r"porch|deck|loggia|veranda|cellar|keller|cave|cantina|basement|carport|storage|trastero|roof\w*|"
    r"yard)(?!\w)"
)
"""After an area, one that may not be part of the home: "68 m² + 12 m² terrasse"."""
MEASURE_OTHERWISE: Final = frozenset(("US", "CA", "GB", "IN", "PK", "BD", "LK", "NP", "AE", "HK", "SG", "MY"))
"""Where an area without a unit is more often in another one than m²."""
_MOST_HOMES: Final = 10
"""Below it, the first of two factors may count homes: "2 x 800 sq ft"."""
_LEAST: Final = Decimal(1)
"""m² below which an area in square feet is no place to live on, but a mark read as the other one."""
_IS_AREA_WORD: Final = re.compile(rf"(?!mts?\.?$|metros?$)(?:{any_of(AREAS)})", re.IGNORECASE).fullmatch
_THREE: Final = re.compile(rf"({NUMBER}) ?/ ?({NUMBER}) ?/ ?({NUMBER})(?P<unit> ?{_UNIT})?")
_HAVE_PARTS: Final = frozenset(
    ("acre", "ha", "rood", "kanal", "marla", "katha_bd", "katha_np", "bigha_bd", "bigha_np", "ropani", "rai",
     "ngan", "guntha", "dunam", "feddan")
)  # fmt: skip
"""Units of land after which a smaller one follows: "3 katha 8 chatak"."""
_UNKNOWN_UNIT: Final = re.compile(r" ?(?P<word>[^\W\d_]{3,})")
_LIVING_AND_KITCHEN: Final = frozenset(("RU", "UA", "BY", "KZ"))
"""Where "54.3/31/9 m²" is the whole, the rooms lived in and the kitchen."""
_HOME_NUMBER: Final = re.compile(
    r"(?:[^\W\d_]|(?<!\w)(?:lots?|units?|plots?|flat|apt|lote|depto|no|nr|casa|manzana|mz|wohnung|haus)\.? )$"
)
"""Before digits that may be a home's number and no part of its area: "T3 120 m²", "Lot 4 120 m²"."""
_HYPHENS: Final = re.compile(r"(?<![\d-])(\d{1,4})-(\d{2})-(\d{2}(?:\.\d+)?) ?has?(?!\w)")
_SMALL: Final = Decimal(5)
"""m² below which an area that three digits after a mark make may be a thousand times as large …"""
_ONE_MARK: Final = re.compile(r"\d{1,3}[.,]\d{3}")
_ROUND: Final = re.compile(r"\d{1,3}[.,]\d\d0")
"""… as may be a larger one whose third decimal is a needless 0."""
_FEET_COUNTRIES: Final = frozenset(
    ("US", "IN", "PK", "BD", "LK", "NP", "GB", "IE", "KE", "NG", "GH", "CA", "UG", "MY", "JM", "TT", "ZM")
)
"""Where "30x40" is more often feet than metres."""
_SIMPLE: Final = re.compile(r"(\d{1,9}(?:\.\d{1,2})?) ?([a-zA-Z² ]{0,6})", re.ASCII).fullmatch
_SIMPLE_UNITS: Final = {
    "": "",
    "m²": "m2",
    "m2": "m2",
    "sqft": "sqft",
    "sq ft": "sqft",
    "acres": "acre",
    "ha": "ha",
}
"""Most areas are a plain number, which every country writes alike, and one of these."""
_ALIKE: Final = Decimal("1.05")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Area:
    """An area in m²; `maximum` is set where the text gives a range."""

    m2: Decimal
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A number of a text, with its unit, and what links it to the part before it."""

    number: Decimal
    unit: str | None
    link: str | None
    digits: str
    is_area: bool = True  # its own word is one for areas, not for lengths


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
    return (number * IN_M2[unit]).quantize(_CENT, ROUND_HALF_UP)


def per_square_metre(amount: Decimal, unit: str) -> Decimal:
    """A price per `unit` as a price per m², to two decimals."""
    return (amount / IN_M2[unit]).quantize(_CENT, ROUND_HALF_UP)


def parse_area(
    text: object, *, unit: str | None = None, decimal_mark: str | None = None, country: str | None = None
) -> Area:
    """One area, a range ("36 a 101 m²"), a sum ("75 + 10 m²", "2 kanal 5 marla") or front by depth ("10x20").

    A bare number is in `unit`, else in m², but in a country that measures otherwise. Raises DoubtError for
    one there, for two areas that differ ("75/85 m²"), for a unit that means something else from place to
    place ("bigha") and for a mark that may group thousands.
    """
    is_named = unit is not None or country not in MEASURE_OTHERWISE
    unit = unit or "m2"
    if not isinstance(text, str):
        return Area(_positive(text, parse_number(text), unit))
    if (plain := _SIMPLE(text)) is not None and (word := _SIMPLE_UNITS.get(plain[2])) is not None:
        if not is_named and not word and Decimal(plain[1]) != 0:
            raise _of_no_unit(text, Decimal(plain[1]))
        return Area(square_metres(Decimal(plain[1]), word or unit))
    line = typed_fractions(plain_figures(fold(one_line(text))))
    line = _common_words(line)
    _refuse_other_kinds(text, line)
    line = _in_units(line, decimal_mark, country)
    parts = _parts(line, decimal_mark, country)
    named = [part for part in parts if part.unit is not None]
    if named:
        if len(named) == 1 and not named[0].is_area and _SIDE.search(line):
            raise ParseError(text, "a length, not an area")
        return _combined(text, _together(parts), unit)
    if not parts or _LETTER.search(_PART.sub(" ", line).replace("x", " ")):
        raise ParseError(text, "unknown unit" if parts else "no number in it")
    if len(parts) == 1:
        number = parse_number(line, decimal_mark=decimal_mark)
        if not is_named and number != 0:
            raise _of_no_unit(text, number)
        return Area(_likely(line, replace(parts[0], number=number), unit))
    if any(part.link == "times" for part in parts) and unit == "m2" and country in _FEET_COUNTRIES:
        product = prod(part.number for part in parts)
        raise DoubtError(text, "feet or metres", [f"{product:f} ft²", f"{product:f} m²"])
    if not is_named:
        raise _of_no_unit(text, parts[0].number)
    return _combined(text, parts, unit)


def _in_units(line: str, decimal_mark: str | None, country: str | None) -> str:
    """A line with marks for feet, and what registers of land leave out, as units in words."""
    if "'" in line or "′" in line:
        line = _FEET.sub(" ft ", line)
    line = _CADASTRE.sub(_as_ares, line)
    if "-" in line:
        line = _HYPHENS.sub(r"\1 ha \2 ares \3 m2", line)
    if "ca" in line:
        line = _ARES.sub(r"\1 ares \2 m2", line)
    if country in _LIVING_AND_KITCHEN:
        line = _whole_of(line, decimal_mark)
    return line


def _refuse_other_kinds(text: str, line: str) -> None:
    """Raise for money, for a bound of the area, and for a sum of which a part may not count."""
    if is_money(line):
        raise ParseError(text, "money, not an area")
    if _BOUND.match(line):
        raise DoubtError(text, "an area that only bounds it", [line])
    if "+" in line and (outdoors := _PLUS_OUTDOORS.search(line)) is not None:
        raise DoubtError(text, f"whether the {outdoors['what']} counts is not said", [line])


def _of_no_unit(text: str, number: Decimal) -> DoubtError:
    """The doubt about a bare number where land and homes are measured in more than one unit."""
    return DoubtError(text, "no unit is stated: ft² or m²", [f"{number:f} ft²", f"{number:f} m²"])


def _common_words(line: str) -> str:
    """A folded line with the ways of writing that only areas have in one notation."""
    if _MAY_BE_IN_WORDS.search(line) is not None:
        for pattern, value in _IN_WORDS:
            line = pattern.sub(value, line)
    line = _ROOMS_AND.sub(" ", _OF_ONE.sub(" ", line))
    if "-" in line:
        line = _RAI.sub(r"\1 rai \2 ngan \3 wah", line)
    leading = None if line[:1].isdigit() else _UNIT_LEADS.fullmatch(line)
    return line if leading is None else f"{leading['number']} {leading['unit']}"


def _whole_of(line: str, decimal_mark: str | None) -> str:
    """A line without the areas lived in and of the kitchen, which follow that of the whole home."""
    found = _THREE.fullmatch(line)
    if found is None:
        return line
    whole, living, kitchen = (read_digits(found[i], decimal_mark=decimal_mark) for i in (1, 2, 3))
    return f"{found[1]}{found['unit'] or ''}" if whole >= living + kitchen else line


def _as_ares(found: re.Match[str]) -> str:
    """ "1 ha 20 a 35 ca", as French registers have it."""
    return f" {found[1]} ares" + (f" {found[2]} m2" if found[2] else "")


def _parts(line: str, decimal_mark: str | None, country: str | None) -> list[_Part]:
    parts: list[_Part] = []
    end = 0
    for match in _PART.finditer(line):
        if match["unit"] is None and _COUNTED.match(line, match.end("number")):
            continue
        gap = line[end : match.start()]
        if " " in match["number"] and _HOME_NUMBER.search(line, 0, match.start()):
            readings = [match["number"], match["number"].partition(" ")[2]]
            raise DoubtError(line, "its first digits may be a number of the home", readings)
        if parts and parts[-1].unit in _HAVE_PARTS and match["unit"] is None and not gap.strip():
            _refuse_unknown_part(line, parts[-1], match)
        linked = _LINK.fullmatch(gap) if parts else None
        number = read_digits(match["number"], decimal_mark=decimal_mark)
        unit = _unit(match["unit"], match[0], country)
        if gap.strip() in ("-", "−") and not parts and unit is not None:
            raise ParseError(line, "an area below zero")
        link = None if linked is None else linked.lastgroup
        is_area = match["unit"] is not None and _IS_AREA_WORD(match["unit"]) is not None
        parts.append(_Part(number, unit, link, match["number"], is_area))
        end = match.end()
    return parts


def _refuse_unknown_part(line: str, part: _Part, match: re.Match[str]) -> None:
    """Raise DoubtError for a number after land that may be the rest of it, in a unit that is not known."""
    if (unknown := _UNKNOWN_UNIT.match(line, match.end("number"))) is not None:
        readings = [f"{square_metres(part.number, part.unit or 'm2').normalize():f} m² and more"]
        raise DoubtError(line, f"how large one {unknown['word']} is, is not known", readings)


def _unit(word: str | None, text: str, country: str | None) -> str | None:
    if word is None:
        return None
    places = REGIONAL.get(word) or REGIONAL.get(word.removesuffix("s"))
    if places is None and word.removesuffix("s") not in REGIONAL:
        return unit_of(word)
    unit = (places or {}).get(country or "")
    if unit is None:
        readings = [f"{IN_M2[each]:.0f} m² each" for each in (places or {}).values()]
        raise DoubtError(text, f"how large one {word} is differs from place to place", readings)
    return unit


def _together(parts: list[_Part]) -> list[_Part]:
    """The parts that belong to a measure with a unit; "3 beds, 120 m²" has one."""
    keep = [part.unit is not None for part in parts]
    for i in range(1, len(parts)):
        keep[i] |= keep[i - 1] and parts[i].link in _CHAINS
    for i in range(len(parts) - 1, 0, -1):
        keep[i - 1] |= keep[i] and parts[i].link in _CHAINS
    return [part for part, kept in zip(parts, keep, strict=True) if kept]


def _combined(text: str, parts: list[_Part], unit: str) -> Area:
    unit = next((part.unit for part in reversed(parts) if part.unit), unit)
    groups = [[parts[0]]]
    for part in parts[1:]:
        if part.link in ("range", "times", "sum") or (
            part.link == "parts" and _is_finer(part, groups[-1][-1])
        ):
            groups[-1].append(part)
        else:
            groups.append([part])
    areas = [_measured(text, group, unit) for group in groups]
    first = areas[0]
    if any(_differ(first, area) for area in areas[1:]):
        raise DoubtError(text, "two areas", [f"{area.m2.normalize():f} m²" for area in areas])
    metric = [area for area, group in zip(areas, groups, strict=True) if group[-1].unit == "m2"]
    return (metric or areas)[0]


def _is_finer(part: _Part, before: _Part) -> bool:
    """Whether a part is the rest of the one before it: "1 ha 20 a", "2 kanal 5 marla"."""
    if part.unit is None or before.unit is None:
        return False
    return part.number * IN_M2[part.unit] < IN_M2[before.unit]


def _differ(one: Area, other: Area) -> bool:
    low, high = sorted((one.m2, other.m2))
    return high > low * _ALIKE


def _measured(text: str, group: list[_Part], unit: str) -> Area:
    """The area of parts that belong together."""
    links = {part.link for part in group[1:]}
    unit = next((part.unit for part in reversed(group) if part.unit), unit)
    if len(group) == 1:
        return Area(_likely(text, group[0], group[0].unit or unit))
    if links == {"times"} and len(group) == 2:
        if group[0].is_area and group[0].unit is not None:
            product = group[0].number * group[1].number
            raise DoubtError(text, "an area times a number", [f"{group[0].number:f}", f"{product:f}"])
        count = group[0].number
        if group[1].is_area and group[1].unit is not None and group[0].unit is None and count < _MOST_HOMES:
            product = count * group[1].number
            raise DoubtError(text, "an area times a number", [f"{group[1].number:f}", f"{product:f}"])
        return Area(_positive(text, group[0].number * group[1].number, unit))
    measured = [_positive(text, part.number, part.unit or unit) for part in group]
    if links <= {"sum", "parts"}:
        exact = sum(part.number * IN_M2[part.unit or unit] for part in group)
        return Area(Decimal(exact).quantize(_CENT, ROUND_HALF_UP))
    if links != {"range"} or len(group) != 2:
        raise ParseError(text, "more than one number")
    if measured[1] < measured[0]:
        raise ParseError(text, "a range that ends below its start")
    return Area(*measured)


def _likely(text: str, part: _Part, unit: str) -> Decimal:
    area = _positive(text, part.number, unit)
    is_small = 0 < area < (_SMALL if unit == "m2" else _LEAST) and _ONE_MARK.fullmatch(part.digits)
    if is_small or (unit == "m2" and _may_group(part)):
        raise DoubtError(
            text,
            "three digits after a mark",
            [f"{each.normalize():f} m²" for each in (area * 1000, part.number if unit == "m2" else area)],
        )
    return area


def _may_group(part: _Part) -> bool:
    """Whether the mark of "10,500" was read as the decimal one."""
    return _ROUND.fullmatch(part.digits) is not None and part.number < 1000


def _positive(text: object, number: Decimal, unit: str) -> Decimal:
    if number < 0:
        raise ParseError(text if isinstance(text, str) else str(number), "an area below zero")
    return square_metres(number, unit)
