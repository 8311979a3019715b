"""The readings a mapping can ask for by name, each giving a value that the field's own reader then bounds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from config.errors import ParseError
from config.listing import FIELD, Field
from config.source import Source
from parsing.area import parse_area
from parsing.cells import Note, decimal_mark, make_reader, read_coordinates
from parsing.number import parse_number

Parser = Callable[[Any], Any]

_LIKE: Final[dict[str, str]] = {
    "price": "price_max",
    "integer": "page_number",
    "bool": "is_featured",
    "date": "listing_date",
    "timestamp": "scraped_at",
    "list": "amenities",
    "json": "features",
    "phone": "agent_phone",
    "email": "agent_email",
    "url": "video_url",
    "urls": "image_urls",
    "currency": "currency",
    "period": "price_period",
    "operation": "operation_type",
    "status": "standard_status",
}
"""Parse name → the field that is read just so."""

PARSERS: Final[tuple[str, ...]] = (
    "price", "area", "number", "integer", "bool", "date", "timestamp", "coordinates", "list", "json", "phone",
    "email", "url", "urls", "address", "text", "currency", "period", "operation", "status",
)  # fmt: skip


def make_parser(
    target: str, parse: str | None, source: Source, date_formats: tuple[str, ...]
) -> Parser | None:
    """The reading before the field's own one; None where the field's own is all there is to do."""
    reading = parse or FIELD[target].read
    if date_formats and reading in ("date", "timestamp"):
        return _dated(date_formats)
    if parse is None or reading == FIELD[target].read or _LIKE.get(parse) == target:
        return None
    mark = decimal_mark(source)
    own: dict[str, Parser] = {
        "coordinates": _coordinate(target, source),
        "number": lambda value: parse_number(value, decimal_mark=mark),
        "area": lambda value: parse_area(value, decimal_mark=mark, country=source.country).m2,
        "text": _text,
        "address": _text,
    }
    return own.get(parse) or _as_read(make_reader(_prototype(parse, target), source), target)


def _prototype(parse: str, target: str) -> Field:
    """The field to read like; a wider number type, because the target's own bounds apply afterwards."""
    field = FIELD[_LIKE[parse]]
    return field if FIELD[target].sql == field.sql else replace(field, name=f"{parse}_of_{target}")


def _as_read(reader: Parser, target: str) -> Parser:
    structured = FIELD[target].sql == "jsonb"

    def read(value: Any) -> Any:
        result = reader(value)
        if isinstance(result, Note):
            return value if result.value is None else result.value
        if structured and not isinstance(result, str):
            return json.loads(json.dumps(result, default=str))
        return result

    return read


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _coordinate(target: str, source: Source) -> Parser:
    def read(value: Any) -> Decimal | str:
        latitude, longitude = read_coordinates(value, source.country)
        if target == "latitude":
            return latitude
        return longitude if target == "longitude" else f"{latitude},{longitude}"

    return read


def _dated(formats: tuple[str, ...]) -> Parser:
    """Only the formats that the mapping names: another way of writing a day would be a guess."""

    def read(value: Any) -> date | datetime:
        if isinstance(value, date):
            return value
        for form in formats:
            try:
                return datetime.strptime(str(value).strip(), form)  # noqa: DTZ007 - a file's own time, UTC where it says none
            except ValueError:
                continue
        raise ParseError(value, f"not a date of the form {' or '.join(formats)}")

    return read
