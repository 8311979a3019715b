"""How the text at a place of a recipe becomes a value: cut out, translated, read as its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from config.errors import DoubtError, ParseError
from config.listing import FIELD
from config.source import Source
from parsing.area import parse_area
from parsing.cells.numbers import decimal_mark
from parsing.dates import parse_date
from parsing.number import NUMBER, parse_number
from parsing.price import parse_price
from parsing.text import fold, one_line, squeeze

Kind = Literal["text", "number", "price", "area", "date"]

_NUMBER: Final = re.compile(rf"(?<![\d.,])-?{NUMBER}")
_PARTS: Final = re.compile(r"\s*[|·•;\n]\s*|,\s+")


def cut_out(text: str, pattern: str) -> str:
    """What the pattern's first group matches, or all of its match. Raises ParseError where it has none."""
    found = re.search(pattern, text)
    part = (
        (next((group for group in found.groups() if group), "") if found.groups() else found[0])
        if found
        else ""
    )
    if not part.strip():
        raise ParseError(text, f"the pattern {pattern!r} matches nothing in it")
    return squeeze(part)


def translated(text: str, words: Mapping[str, Any]) -> Any:
    """What the recipe's words say the text means. Raises ParseError for a text that is none of them."""
    known = {fold(squeeze(word)): meaning for word, meaning in words.items()}
    if (key := fold(squeeze(text))) not in known:
        raise ParseError(text, f"the map has no such word; it has {', '.join(words)}")
    return known[key]


def read_as(kind: Kind, text: str, source: Source, *, field: str, format_: str | None = None) -> Any:
    """The text as a value of that kind. Raises ParseError where it is none.

    A price, an area and a doubtful text stay as they are written: what they say beside the number, a
    currency or a unit, is read with them.
    """
    try:
        return _READERS[kind](text, source, field, format_)
    except DoubtError:
        return text


def _text(text: str, source: Source, field: str, format_: str | None) -> str:
    return squeeze(text)


def _number(text: str, source: Source, field: str, format_: str | None) -> str:
    """The first number in the text."""
    found = _NUMBER.search(one_line(text))
    if found is None:
        raise ParseError(text, "no number in it")
    return f"{parse_number(found[0], decimal_mark=decimal_mark(source)):f}"


def _price(text: str, source: Source, field: str, format_: str | None) -> str:
    price = parse_price(
        text, currency=source.currency, country=source.country, decimal_mark=source.decimal_mark
    )
    return text if field == "price" or price.amount is None else f"{price.amount:f}"


def _area(text: str, source: Source, field: str, format_: str | None) -> str:
    """The only part of the text that is an area, "3 rec. | 120 m²", or the text itself."""
    areas = [part for part in _PARTS.split(text) if _is_area(part, source)]
    if len(areas) == 1:
        return areas[0]
    parse_area(text, decimal_mark=decimal_mark(source), country=source.country)
    return text


def _is_area(text: str, source: Source) -> bool:
    try:
        parse_area(text, decimal_mark=decimal_mark(source), country=source.country)
    except (ParseError, DoubtError):
        return False
    return re.search(r"\d\s*[^\W\d_]", text) is not None


def _date(text: str, source: Source, field: str, format_: str | None) -> str:
    """A day in ISO's form; a moment where the field is one, in the source's time zone where it names none."""
    if format_ is None:
        return (
            text
            if FIELD[field].sql == "timestamptz"
            else parse_date(text, country=source.country).isoformat()
        )
    try:
        moment = datetime.strptime(squeeze(text), format_)  # noqa: DTZ007 - the zone is added below
    except ValueError as error:
        raise ParseError(text, f"it is not written as {format_}") from error
    if FIELD[field].sql != "timestamptz":
        return moment.date().isoformat()
    if moment.tzinfo is None and source.time_zone is not None:
        moment = moment.replace(tzinfo=ZoneInfo(source.time_zone))
    return moment.isoformat()


_READERS: Final[dict[Kind, Callable[[str, Source, str, str | None], Any]]] = {
    "text": _text,
    "number": _number,
    "price": _price,
    "area": _area,
    "date": _date,
}
