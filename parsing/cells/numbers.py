"""Cells of numbers: amounts, areas, degrees, counts; and of yes and no."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from config.errors import ParseError
from config.source import Source
from parsing.area import MEASURE_OTHERWISE, Area, parse_area
from parsing.cells.note import BLANK, Note
from parsing.counts import parse_count
from parsing.flags import parse_boolean
from parsing.memo import Reader
from parsing.number import decimal_mark_of, parse_number
from parsing.place import parse_degrees
from parsing.price import parse_price
from parsing.vocabulary.blank import is_blank

_MOST_INTEGER: Final = 2**31
_LARGE: Final = 2_100
"""No year below it needs a second look …"""
_LARGEST_PLAIN: Final = 1_000
"""… and no count below this one."""
_DASHED: Final = re.compile(
    r"\s*[-–—―−]+ ?[^\W\d_][^\d]*"
).fullmatch  # "— beds": a dash where a number belongs


def decimal_mark(source: Source) -> str | None:
    """The decimal mark of a source's numbers: the declared one, else its country's."""
    return source.decimal_mark or decimal_mark_of(source.country)


def _number_parser(read: str, source: Source) -> Callable[[Any], Decimal]:
    mark = decimal_mark(source)
    if read in ("latitude", "longitude"):
        return lambda value: parse_degrees(value, read, country=source.country)
    if read == "area":
        is_sure = source.country not in MEASURE_OTHERWISE

        def area(value: Any) -> Decimal:
            if not is_sure and isinstance(value, int | float) and not isinstance(value, bool):
                value = str(parse_number(value))  # of no unit: the text says so
            return _low_end(parse_area(value, decimal_mark=mark, country=source.country))

        return area
    return lambda value: _amount(value, mark, source)


def _low_end(area: Area) -> Decimal:
    if area.maximum is not None and area.maximum != area.m2:
        raise _Ranged(area.m2)
    return area.m2


class _Ranged(Exception):
    """Not an error: a value that needs a word beside it."""

    def __init__(self, low: Decimal) -> None:
        self.low = low


def _amount(value: Any, mark: str | None, source: Source) -> Decimal:
    if not isinstance(value, str):
        return parse_number(value)
    price = parse_price(
        value, currency=source.currency, country=source.country, decimal_mark=source.decimal_mark
    )
    amount = price.amount if price.amount is not None else price.per_m2
    if amount is None:
        raise ParseError(value, "no amount in it")
    return amount


def decimal_reader(kind: str, source: Source, whole_digits: int, scale: int) -> Reader:
    """Numbers rounded to the column's scale and inside its range."""
    parse = _number_parser(kind, source)
    quantum, limit = Decimal(1).scaleb(-scale), Decimal(10) ** whole_digits
    zero = Decimal(0).quantize(quantum)
    least, most = Decimal(0) if kind == "area" else 1 - limit, limit - 1

    def bounded(number: Decimal) -> Decimal:
        try:
            rounded = number.quantize(quantum, ROUND_HALF_UP)
            fits = -limit < rounded < limit
        except InvalidOperation as error:
            raise ParseError(str(number), "not a number the column can hold") from error
        if not fits:
            raise ParseError(str(number), f"not below {limit}")
        return rounded or zero

    def read(value: Any) -> Any:
        if isinstance(value, str) and (is_blank(value) or _DASHED(value)):
            return BLANK
        try:
            return bounded(parse(value))
        except _Ranged as ranged:
            return Note(bounded(ranged.low), "derived", "the lower end of a range")

    def fast(value: Any) -> Any:
        if type(value) is Decimal and least <= value <= most:
            return value.quantize(quantum, ROUND_HALF_UP) or zero
        return read(value)

    return fast


def integer_reader(name: str, source: Source) -> Reader:
    mark = decimal_mark(source)
    least, most = (1_000, _LARGE) if name == "construction_year" else (0, _LARGEST_PLAIN)

    def careful(value: Any) -> Any:
        if isinstance(value, str) and (is_blank(value) or _DASHED(value)):
            return BLANK
        count = parse_count(value, name, decimal_mark=mark, country=source.country)
        if isinstance(count, int) and not -_MOST_INTEGER <= count < _MOST_INTEGER:
            raise ParseError(str(count)[:50], "out of the range of an integer column")
        return count

    def read(value: Any) -> Any:
        if type(value) is int and least <= value < most:
            return value
        if type(value) is str and len(value) < 5 and value.isascii() and value.isdigit():
            number = int(value)
            if least <= number < most:
                return number
        return careful(value)

    return read


def read_boolean(value: Any) -> Any:
    if value is True or value is False:
        return value
    if isinstance(value, str) and is_blank(value):
        return BLANK
    return parse_boolean(value)
