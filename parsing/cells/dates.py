"""Cells of days and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from parsing.cells.note import BLANK
from parsing.dates import parse_date, parse_timestamp
from parsing.memo import Reader
from parsing.vocabulary.blank import is_blank


def date_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is date:
            return value
        if isinstance(value, str) and is_blank(value):
            return BLANK
        return parse_date(value, country=country)

    return read


def timestamp_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is datetime and value.tzinfo is UTC:
            return value
        if isinstance(value, str) and is_blank(value):
            return BLANK
        return parse_timestamp(value, country=country)

    return read
