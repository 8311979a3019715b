"""Counts as people write them: rooms, bathrooms with their halves, storeys, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.number import is_money, parse_integer, parse_number, plain_figures
from parsing.phrase import either
from parsing.text import plain
from parsing.vocabulary import counts
from parsing.vocabulary.counts import FLOORS, NUMBERS, WORDS
from parsing.vocabulary.units import PRICED_WORD

_AND: Final = rf"\W*(?:(?:{either(counts.AND)}) ?)?"
_FULL_AND_HALF: Final = re.compile(
    rf"(?P<full>\d{{1,2}}) ?(?:{either(counts.FULL)}){_AND}"
    rf"(?:(?P<three>\d{{1,2}}) ?(?:{either(counts.THREE_QUARTERS)})\W*(?:baths?)?\W*)?"
    rf"(?:(?P<half>\d{{1,2}}) ?(?:{either(counts.HALF)})\W*)?"
)
_AND_HALF: Final = re.compile(
    rf"(?P<whole>\d{{1,2}}|[a-z]+) (?:(?:{either(counts.WHOLE)}) )?(?:{either(counts.AND_A_HALF)})\b.*"
)
_SUM: Final = re.compile(r"(?P<first>\d{1,2}) ?\+ ?(?P<second>\d{1,2})(?!\d)[^\d]*")
_ROOMS_OF: Final = {
    name: re.compile(rf"(\d) ?(?:{either(words)})") for name, words in counts.ROOMS_OF.items()
}
_STOREY: Final = either(counts.STOREYS)
_NAMES: Final = either(counts.STOREY_NAMES)
_OUT_OF: Final = either(counts.OUT_OF)
_OF_STOREYS: Final = re.compile(
    rf"(?:(?:{_NAMES})\.? ?)?(?P<floor>-?\d{{1,3}})(?:ª|º|a|o|st|nd|rd|th|er|e|\.|{_STOREY})?"
    rf" ?(?:{_NAMES})?,? ?\(?(?:(?:{_OUT_OF}) ?)+(?P"
    rf"<all>\d{{1,3}})(?: ?(?:{either(counts.ALL_STOREYS)}))?\)?\.?"
)
_WORD_OF_STOREYS: Final = re.compile(rf"(?P<word>[^\d/]+?) ?(?:/|(?<= )(?:{_OUT_OF})) ?\d{{1,3}}")
_NO_STOREY: Final = re.compile(r"\D+/\D*\d+\D*")
_LABELLED: Final = {
    name: re.compile(rf"(\d{{1,2}}(?:[.,]\d{{1,2}})?) ?(?:{either(words)})(?![^\W_])")
    for name, words in (("bedrooms", counts.BEDROOMS), ("bathrooms", counts.BATHROOMS))
}
_SHORT: Final = {"bedrooms": re.compile(r"(\d)d ?\d(?:[.,]\d)?b"), "bathrooms": re.compile(r"\dd ?(\d)b")}
"""Dormitorios and baños as Chile writes them: "3D2B"."""
_OF: Final = either(counts.OF_THEM)
_OF_THEM: Final = re.compile(rf"[ ,]*(?:\(|,|{_OF})[ ]?(?:(?:{_OF}) )?\d (?:{either(counts.ENSUITE)})\)?\s*$")
_MONTHS_OLD: Final = re.compile(rf"(?P<number>\d{{1,3}}) ?-?(?:{either(counts.MONTHS)})(?: old| alt)?")
_YOUNG: Final = re.compile(rf"\d{{1,3}} ?(?:{either(counts.DAYS)})(?: old)?")
_BOUND_AGE: Final = re.compile(rf"(?:{either(counts.BOUNDS)}).*\d.*|\d{{1,3}} ?\+.*")
_ROOM_AND_KITCHEN: Final = re.compile(r"(\d) ?r(?:k)?")
"""One room for all, which is a studio: India's "1 RK", Japan's "1R"."""
_ONE_MEASURE: Final = re.compile(rf"[+(&~–—]|\d ?[/-] ?\d|\d, \d|\b(?:{either(counts.BETWEEN)})\b")
"""Between numbers that belong together, as ranges, sums and fractions do: "1 a 3 rec."."""
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_ROOMS: Final = re.compile(rf"(\d{{1,2}}(?:[.,]\d)?)[ -]?(?:{either(counts.ROOMS)})(?![^\W\d_])\D*")
_ROOMS_IN: Final = {
    country: re.compile(rf"(\d{{1,2}}) ?(?:{either(words)})(?![^\W_])\D*")
    for country, words in counts.ROOMS_IN.items()
}
_AND_KITCHEN: Final = re.compile(rf"(\d) ?(?:{either(counts.WITH_KITCHEN)})")
_STUDIO_AND: Final = re.compile(rf"(?:{either(counts.STUDIOS)})(?![^\W_]).*\d.*")
_FRENCH_ROOMS: Final = re.compile(r"[tf] ?(\d)")
_BOUND: Final = re.compile(rf"(?:{either(counts.NOT_A_YEAR)}) ?\d{{4}}")
_BUILT_AND_RENEWED: Final = re.compile(
    rf"(?:(?:{either(counts.BUILT)})\D{{0,6}})?(\d{{4}})\W{{1,3}}(?:and |y |und |et |e |i )?"
    rf"(?:{either(counts.RENEWED)})\D{{0,6}}\d{{4}}\W*"
)
_AS_DATE: Final = re.compile(r"\d{1,2}[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
"""What a spreadsheet makes of "2-3"."""
_MEASURED: Final = re.compile(rf".*\d ?(?:{PRICED_WORD})(?![^\W_]).*")
_COUNTED: Final = {name: re.compile(either(words)) for name, words in counts.COUNTED.items()}
_BESIDE: Final = re.compile(either(counts.BESIDE))
_WORD: Final = re.compile("[a-zà-ɏа-яёіїєґα-ωά-ώ]+")
"""Of scripts that part their words by blanks."""
_LONGEST_SHORT: Final = 3
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
    text = plain_figures(plain(value))
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
    count = _from_number(value, name, number)
    if (other := _unknown_word(text, name)) is not None:
        raise DoubtError(value, f'"{other}" beside the number is no word for what is counted', [number])
    return count


def _unknown_word(text: str, name: str) -> str | None:
    """The word of a cell in which no word is one for what the field counts: "Calle 12" are no bedrooms.

    Short ones that only follow the number are taken for abbreviations.
    """
    known = _COUNTED.get(name)
    found = list(_WORD.finditer(text))
    if known is None or any(known.fullmatch(word[0]) for word in found):
        return None
    number = re.search(r"\d", text)
    after = len(text) if number is None else number.start()
    for word in found:
        is_short = len(word[0]) <= _LONGEST_SHORT and word.start() > after
        if not is_short and not _BESIDE.fullmatch(word[0]):
            return word[0]
    return None


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
    if found is None and name in _LABELLED:
        found = _labelled(value, text, name)
    if name == "bedrooms" and found is None:
        _doubt_rooms(value, text, country)
    if name == "bedrooms" and country == "PT" and (typology := _T.fullmatch(text)):
        found = int(typology[1])
    if found is None and name in _ROOMS_OF and (rooms := _ROOMS_OF[name].search(text)):
        found = int(rooms[1])
    if found is None and (terms := _SUM.fullmatch(text)):
        found = _sum(value, int(terms["first"]), int(terms["second"]), country)
    return found


def _labelled(value: str, text: str, name: str) -> int | Bathrooms | None:
    """The one of several numbers that the words beside it make the field's: "3 bd / 2 ba", "3D2B"."""
    if short := _SHORT[name].fullmatch(text):
        return int(short[1])
    numbers = len(_NUMBER.findall(text))
    if numbers < 2:
        return None
    labelled = _LABELLED[name].findall(text)
    others = _ROOMS.match(text) is not None and numbers == 2  # "5 kamers (3 slaapkamers)"
    if len(labelled) != 1 or (_ONE_MEASURE.search(text.replace("t&b", "")) and not others):
        return None
    number = parse_number(labelled[0].replace(",", "."))
    return _from_number(value, name, number) if number >= 1 else None  # "3 full ¾ bath"


def _doubt_rooms(value: str, text: str, country: str | None) -> None:
    """Raise DoubtError for rooms among which may be living rooms, ParseError for several homes."""
    rooms = _ROOMS.fullmatch(text) or _ROOM_AND_KITCHEN.fullmatch(text) or _AND_KITCHEN.fullmatch(text)
    if rooms is None and country == "FR":
        rooms = _FRENCH_ROOMS.fullmatch(text)
    if rooms is None and (words := _ROOMS_IN.get(country or "")) is not None:
        rooms = words.fullmatch(text)
    if rooms is not None:
        raise DoubtError(value, "rooms, which may include living rooms", [rooms[1]])
    if _STUDIO_AND.fullmatch(text):
        raise ParseError(value, "a studio, and a number of something else")


def _year(value: str, text: str) -> int | None:
    """The year of a text that states its month too; raises DoubtError for one that only bounds it."""
    if decade := _DECADE.fullmatch(text):
        raise DoubtError(value, "a decade is no year", [decade[1]])
    if month := _YEAR_AND_MONTH.fullmatch(text):
        return int(month[1])
    if built := _BUILT_AND_RENEWED.fullmatch(text):
        return int(built[1])
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
    if found := _OF_STOREYS.fullmatch(text):
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
