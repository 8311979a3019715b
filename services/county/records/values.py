"""Which JSON values the column of a field can hold: checked before a row is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from config.county.kinds import Kind, RecordField

Fits = Callable[[Any], bool]

_NUMERIC: Final = re.compile(r"numeric\((\d+),(\d+)\)")
_FRACTIONS: Final = (float, Decimal)
_LONGEST_ID: Final = 500
_MOST_INTEGER: Final = 2**31


class Columns:
    """The columns of one kind: what a record must state, and what each field can hold."""

    def __init__(self, kind: Kind) -> None:
        self._fits = {field.name: _fits(field) for field in kind.fields}
        self._sql = {field.name: field.sql for field in kind.fields}
        self._required = tuple(dict.fromkeys(("state", "county_fips", *kind.key)))
        self._scales = {
            field.name: int(found[2]) for field in kind.fields if (found := _NUMERIC.fullmatch(field.sql))
        }
        self._kind = kind.name

    def rounded(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content with numbers of no more digits than their columns keep: live has what it says."""
        longer = {
            name: value
            for name, scale in self._scales.items()
            if (number := content.get(name)).__class__ in _FRACTIONS
            and (value := round(number, scale)) != number
        }
        return {**content, **longer} if longer else content

    def problem(self, record_id: str | None, content: dict[str, Any]) -> str | None:
        """Why a record cannot be one of this kind; None where it can."""
        if not record_id:
            return "it has no id"
        if len(record_id) > _LONGEST_ID or "\x00" in record_id:
            return f"its id cannot be used: it has {len(record_id)} characters, or a NUL"
        for name in self._required:
            if content.get(name) is None:
                return f"it has no {name}"
        fits = self._fits
        for name, value in content.items():
            if value is None:
                continue
            if name not in fits:
                return f"it states {name!r}, which no record of {self._kind} has"
            if not fits[name](value):
                return f"{name} cannot be {str(value)[:80]!r}: its column holds {self._sql[name]}"
        return None


def _fits(field: RecordField) -> Fits:
    if found := _NUMERIC.fullmatch(field.sql):
        return _numeric(10 ** (int(found[1]) - int(found[2])))
    return {
        "text": _is_text,
        "integer": _is_integer,
        "boolean": _is_boolean,
        "date": _is_day,
        "timestamptz": _is_moment,
        "jsonb": _is_shape,
    }[field.sql]


def _numeric(most: int) -> Fits:
    # not a number is not between any two numbers
    return lambda value: value.__class__ in (int, float, Decimal) and -most < value < most


def _is_text(value: Any) -> bool:
    return value.__class__ is str and "\x00" not in value


def _is_integer(value: Any) -> bool:
    return value.__class__ is int and -_MOST_INTEGER <= value < _MOST_INTEGER


def _is_boolean(value: Any) -> bool:
    return value.__class__ is bool


@lru_cache(maxsize=20_000)
def _is_iso_day(value: str) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_day(value: Any) -> bool:
    return value.__class__ is str and _is_iso_day(value)


def _is_moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _is_shape(value: Any) -> bool:
    return value.__class__ in (dict, list)
