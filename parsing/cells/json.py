"""Cells of structures: JSON, lists of words, pairs of coordinates."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from config.errors import ParseError
from parsing.cells.note import BLANK, Note
from parsing.cells.text import text_reader
from parsing.json_text import dump_canonical
from parsing.memo import Reader
from parsing.place import parse_coordinates
from parsing.staged import Unreadable
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

_LONGEST_LITERAL: Final = 20_000
_LIST_MARKS: Final = re.compile(r"[\n|;•·]")


def read_json(value: Any) -> Any:
    if isinstance(value, Unreadable):
        raise ParseError(value, value.why)
    if isinstance(value, str):
        if is_blank(value):
            return BLANK
        parsed = _decoded(value)
        value = parsed if parsed is not None else _split(value, None)
    return BLANK if value in ([], {}, ()) else _dumped(value)


def read_list(value: Any) -> Any:
    if type(value) is list and value and _are_clean_texts(value):
        return _dumped(value)
    items = [item for item in items_of(value, None) or [] if not _is_empty(item)]
    return _dumped(items) if items else BLANK


def _are_clean_texts(items: list[Any]) -> bool:
    try:
        return "".join(items).isprintable() and all(map(str.strip, items))
    except TypeError:  # something in it is not a text
        return False


def _is_empty(item: Any) -> bool:
    """Whether nothing is left of a list's item once it has been cleaned."""
    return item is None or (isinstance(item, str) and not repair(item)[0])


def _dumped(value: Any) -> Any:
    try:
        text, repaired = dump_canonical(value)
    except ValueError as error:
        raise ParseError("", str(error) or "not JSON") from error
    return Note(text, "repaired", "characters or keys that JSON columns refuse") if repaired else text


def items_of(value: Any, marks: re.Pattern[str] | None) -> list[Any] | None:
    """A list out of whatever holds one: JSON or separated text, a set, the true keys of a mapping."""
    if isinstance(value, str):
        if is_blank(value):
            return None
        decoded = _decoded(value)
        value = decoded if decoded is not None else _split(value, marks)
    if isinstance(value, Mapping):
        if marks is not None:
            return [value]
        return [
            key if item is True else f"{key}: {item}"
            for key, item in value.items()
            if item not in (False, None, "")
        ]
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if not isinstance(value, list | tuple):
        raise ParseError(value, "not a list")
    return list(value) or None


def _decoded(text: str) -> Any:
    """The JSON a text holds, None where it holds none; a broken one is an error, not a word list."""
    start = text.lstrip()[:1]
    if start not in ("[", "{"):
        return None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        written = _python_literal(text)
        if written is None:
            raise ParseError(text, "broken JSON") from error
        return written


def _python_literal(text: str) -> list[Any] | dict[Any, Any] | None:
    """The list or mapping that Python's `str` wrote: "['pool', 'gym']"; None for any other text."""
    if len(text) > _LONGEST_LITERAL or "'" not in text:
        return None
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, set):
        return sorted(value, key=str)
    return value if isinstance(value, list | dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _split(text: str, marks: re.Pattern[str] | None) -> list[str]:
    if marks is None:
        marks = _LIST_MARKS if _LIST_MARKS.search(text) else re.compile(",")
    parts: Iterable[str] = (part.strip() for part in marks.split(repair(text)[0]))
    return [part for part in parts if part]


def gps_reader(country: str | None, longest: int) -> Reader:
    """A text as it is given; a point of GeoJSON or another structure as "lat,lon"."""
    text = text_reader(longest)

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping | list | tuple) or not value:
            return text(value)
        latitude, longitude = read_coordinates(value, country)
        return f"{latitude.normalize():f},{longitude.normalize():f}"

    return read


def read_coordinates(value: Any, country: str | None = None) -> tuple[Decimal, Decimal]:
    """(latitude, longitude) of a gps cell, whatever its shape."""
    if isinstance(value, Mapping) and not isinstance(value, dict):
        value = dict(value)
    return parse_coordinates(value, country=country)
