"""Rows as frozen dataclasses: a column a field, each value of the type that the field declares."""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")

Convert = Callable[[Any], Any]


def record(cls: type[T], row: Mapping[str, Any]) -> T:
    """Build a `cls` from a row or a JSON object; its keys are the fields' names, no more and no fewer.

    A field with a default may be missing. JSON has no uuids, times and tuples, so text becomes a UUID or a
    datetime where the field is one, and a list a tuple. Raises TypeError for whatever does not fit.
    """
    convert, required = _fields_of(cast("Hashable", cls))
    given = dict(row)
    unknown, missing = given.keys() - convert.keys(), required - given.keys()
    if unknown or missing:
        raise TypeError(f"{cls.__name__}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    for name, value in given.items():
        try:
            given[name] = convert[name](value)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{cls.__name__}.{name}: {error}") from error
    return cls(**given)


def records(cls: type[T], rows: Iterable[Mapping[str, Any]]) -> list[T]:
    """Build a `cls` from each row."""
    return [record(cls, row) for row in rows]


@cache
def _fields_of(cls: Any) -> tuple[dict[str, Convert], frozenset[str]]:
    """How each field is converted, and which of them a row must have."""
    if not is_dataclass(cls):
        raise TypeError(f"{cls.__name__} is not a dataclass")
    hints = get_type_hints(cls)
    required = (
        each.name for each in fields(cls) if each.default is MISSING and each.default_factory is MISSING
    )
    return {each.name: _converter(hints[each.name]) for each in fields(cls)}, frozenset(required)


def _converter(hint: Any) -> Convert:
    """What makes a value of a declared type."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return _unchanged
    if origin in (Union, types.UnionType):
        (only,) = (each for each in inner if each is not types.NoneType)
        return partial(_optional, _converter(only))
    if origin is Literal:
        return partial(_one_of, inner)
    if origin is tuple:
        return partial(_tuple, _converter(inner[0]))
    if isinstance(hint, type) and is_dataclass(hint):
        return partial(_nested, hint)
    return _SCALARS.get(hint) or partial(_instance, origin or hint)


def _unchanged(value: Any) -> Any:
    return value


def _optional(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise TypeError(f"{value!r} is not one of {allowed}")
    return value


def _tuple(convert: Convert, value: Any) -> tuple[Any, ...]:
    return tuple(convert(each) for each in _instance(list, value))


def _nested(cls: type[T], value: Any) -> T:
    return record(cls, _instance(dict, value))


def _instance(cls: type[T], value: Any) -> T:
    if not isinstance(value, cls) or (cls is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is not a {cls.__name__}")
    return value


def _uuid(value: Any) -> UUID:
    return UUID(value) if isinstance(value, str) else _instance(UUID, value)


def _datetime(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else _instance(datetime, value)


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else _instance(date, value)


def _float(value: Any) -> float:
    return float(value) if isinstance(value, int | Decimal) else _instance(float, value)


_SCALARS: Final[dict[Any, Convert]] = {
    UUID: _uuid,
    datetime: _datetime,
    date: _date,
    float: _float,
}
