"""Cells of days and moments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

from parsing.cells.note import BLANK
from parsing.dates import parse_date, parse_timestamp
from parsing.memo import Reader
from parsing.vocabulary.blank import is_blank

_NO_DAY: Final = re.compile(r"0000-00-00(?:[ T]00:00:00(?:\.0+)?Z?)?").fullmatch
"""What databases write where there is no day."""


def _is_none(value: object) -> bool:
    return isinstance(value, str) and (is_blank(value) or _NO_DAY(value.strip()) is not None)


def date_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is date:
            return value
        if _is_none(value):
            return BLANK
        return parse_date(value, country=country)

    return read


def timestamp_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is datetime and value.tzinfo is UTC:
            return value
        if _is_none(value):
            return BLANK
        return parse_timestamp(value, country=country)

    return read
