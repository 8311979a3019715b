"""One cell in, one column value out: a reader for each `Field.read`, bounded by what the column can hold."""

from __future__ import annotations

import re
from typing import Final

from config.listing import Field
from config.source import Source
from parsing.cells.dates import date_reader, timestamp_reader
from parsing.cells.json import gps_reader, read_coordinates, read_json, read_list
from parsing.cells.links import phone_reader, read_email, read_source_url, read_url, read_urls
from parsing.cells.note import BLANK, Note
from parsing.cells.numbers import decimal_mark, decimal_reader, integer_reader, read_boolean
from parsing.cells.text import (
    LONGEST_LABEL,
    LONGEST_TEXT,
    as_text,
    currency_reader,
    from_text,
    operation_reader,
    postal_code_reader,
    state_reader,
    status_reader,
    text_reader,
)
from parsing.memo import Reader
from parsing.period import parse_period

__all__ = ["BLANK", "Note", "as_text", "decimal_mark", "make_reader", "read_coordinates"]

_LABELS: Final = frozenset(
    ("property_type", "operation_type", "standard_status", "neighborhood", "city", "state", "postal_code",
     "currency", "price_period", "location_precision")
)  # fmt: skip
_NUMERIC: Final = re.compile(r"numeric\((\d+),(\d+)\)")


def make_reader(field: Field, source: Source) -> Reader:
    """The reader of one column for one source, everything that does not depend on the cell settled now."""
    if numeric := _NUMERIC.fullmatch(field.sql):
        precision, scale = int(numeric[1]), int(numeric[2])
        return decimal_reader(field.read, source, precision - scale, scale)
    if field.name in ("state", "postal_code", "gps_coordinates"):
        return _place_reader(field.name, source.country)
    if field.read == "integer":
        return integer_reader(field.name, source)
    if field.read == "text":
        return text_reader(LONGEST_LABEL if field.name in _LABELS else LONGEST_TEXT)
    return _other_reader(field, source)


def _place_reader(name: str, country: str | None) -> Reader:
    if name == "state":
        return state_reader()
    return postal_code_reader(country) if name == "postal_code" else gps_reader(country, LONGEST_TEXT)


def _other_reader(field: Field, source: Source) -> Reader:
    country = source.country
    label = text_reader(LONGEST_LABEL)
    readers: dict[str, Reader] = {
        "operation": operation_reader(label),
        "standard_status": status_reader(label),
        "currency": currency_reader(source),
        "period": from_text(parse_period),
        "boolean": read_boolean,
        "date": date_reader(country),
        "timestamp": timestamp_reader(country),
        "url": read_source_url if field.name == "source_url" else read_url,
        "urls": read_urls,
        "email": read_email,
        "phone": phone_reader(country),
        "json": read_json,
        "list": read_list,
    }
    return readers[field.read]
