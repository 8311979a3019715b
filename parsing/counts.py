"""Counts as people write them: rooms, bathrooms with their halves, storeys, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.number import is_money, parse_integer, parse_number
from parsing.text import fold, plain
from parsing.vocabulary.counts import BATHROOMS, BEDROOMS, FLOORS, NOT_A_YEAR, NUMBERS, ROOMS, WORDS
from parsing.vocabulary.units import PRICED_WORD

_FULL_AND_HALF: Final = re.compile(
    r"(?P<full>\d{1,2}) ?(?:f|fb|full(?: baths?| bathrooms?)?|completos?|enteros?|banos? completos?"
    r"|(?:banos?|baths?|bathrooms?)(?= ?(?:y|and|,|\+|&|/) ?\d ?(?:medios?|half|1/2)))\W*"
    r"(?:and |y |& ?)?(?:(?P<three>\d{1,2}) ?(?:tq|three[- ]quarters?|3/4)\W*(?:baths?)?\W*)?"
    r"(?:(?P<half>\d{1,2}) ?(?:h|hb|half(?: baths?| bathrooms?)?|partial|medios?(?: banos?)?|toilets?)\W*)?"
)
_AND_HALF: Final = re.compile(
    r"(?P<whole>\d{1,2}|[a-z]+) (?:baths? |banos? |banheiros? )?(?:and a half|y medio|y media|e meio|"
    r"et demie?)\b.*"
)
_SUM: Final = re.compile(r"(?P<first>\d{1,2}) ?\+ ?(?P<second>\d{1,2})(?!\d)[^\d]*")
_ROOMS_OF: Final = {"bedrooms": "室|房", "bathrooms": "卫|衛|浴"}
_STOREY: Final = "|".join(map(fold, ("階", "층", "层", "層")))
_STOREY_NAMES: Final = "podlazi|patro|pietro|vaning|etasje|sal|etage|floor|planta|piso|andar|piano|этаж"
_OF_STOREYS: Final = re.compile(
    rf"(?P<floor>-?\d{{1,3}})(?:st|nd|rd|th|\.|{_STOREY})? ?(?:{_STOREY_NAMES})?"
    rf" ?(?:/|of|de|di|av|af|von|van|sur|из|z|ze|/ )+ ?(?P<all>\d{{1,3}})"
    rf"(?: ?(?:эт\.?|этаж\w*|階建|{_STOREY}|floors?|plantas|pisos|pieter))?"
)
_WORD_OF_STOREYS: Final = re.compile(
    r"(?P<word>[^\d/]+?) ?(?:/|(?<= )(?:out of|of|de|von|di|sur|z|из)) ?\d{1,3}"
)
_NO_STOREY: Final = re.compile(r"\D+/\D*\d+\D*")
_LABELLED: Final = {
    name: re.compile(rf"(\d{{1,2}}(?:[.,]\d{{1,2}})?) ?(?:{'|'.join(words)})(?![^\W_])")
    for name, words in (("bedrooms", BEDROOMS), ("bathrooms", BATHROOMS))
}
_OF_THEM: Final = re.compile(
    r"[ ,]*(?:\(|,|sendo|dont|davon|of which|including|incl\.?)[ ]?(?:sendo |dont |davon |of which |"
    r"including |incl\.? )?"
    r"\d (?:en-?suites?|ensuites?|suites?|en suites?|with ensuite|com suite)\)?\s*$"
)
"""After a count, how many of them have a bathroom: "3 quartos (1 suíte)"."""
_MONTHS_OLD: Final = re.compile(
    r"(?P<number>\d{1,3}) ?-?(?:months?|mths?|mos?|meses|mes|mois|monate?|mesi|maanden|maand|manader|maneder|"
    r"miesi\w+|месяц\w*|мес\.?|か月|ヶ月|カ月|个月|개월)(?: old| alt)?"
)
_YOUNG: Final = re.compile(
    r"\d{1,3} ?(?:weeks?|days?|semanas?|dias?|semaines?|jours?|wochen?|tagen?)(?: old)?"
)
_BOUND_AGE: Final = re.compile(
    r"(?:less than|under|below|up to|more than|over|above|max\.?|min\.?|menos de|mas de|hasta|moins de|"
    r"plus de|"
    r"weniger als|unter|uber|mehr als|meno di|oltre|minder dan|meer dan|до|более|менее|<|>|≤|≥).*\d.*|"
    r"\d{1,3} ?\+.*"
)
_ROOM_AND_KITCHEN: Final = re.compile(r"(\d) ?r(?:k)?")
"""One room for all, which is a studio: India's "1 RK", Japan's "1R"."""
_OF_STOREYS_IN_WORDS: Final = re.compile(
    r"(?:(?:planta|piso|floor|etage|stock|piano|pietro|kat) )?(?P<floor>\d{1,3})(?:ª|º|a|o|st|nd|rd|th|er|"
    r"e|\.)? ?"
    r"(?:planta|piso|floor|etage|stock|og|piano|pietro|kat|этаж|эт\.?)?,? ?"
    r"(?:/|of|de|di|von|sur|su|out of|из|z|van|av|af) ?(?P<all>\d{1,3})"
    r"(?: ?(?:эт\.?|этаж\w*|floors?|plantas|pisos|pieter|etages?|piani))?"
)
_ONE_MEASURE: Final = re.compile(r"[+(&~–—]|\d ?[/-] ?\d|\d, \d|\b(?:and|y|e|et|und|a|to|bis|or|o|ou|oder)\b")
"""Between numbers that belong together, as ranges, sums and fractions do: "1 a 3 rec."."""
_ROOMS: Final = re.compile(rf"(\d{{1,2}}(?:[.,]\d)?)[ -]?(?:{'|'.join(ROOMS)})\.?")
_AND_KITCHEN: Final = re.compile(r"(\d) ?\+ ?(?:kk|kt|kk,? s|avok)")
"""Rooms, of which one is lived in, with a kitchen in it: "3+kk" of Czech, "3h+kk" of Finnish homes."""
_FRENCH_ROOMS: Final = re.compile(r"[tf] ?(\d)")
_BOUND: Final = re.compile(rf"(?:{'|'.join(NOT_A_YEAR)}) ?\d{{4}}")
_AS_DATE: Final = re.compile(r"\d{1,2}[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
"""What a spreadsheet makes of "2-3"."""
_MEASURED: Final = re.compile(rf".*\d ?(?:{PRICED_WORD})(?![^\W_]).*")
_MOST_COUNTED: Final = 1_000
_OUT_OF_RANGE: Final = 2**31
_BASEMENT: Final = re.compile(r"b ?(\d)")
_YEAR_AND_MONTH: Final = re.compile(r"((?:19|20)\d\d)年 ?\d{1,2}月(?:築|建成?)?")
"""Japanese and Chinese pages state the month of completion too."""
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
    if name in _LABELLED:
        bare = _OF_THEM.sub("", text)
        text, value = bare, (value if bare == text else bare)
    if (word := WORDS.get(name, {}).get(text)) is not None:
        return word
    if (
        is_money(text)
        or _AS_DATE.fullmatch(text)
        or (name == "construction_year" and _MEASURED.fullmatch(text))
    ):
        raise ParseError(value, "not a count")
    worded = text.partition(" ")[0] in NUMBERS
    if worded:  # every one of them: "two to three" is no two
        text = " ".join(NUMBERS.get(word, word) for word in text.split())
    found = _in_words(value, text, name, country)
    if found is not None:
        return found
    number = parse_number(text if worded else value, decimal_mark=decimal_mark)
    return _from_number(value, name, number)


def _in_words(value: str, text: str, name: str, country: str | None) -> int | Bathrooms | None:
    """What the ways of writing that only some fields have say."""
    if name == "floor_number":
        return _floor(text)
    if name == "construction_year":
        return _year(value, text)
    if name == "age_years":
        return _age(value, text)
    return _of_home(value, text, name, country)


def _of_home(value: str, text: str, name: str, country: str | None) -> int | Bathrooms | None:
    """What the ways of writing counts of rooms say."""
    found: int | Bathrooms | None = None
    if name == "bathrooms":
        found = _bathrooms(text)
    if found is None and name in _LABELLED and len(re.findall(r"\d+(?:[.,]\d+)?", text)) > 1:
        labelled = _LABELLED[name].findall(text)
        if len(labelled) == 1 and not _ONE_MEASURE.search(text):
            found = _from_number(value, name, parse_number(labelled[0].replace(",", ".")))
    if name == "bedrooms" and found is None:
        rooms = (
            _ROOMS.fullmatch(text)
            or _ROOM_AND_KITCHEN.fullmatch(text)
            or _AND_KITCHEN.fullmatch(text)
            or (_FRENCH_ROOMS.fullmatch(text) if country == "FR" else None)
        )
        if rooms is not None:
            raise DoubtError(value, "rooms, which may include living rooms", [rooms[1]])
    if name == "bedrooms" and country == "PT" and (typology := _T.fullmatch(text)):
        found = int(typology[1])
    if found is None and name in _ROOMS_OF and (rooms := re.search(rf"(\d) ?(?:{_ROOMS_OF[name]})", text)):
        found = int(rooms[1])
    if found is None and (terms := _SUM.fullmatch(text)):
        found = _sum(value, int(terms["first"]), int(terms["second"]), country)
    return found


def _year(value: str, text: str) -> int | None:
    """The year of a text that states its month too; raises DoubtError for one that only bounds it."""
    if decade := _DECADE.fullmatch(text):
        raise DoubtError(value, "a decade is no year", [decade[1]])
    if month := _YEAR_AND_MONTH.fullmatch(text):
        return int(month[1])
    if _BOUND.fullmatch(text):
        raise DoubtError(value, "a year that only bounds it", [text[-4:]])
    return None


def _age(value: str, text: str) -> int | None:
    """Whole years of an age in months or days; raises DoubtError for one that is only bounded."""
    if _BOUND_AGE.fullmatch(text):
        raise DoubtError(value, "an age that only bounds it", re.findall(r"\d+", text)[:1])
    if months := _MONTHS_OLD.fullmatch(text):
        return int(months["number"]) // 12
    return 0 if _YOUNG.fullmatch(text) else None


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
    if _NO_STOREY.fullmatch(text) and text.partition("/")[0].strip() not in FLOORS and text not in FLOORS:
        raise ParseError(text, "how many storeys there are, and not which one")
    if (word := FLOORS.get(text.rstrip(". "))) is not None:
        return word
    if found := _BASEMENT.fullmatch(text):
        return -int(found[1])
    if found := _OF_STOREYS.fullmatch(text) or _OF_STOREYS_IN_WORDS.fullmatch(text):
        floor = int(found["floor"])
        return floor if floor <= int(found["all"]) else None
    if (found := _WORD_OF_STOREYS.fullmatch(text)) and (storey := FLOORS.get(found["word"])) is not None:
        return storey
    if re.fullmatch(r"[^\d/]+ out of \d+", text):
        raise ParseError(text, "how many storeys there are, and not which one")
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
    if _MOST_COUNTED <= whole < _OUT_OF_RANGE and (name in _NOT_NEGATIVE or name == "age_years"):
        raise DoubtError(value, "more than homes have", [whole])
    if whole < 0 and name in _NOT_NEGATIVE:
        raise ParseError(value if isinstance(value, str) else str(number), "a count below zero")
    return whole
