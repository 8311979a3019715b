"""The line of a TOML or JSON file in which a key stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from typing import Any, Final

_MOST_LINES: Final = 2_000
"""Lines of a file that is searched: finding a key reads a TOML file once a line."""
_BLANK: Final = " \t\r\n"
_DECODER: Final = json.JSONDecoder()


def line_of(text: str, path: Sequence[str], *, is_json: bool) -> int | None:
    """The line, from 1, of the key that `path` leads to, or of the last of its keys that the file has."""
    return _in_json(text, list(path)) if is_json else _in_toml(text, list(path))


def _in_toml(text: str, path: list[str]) -> int | None:
    """A value stands in the last of the fewest first lines that hold it."""
    lines = text.splitlines(keepends=True)
    if len(lines) > _MOST_LINES:
        return None
    depth, line, after = 0, None, 0
    for number in range(1, len(lines) + 1):
        try:
            content = tomllib.loads("".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue
        held = _depth(content, path)
        if held > depth:
            depth, line = held, _first_written(lines, after)
        after = number
        if depth == len(path):
            break
    return line


def _first_written(lines: Sequence[str], after: int) -> int:
    return next(
        number + 1
        for number in range(after, len(lines))
        if lines[number].strip() and not lines[number].lstrip().startswith("#")
    )


def _depth(content: Any, path: Sequence[str]) -> int:
    """How many keys of the path there are."""
    for depth, key in enumerate(path):
        if isinstance(content, list) and key.isdecimal() and int(key) < len(content):
            content = content[int(key)]
        elif isinstance(content, dict) and key in content:
            content = content[key]
        else:
            return depth
    return len(path)


def _in_json(text: str, path: list[str]) -> int | None:
    """Walks through the text, past the values that the path does not lead to."""
    at, found = _skip(text, 0), None
    for key in path:
        position = _key_in_object(text, at, key) if text[at : at + 1] == "{" else None
        if position is None:
            break
        found, at = position
    return None if found is None else text.count("\n", 0, found) + 1


def _key_in_object(text: str, at: int, key: str) -> tuple[int, int] | None:
    """Where a key of the object at `at` begins, and its value."""
    found = None
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        begin = at
        name, at = _DECODER.raw_decode(text, at)
        value = _skip(text, _skip(text, at) + 1)
        if name == key:
            found = begin, value
        _, at = _DECODER.raw_decode(text, value)
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
