"""What passes between a reader's process and ours: lengths and JSON, so that nothing it sends can be run.

A frame is its length in four bytes and one JSON document. What JSON has no form for is an object of the one
key `$`; a key of a file that begins with `$` gets a second one. orjson is fast but has no whole numbers
of any length, no lone surrogates and no NaN: a frame with those is written and read by the standard library.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Final

import orjson

from importers.record import Record
from parsing.staged import Unreadable

LONGEST: Final = 1 << 30
"""Bytes of a frame; a longer one is not from a reader of ours."""

_TAG: Final = "$"
_WRITE: Final[dict[type, Callable[[Any], list[Any]]]] = {
    Decimal: lambda value: ["decimal", str(value)],
    datetime: lambda value: ["datetime", value.isoformat()],
    date: lambda value: ["date", value.isoformat()],
    time: lambda value: ["time", value.isoformat()],
    timedelta: lambda value: ["timedelta", [value.days, value.seconds, value.microseconds]],
    Unreadable: lambda value: ["unreadable", [value.given, value.why, list(value.readings)]],
    bytes: lambda value: ["bytes", base64.b64encode(value).decode("ascii")],
}
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "unreadable": lambda parts: Unreadable(parts[0], parts[1], tuple(parts[2])),
    "bytes": base64.b64decode,
}
_SIMPLE: Final = frozenset((str, int, float, bool, type(None), *_WRITE))
_FAST, _ANY = b"f", b"a"
"""The first byte of a frame: by which of the two it is read."""
_AS_IT_IS: Final = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS
)


def packed(document: Any) -> bytes:
    """Return a document as a frame."""
    return _framed(_ANY + _ENCODER.encode(_escaped(document)).encode("ascii"))


def packed_rows(rows: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return rows, as `packed_row` gives them, as one frame."""
    kinds, texts = zip(*rows, strict=True) if rows else ((), ())
    return _framed((_ANY if _ANY in kinds else _FAST) + b'{"rows":[' + b",".join(texts) + b"]}")


def unpacked(data: bytes) -> Any:
    """Return the document in a frame, of which the length is taken off. Raises ValueError."""
    found = orjson.loads(data[1:]) if data[:1] == _FAST else json.loads(data[1:])
    return _resolved(found) if b'"$' in data else found


def packed_row(record: Record, columns: list[str]) -> tuple[bytes, bytes]:
    """Return how a record is to be read, and the record as JSON.

    Cells that are those of the columns, in their order, go without their names.
    """
    cells = record.cells
    values = list(cells.values())
    kinds = set(map(type, values))
    if dict in kinds or list in kinds or tuple in kinds:
        values = [_escaped(cell) for cell in values]
    if list(cells) == columns:
        content: Any = values
    else:
        content = {_safe(name): cell for name, cell in zip(cells, values, strict=True)}
    row = [record.number, record.line, content, record.problem, record.raw]
    # orjson makes null of a number that is not finite
    if kinds <= _SIMPLE and all(isfinite(cell) for cell in values if cell.__class__ is float):
        try:
            return _FAST, orjson.dumps(row, _tagged, _AS_IT_IS)
        except TypeError:  # a number or a text that it cannot hold
            pass
    return _ANY, _ENCODER.encode(row).encode("ascii")


def record_of(parts: list[Any], columns: list[str]) -> Record:
    """Return the record that was written; `columns` may have grown since."""
    number, line, content, problem, raw = parts
    cells = content if content.__class__ is dict else dict(zip(columns, content, strict=False))
    return Record(number, line, cells, problem, raw)


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _safe(name: Any) -> str:
    return _TAG + name if str(name).startswith(_TAG) else str(name)


def _escaped(value: Any) -> Any:
    if value.__class__ is dict:
        return {_safe(name): _escaped(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(item) for item in value]
    return value


def _tagged(value: Any) -> dict[str, Any]:
    write = _WRITE.get(value.__class__)
    if write is None:
        write = next((each for kind, each in _WRITE.items() if isinstance(value, kind)), _as_text)
    return {_TAG: write(value)}


def _as_text(value: Any) -> list[Any]:
    return ["text", str(value)]


def _resolved(value: Any) -> Any:
    if value.__class__ is list:
        return [_resolved(item) if item.__class__ in (list, dict) else item for item in value]
    if value.__class__ is not dict:
        return value
    if len(value) == 1 and _TAG in value:
        kind, content = value[_TAG]
        return _READ.get(kind, str)(content)
    return {name.removeprefix(_TAG): _resolved(item) for name, item in value.items()}


_ENCODER: Final = json.JSONEncoder(default=_tagged, check_circular=False, separators=(",", ":"))
