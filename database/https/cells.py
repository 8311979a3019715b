"""Values as they travel: arguments as JSON, cells of an answer as Postgres writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

Read = Callable[[str], Any]

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t"}


def argument(value: Any) -> Any:
    """A value as the JSON that Postgres reads back as the same; exact numbers go as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(key): argument(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [argument(each) for each in value]
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"{type(value).__name__} cannot be sent to the database")


def cells_of_line(columns: Sequence[str], line: bytes) -> dict[str, str]:
    """The cells of a line in COPY's text format that have a value, by column."""
    cells = line.decode().removesuffix("\n").split("\t")
    return {
        column: _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), cell)
        for column, cell in zip(columns, cells, strict=True)
        if cell
    }


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an answer of `api.ask`, a dict each, with the values that a direct connection gives."""
    names = [name for name, _ in answer["columns"]]
    read = [_reader(kind) for _, kind in answer["columns"]]
    return [
        {
            name: None if cell is None else convert(cell)
            for name, convert, cell in zip(names, read, row, strict=True)
        }
        for row in answer["rows"]
    ]


def _reader(kind: str) -> Read:
    if kind.endswith("[]"):
        element = _reader(kind.removesuffix("[]"))
        return lambda cell: [_element(element, each) for each in json.loads(cell, parse_float=Decimal)]
    return _READERS.get(kind, str)


def _element(read: Read, value: Any) -> Any:
    """A value of an array, which came as JSON."""
    if value is None or isinstance(value, bool | dict | list):
        return value
    return read(str(value))


def _bytes(cell: str) -> bytes:
    return bytes.fromhex(cell.removeprefix("\\x"))


def _nothing(cell: str) -> None:
    """What a function without a result returns."""


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    Decimal: str,
    UUID: str,
    date: lambda value: value.isoformat(),
    timedelta: lambda value: f"{value // timedelta(microseconds=1)} microseconds",
    bytes: lambda value: f"\\x{value.hex()}",
}
_READERS: Final[dict[str, Read]] = {
    "boolean": lambda cell: cell in ("t", "true", "True"),
    "smallint": int,
    "integer": int,
    "bigint": int,
    "numeric": Decimal,
    "real": float,
    "double precision": float,
    "uuid": UUID,
    "timestamp with time zone": datetime.fromisoformat,
    "timestamp without time zone": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytea": _bytes,
    "json": json.loads,
    "jsonb": json.loads,
    "void": _nothing,
}
