"""Cells of text: titles and labels, words that stand for a value, postal codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Any, Final

from config.errors import ParseError
from config.source import Source
from parsing.cells.note import BLANK, Note
from parsing.currency import parse_currency
from parsing.memo import Reader
from parsing.number import parse_number
from parsing.operation import parse_operation
from parsing.status import STANDARD, WITHDRAWN, parse_standard_status, says_unavailable
from parsing.text import repair
from parsing.vocabulary.blank import BLANKS, LONGEST, STATES, is_blank

LONGEST_TEXT: Final = 10_000_000
LONGEST_LABEL: Final = 200  # labels are grouped and indexed by; an index entry has less than 2,700 bytes
_DIGITS_OF_CODES: Final[dict[str, int]] = {
    **dict.fromkeys(("MX", "US", "PR", "ES", "DE", "FR", "IT", "FI", "GR", "HR", "EE", "TR", "UA", "KR"), 5),
    **dict.fromkeys(("AU", "NO", "DK"), 4),
    "JP": 7,
    "BR": 8,
}
"""By country whose postal codes may begin with zeros, how many digits they have."""
_ROUNDED: Final = re.compile(r"\d[.,]\d+[eE]\+?\d{1,2}|\d[eE]\+\d{1,2}")
"""What a spreadsheet makes of a long number."""
_WHOLE: Final = re.compile(r"(\d{3,8})\.0+")
_FIVE: Final = re.compile(r"(?:^|(?<=^[A-Z]-)|(?<=^[A-Z]{2}-)|(?<=[\s,(]))\d{5}(?=$|[\s,)])")
_FOUR: Final = re.compile(r"(?:^|(?<=^[A-Z]-)|(?<=^[A-Z]{2}-)|(?<=[\s,(]))\d{4}(?=$|[\s,)])")
_AMONG_WORDS: Final[dict[str, re.Pattern[str]]] = {
    **dict.fromkeys(("FR", "DE", "ES", "IT", "MX", "FI", "TR", "HR", "EE", "UA", "MY", "TH", "RS"), _FIVE),
    **dict.fromkeys(("AT", "CH", "BE", "DK", "NO", "LU", "SI", "BG", "AU", "NZ", "HU"), _FOUR),
    "PT": re.compile(r"(?<!\d)\d{4}-\d{3}(?!\d)"),
    "PL": re.compile(r"(?<!\d)\d{2}-\d{3}(?!\d)"),
    "BR": re.compile(r"(?<!\d)\d{5}-\d{3}(?!\d)"),
    "JP": re.compile(r"(?<!\d)\d{3}-\d{4}(?!\d)"),
    **dict.fromkeys(("SE", "GR", "CZ", "SK"), re.compile(r"(?<!\d)\d{3} \d{2}(?!\d)")),
    "NL": re.compile(r"(?<!\d)\d{4} ?[A-Z]{2}(?![A-Za-z])"),
    "IN": re.compile(r"(?<!\d)\d{3} ?\d{3}(?!\d)"),
    "RU": re.compile(r"(?<!\d)\d{6}(?!\d)"),
}
"""By country, a postal code where words stand around it."""
_MOST_REMEMBERED: Final = 1_000


def text_reader(longest: int) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str and value.isprintable() and len(value) <= longest:
            if len(value) <= LONGEST and value in BLANKS:
                return BLANK
            if value[0] != " " and value[-1] != " ":
                return value
        return careful_text(value, longest)

    return read


def careful_text(value: Any, longest: int) -> Any:
    text, repaired = repair(as_text(value))
    if is_blank(text):
        return BLANK
    if len(text) > longest:
        return Note(text[:longest].rstrip(), "clipped", f"longer than {longest} characters")
    return Note(text, "repaired", "invalid characters replaced") if repaired else text


def as_text(value: Any) -> str:
    """A scalar as text; a list of scalars is joined. Raises ParseError for structures."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        number = parse_number(value)
        return str(int(number)) if number == number.to_integral_value() else str(number)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple) and all(
        isinstance(item, str | int | float | Decimal) for item in value
    ):
        return ", ".join(map(as_text, value))
    raise ParseError(value, "not a text")


def from_text(parse: Callable[[str], Any]) -> Reader:
    def read(value: Any) -> Any:
        text = value if type(value) is str else as_text(value)
        if is_blank(text):
            return BLANK
        return parse(text if text.isprintable() else repair(text)[0])

    return read


def remembered(parse: Callable[[str], str], label: Reader) -> Reader:
    """A reader that remembers its results: such columns have few different words."""
    known: dict[str, str] = {}

    def read(value: Any) -> Any:
        if type(value) is str and value in known:
            return known[value]
        text = label(value)
        if isinstance(text, Note):
            return text
        parsed = parse(text)
        if type(value) is str and len(known) < _MOST_REMEMBERED:
            known[value] = parsed
        return parsed

    return read


def one_of(known: Collection[str], parse: Callable[[str], str], what: str) -> Callable[[str], str]:
    """`parse`, raising ParseError for a text of which it makes none of the known words."""

    def read(text: str) -> str:
        word = parse(text)
        if word not in known:
            raise ParseError(text, f"no known {what}")
        return word

    return read


def status_reader(label: Reader) -> Reader:
    """A status: what says that a home is not available is no blank there."""
    read = remembered(one_of(STANDARD, parse_standard_status, "status"), label)
    return lambda value: WITHDRAWN if type(value) is str and says_unavailable(value) else read(value)


def operation_reader(label: Reader) -> Reader:
    joined = remembered(one_of(("sale", "rent"), parse_operation, "operation"), label)
    return lambda value: joined(" / ".join(map(str, value)) if isinstance(value, list | tuple) else value)


def currency_reader(source: Source) -> Reader:
    def read(text: str) -> str:
        code = parse_currency(text, currency=source.currency, country=source.country)
        if code is None:
            raise ParseError(text, "not a currency")
        return code

    return remembered(read, text_reader(LONGEST_LABEL))


def state_reader() -> Reader:
    """A label; "NC" and "ND" are North Carolina and North Dakota, not blanks."""
    label = text_reader(LONGEST_LABEL)
    return lambda value: value.strip() if isinstance(value, str) and value.strip() in STATES else label(value)


def postal_code_reader(country: str | None) -> Reader:
    label, digits = text_reader(LONGEST_LABEL), _DIGITS_OF_CODES.get(country or "")
    among_words = _AMONG_WORDS.get(country or "")

    def read(value: Any) -> Any:
        text = label(value)
        if type(text) is not str:
            return text
        if _ROUNDED.fullmatch(text):
            raise ParseError(text, "a rounded number, not a postal code")
        if not text.strip("0-"):
            return BLANK
        if whole := _WHOLE.fullmatch(text):
            text = whole[1]  # a spreadsheet's number
        if digits is not None and digits - 2 <= len(text) < digits and text.isdigit():
            return Note(text.zfill(digits), "repaired", "leading zeros restored")
        if among_words is not None and among_words.fullmatch(text) is None:
            return _alone(text, among_words)
        return text

    return read


def _alone(text: str, pattern: re.Pattern[str]) -> Any:
    """The one postal code of a text that has other words too: "75001 Paris", "〒150-0001", "D-10115"."""
    found = pattern.findall(text)
    return Note(found[0], "derived", "the code without the words around it") if len(found) == 1 else text
