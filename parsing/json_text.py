"""JSON as PostgreSQL can hold it: bounded in depth, no lone surrogates, and never a reason to lose a row.

orjson writes nearly every row, six times as fast as `json`. What it refuses (lone surrogates, integers beyond
64 bits, keys that are not texts, depth) or would silently make null (not-a-number) goes the careful way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any, Final

import orjson

from parsing.staged import Unreadable
from parsing.text import repair

DEEPEST: Final = 500
"""PostgreSQL parses JSON by recursion inside `max_stack_depth`; this is far inside it."""

_AS_JSON_DOES: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_CANONICAL: Final = _AS_JSON_DOES | orjson.OPT_SORT_KEYS

_SAID_BY_TEXT: Final = (Decimal, date, datetime, time)

quoted: Final[Callable[[str], str]] = encode_basestring_ascii
"""One string as JSON; other types raise TypeError."""


def _plain(value: object) -> object:
    """A value that JSON has no type for, as an equivalent text or list."""
    if isinstance(value, _SAID_BY_TEXT):
        return str(value)
    if isinstance(value, float | tuple):  # of a kind of their own, which orjson leaves to us
        return float(value) if isinstance(value, float) else list(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Mapping | Unreadable):
        return dict(value) if isinstance(value, Mapping) else {"unreadable": value.given, "why": value.why}
    if isinstance(value, bytes | bytearray | memoryview):
        return _readable(bytes(value))
    return str(value)


def _number(value: object) -> object:
    """As `_plain`, with decimals as JSON numbers: in a jsonb column a number should compare as one."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 15:
        return int(value) if value == value.to_integral_value() else float(value)
    return _plain(value)


def _readable(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "\\x" + data.hex()


_encode_raw: Final = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, check_circular=False, separators=(",", ":"), default=_plain
).encode
_encode_canonical: Final = json.JSONEncoder(
    ensure_ascii=True,
    allow_nan=False,
    check_circular=False,
    separators=(",", ":"),
    default=_number,
    sort_keys=True,
).encode


def dump_raw(value: Mapping[Any, Any], *, nulls: int = 0) -> tuple[bytes | None, bytes | None]:
    """The whole mapping as JSON, or as bytes that no database would take as JSON.

    `nulls` of its values are known to be None.
    """
    try:
        data = orjson.dumps(value, _plain, _AS_JSON_DOES)
    except TypeError:
        return _dump_carefully(value)
    found = data.count(b"null")
    if found and found != nulls and found != list(value.values()).count(None):
        return _dump_carefully(value)  # a null that no None explains may have been not-a-number
    return data, None


def _dump_carefully(value: Mapping[Any, Any]) -> tuple[bytes | None, bytes | None]:
    try:
        text = _encode_raw(value)
    except (TypeError, ValueError, RecursionError, OverflowError):
        text = "".join(_written(value))
    if _may_be_deep(text) and _depth(text) > DEEPEST:
        return None, text.encode()
    return text.encode(), None


def dump_canonical(value: object) -> tuple[str, bool]:
    """A jsonb column's text, keys sorted, and whether something jsonb refuses had to be repaired.

    Raises ValueError for what jsonb cannot hold at all: not-a-number, or nesting without end.
    """
    try:
        text = orjson.dumps(value, _number, _CANONICAL).decode()
    except TypeError:
        return _dump_canonical_carefully(value)
    return _dump_canonical_carefully(value) if "null" in text or "\\u" in text else (text, False)


def _dump_canonical_carefully(value: object) -> tuple[str, bool]:
    try:
        text = _encode_canonical(value)
        repaired = "\\u0000" in text or "\\ud" in text
        if repaired:
            cleaned = _encode_canonical(_cleaned(value))
            text, repaired = cleaned, cleaned != text
    except TypeError:
        text, repaired = _encode_canonical(_cleaned(value)), True
    except (RecursionError, OverflowError) as error:
        raise ValueError("nested too deep") from error
    if _may_be_deep(text) and _depth(text) > DEEPEST:
        raise ValueError("nested too deep")
    return text, repaired


def _cleaned(value: object) -> object:
    """The value with every text repaired and every key a text; depth is bounded by the encoder's own."""
    if isinstance(value, str):
        return repair(value)[0]
    if isinstance(value, Mapping):
        return {repair(str(key))[0]: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    if isinstance(value, set | frozenset):
        return [_cleaned(item) for item in sorted(value, key=str)]
    return value


def _may_be_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > DEEPEST


def _depth(text: str) -> int:
    """How deep a JSON text nests; brackets inside its strings count for nothing."""
    deepest = depth = 0
    for piece in _outside_strings(text):
        for char in piece:
            if char in "[{":
                depth += 1
                deepest = max(deepest, depth)
            elif char in "]}":
                depth -= 1
    return deepest


def _outside_strings(text: str) -> Iterator[str]:
    pieces = text.replace("\\\\", "").replace('\\"', "").split('"')
    return iter(pieces[::2])


def _written(root: object) -> Iterator[str]:
    """Any value as JSON without recursion: whatever its depth, its keys, its numbers or its cycles."""
    stack: list[tuple[Iterator[tuple[str, object]], str, int]] = [(iter([("", root)]), "", 0)]
    open_ids: set[int] = set()
    while stack:
        items, close, identity = stack[-1]
        prefix_value = next(items, None)
        if prefix_value is None:
            stack.pop()
            open_ids.discard(identity)
            yield close
            continue
        prefix, value = prefix_value
        yield prefix
        if not isinstance(value, Mapping | list | tuple | set | frozenset):
            yield _scalar(value)
        elif id(value) in open_ids:
            yield '"(a cycle)"'
        else:
            open_ids.add(id(value))
            is_mapping = isinstance(value, Mapping)
            yield "{" if is_mapping else "["
            stack.append((_members(value), "}" if is_mapping else "]", id(value)))


def _members(value: Any) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for index, (key, item) in enumerate(value.items()):
            name = key if isinstance(key, str) else _scalar(key).strip('"')
            yield ("," if index else "") + quoted(name) + ":", item
    else:
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        for index, item in enumerate(items):
            yield "," if index else "", item


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 4096:
        return quoted(hex(value))  # decimal digits of a huge number cost the square of its length
    try:
        return _encode_raw(value)
    except (TypeError, ValueError, RecursionError):
        return quoted(_described(value))


def _described(value: object) -> str:
    try:
        return str(value)
    except (ValueError, RecursionError):
        return f"({type(value).__name__})"
