"""One cell of a county record in, one JSON value out: a reader for each kind of field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from config.county.columns import Column
from config.county.kinds import RecordField
from config.errors import DoubtError, ParseError
from parsing.cells.json import read_json
from parsing.cells.note import BLANK, Note
from parsing.cells.text import LONGEST_TEXT, as_text, careful_text, postal_code_reader, text_reader
from parsing.flags import parse_boolean
from parsing.memo import Reader
from parsing.number import parse_number
from parsing.parcels.cases import TIDIED
from parsing.parcels.days import day_reader, moment_reader
from parsing.parcels.marks import NONE
from parsing.place import parse_latitude, parse_longitude
from parsing.text import plain
from parsing.vocabulary.blank import is_blank

ZERO_IS_NONE: Final = frozenset(
    (
        "last_sale_price", "sale_amount", "sold_amount", "opening_bid", "plaintiff_max_bid", "default_amount",
        "year_built", "effective_year_built", "roll_year", "tax_year", "living_area_sqft", "lot_size_sqft",
        "stories",
    )
)  # fmt: skip
"""Fields in which a 0 fills a cell that has nothing to say. A taxable value of 0 is one."""

_HIDDEN: Final = frozenset(("hidden",))
_NUMERIC: Final = re.compile(r"numeric\((\d+),(\d+)\)")
_PLAIN: Final = re.compile(r"\$?\d{1,15}(?:\.\d{0,10})?", re.ASCII).fullmatch
_GROUPED: Final = re.compile(r"\$? ?\d{1,3}(?:,\d{3})+(?:\.\d{0,10})?", re.ASCII).fullmatch
_BELOW_ZERO: Final = re.compile(r"\((.*)\)|[-−–] ?(.*)").fullmatch
_MOST_INTEGER: Final = 2**31
_YEARS: Final = (1600, 2100)


def reader_of(field: RecordField, column: Column, zone: ZoneInfo) -> Reader:
    """The reader of one field; it returns a value, or a Note, or raises ParseError."""
    read = _reader_of(field, column, zone)
    stated_none = frozenset(plain(text) for text in column.none) | _HIDDEN
    if not column.none and field.read != "money":
        return read

    def or_none(value: Any) -> Any:
        if type(value) is str and not value.isdigit() and _folded(value) in stated_none:
            return NONE
        return read(value)

    return or_none


def _folded(text: str) -> str:
    """A short text for look-ups; of a long one, its start."""
    return plain(text[:200])


def _reader_of(field: RecordField, column: Column, zone: ZoneInfo) -> Reader:
    text = text_reader(LONGEST_TEXT)
    if field.name in TIDIED:
        return _tidied(TIDIED[field.name])
    if field.read == "text":
        return postal_code_reader("US") if field.name == "postal_code" else _worded(text, column)
    readers: dict[str, Callable[[], Reader]] = {
        "date": lambda: day_reader(zone, column.form),
        "moment": lambda: moment_reader(zone, column.form),
        "money": lambda: number_reader(field, column),
        "number": lambda: number_reader(field, column),
        "whole": lambda: number_reader(field, column),
        "year": lambda: _year_reader(_says_none(field, column)),
        "flag": lambda: flag_reader(column),
        "latitude": lambda: _degrees_reader(parse_latitude, 90),
        "longitude": lambda: _degrees_reader(parse_longitude, 180),
        "shape": lambda: _read_shape,
    }
    return readers[field.read]()


def _says_none(field: RecordField, column: Column) -> bool:
    return column.zero == "none" if column.zero is not None else field.name in ZERO_IS_NONE


def number_reader(field: RecordField, column: Column) -> Reader:
    """Numbers inside the field's column, rounded half up to its scale; below zero they are doubtful."""
    numeric = _NUMERIC.fullmatch(field.sql)
    precision, scale = (int(numeric[1]), int(numeric[2])) if numeric else (10, 0)
    limit = Decimal(10) ** (precision - scale) if numeric else Decimal(_MOST_INTEGER)
    quantum, times, is_none = Decimal(1).scaleb(-scale), column.times, _says_none(field, column)
    most = 0 if times is not None else min(int(limit), 10**12)

    def read(value: Any) -> Any:
        if type(value) is str:
            if len(value) < 12 and value.isascii() and value.isdigit() and 0 < (whole := int(value)) < most:
                return whole
            if is_blank(value):
                return BLANK
            number = _of_text(value)
        else:
            number = parse_number(value)
        if number < 0:
            raise DoubtError(str(value), "below zero", [number])
        if times is not None:
            number *= times
        try:
            rounded = number.quantize(quantum, ROUND_HALF_UP)
        except InvalidOperation as error:
            raise ParseError(str(value), "not a number the column can hold") from error
        if not rounded < limit:
            raise ParseError(str(value), f"not below {limit}")
        if scale == 0 and rounded != number:
            raise ParseError(str(value), "not a whole number")
        if not rounded:
            return NONE if is_none else 0
        return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)

    return read


def _of_text(text: str) -> Decimal:
    """The number of a text as US programs write it: "$1,234.50", "(1,234.50)", "1653"."""
    line = text.strip()
    if _PLAIN(line) or _GROUPED(line):
        return Decimal(line.lstrip("$ ").replace(",", ""))
    if below := _BELOW_ZERO(line):
        return -abs(_of_text(below[1] if below[1] is not None else below[2]))
    return parse_number(line.lstrip("$ "), decimal_mark=".")


def _year_reader(zero_is_none: bool) -> Reader:
    def read(value: Any) -> Any:
        if is_blank(value):
            return BLANK
        number = parse_number(value, decimal_mark=".")
        if number != number.to_integral_value():
            raise ParseError(str(value), "no year")
        if number == 0 and zero_is_none:
            return NONE
        if not _YEARS[0] <= number <= _YEARS[1]:
            raise DoubtError(str(value), f"not a year from {_YEARS[0]} to {_YEARS[1]}", [number])
        return int(number)

    return read


def flag_reader(column: Column) -> Reader:
    """Yes and no, in the layer's own words first."""
    words = {plain(word): bool(meaning) for word, meaning in column.words.items()}

    def read(value: Any) -> Any:
        if isinstance(value, str):
            if is_blank(value) and "" in words:
                return words[""]
            if (known := words.get(_folded(value))) is not None:
                return known
        if is_blank(value):
            return BLANK
        if column.positive and not isinstance(value, bool):
            number = parse_number(value) if not isinstance(value, str) else _of_text(value)
            if number < 0:
                raise DoubtError(str(value), "below zero", [number])
            return number > 0
        return parse_boolean(value)

    return read


def _degrees_reader(parse: Callable[..., Decimal], most: int) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is float and -most <= value <= most:
            return round(value, 8) + 0.0
        if is_blank(value):
            return BLANK
        try:
            return float(parse(value, country="US"))
        except DoubtError:
            raise
        except ParseError as error:
            if isinstance(value, int | float | Decimal):
                raise ParseError(str(value), "feet or metres of a map projection, not degrees") from error
            raise

    return read


def _read_shape(value: Any) -> Any:
    """An outline as GeoJSON, from a mapping or its text."""
    if is_blank(value):
        return BLANK
    found = value if isinstance(value, dict) else read_json(value)
    shape = found.value if isinstance(found, Note) else found
    if isinstance(shape, str):
        raise ParseError(shape, "not GeoJSON")
    if not isinstance(shape, dict) or "type" not in shape or "coordinates" not in shape:
        raise ParseError(value, "not GeoJSON: it has no type and coordinates")
    return shape


def _tidied(tidy: Callable[[str], str]) -> Reader:
    def read(value: Any) -> Any:
        text = careful_text(as_text(value), LONGEST_TEXT)
        return text if isinstance(text, Note) else tidy(text)

    return read


def _worded(read: Reader, column: Column) -> Reader:
    """A text field whose words the layer translates; others stay as they are."""
    if not column.words:
        return read
    words = {plain(word): str(meaning) for word, meaning in column.words.items()}

    def translated(value: Any) -> Any:
        if is_blank(value):
            return words.get("", BLANK)
        text = read(value)
        return words.get(_folded(text), text) if isinstance(text, str) else text

    return translated


def word_reader(meaning_of: Callable[[str], str], ours: Collection[str], column: Column) -> Reader:
    """A field of our own words: the layer's first, then the usual ones; others are `unknown`, and named."""
    words = {plain(word): str(meaning) for word, meaning in column.words.items()}
    wrong = sorted(set(words.values()) - set(ours))
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no status; one of {', '.join(sorted(ours))}")

    def read(value: Any) -> Any:
        text = "" if is_blank(value) else _folded(as_text(value))
        meaning = words.get(text) or meaning_of(text)
        if meaning != "unknown":
            return meaning
        if not text:
            return BLANK
        return Note(
            "unknown", "unparseable", "no known word for a status; the layer's words may say what it means"
        )

    return read
