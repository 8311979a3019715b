"""The rows that a Next.js page of the app router is streamed in, put together again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

MAX_BROKEN: Final = 100
MAX_DEPTH: Final = 30
MAX_NODES: Final = 150_000
_DECODER: Final = json.JSONDecoder(strict=False)
_PUSH: Final = re.compile(r"__next_f\s*\.\s*push\(\s*(?=\[)")
_ROW: Final = re.compile(r"\s*(?P<id>[0-9a-f]{1,8}):(?:T(?P<length>[0-9a-f]{1,8}),|[A-Z]{0,3}(?=[\[{\"]))")
_NAMED: Final = re.compile(r"\$[L@]?(?P<id>[0-9a-f]{1,8})(?P<path>(?::[\w-]+){0,20})")
_ABSENT: Final = frozenset({"$undefined", "$NaN", "$Infinity", "$-Infinity"})


def is_flight(script: str) -> bool:
    """Whether a script pushes a part of the stream."""
    return _PUSH.search(script) is not None


def parts(script: str) -> Iterator[str]:
    """The parts of the stream that a script pushes."""
    for match in _PUSH.finditer(script):
        try:
            value, _ = _DECODER.raw_decode(script, match.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, list):
            yield from (part for part in value[1:] if isinstance(part, str))


def rows(stream: str) -> Iterator[Any]:
    """The objects of the stream; where one names another row ("$1a"), that row stands in it."""
    found = dict(_read(stream))
    left = [MAX_NODES]
    for name, value in found.items():
        if isinstance(value, (dict, list)) and value:
            yield _resolved(value, found, frozenset({name}), left)


def _read(stream: str) -> Iterator[tuple[str, Any]]:
    """Each row with its name. A row of text says how many bytes it has, and no line ends it."""
    at = broken = 0
    while at < len(stream) and broken <= MAX_BROKEN:
        match = _ROW.match(stream, at)
        if match is None:
            at = _next_line(stream, at)
        elif match["length"]:
            text = stream[match.end() : match.end() + int(match["length"], 16)]
            text = text.encode(errors="replace")[: int(match["length"], 16)].decode(errors="ignore")
            yield match["id"], text
            at = match.end() + len(text)
        else:
            try:
                value, at = _DECODER.raw_decode(stream, match.end())
                yield match["id"], value
            except (ValueError, RecursionError):
                broken += 1
                at = _next_line(stream, match.end())


def _next_line(stream: str, at: int) -> int:
    end = stream.find("\n", at)
    return len(stream) if end < 0 else end + 1


def _resolved(
    value: Any, found: dict[str, Any], inside: frozenset[str], left: list[int], depth: int = 0
) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        return value
    if isinstance(value, str):
        return _named(value, found, inside, left, depth) if value[:1] == "$" else value
    if isinstance(value, dict):
        return {key: _resolved(item, found, inside, left, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, found, inside, left, depth + 1) for item in value]
    return value


def _named(text: str, found: dict[str, Any], inside: frozenset[str], left: list[int], depth: int) -> Any:
    """What "$1a" or "$1a:props:listing" names; a plain text that begins with $ has it twice."""
    if text in _ABSENT:
        return None
    if text[:2] in ("$$", "$D"):
        return text[1:] if text[1] == "$" else text[2:]
    match = _NAMED.fullmatch(text)
    if match is None or match["id"] not in found or match["id"] in inside:
        return text
    value = found[match["id"]]
    for step in match["path"].split(":")[1:]:
        if isinstance(value, list) and step == "props" and len(value) > 3 and value[0] == "$":
            value = value[3]  # an element: ["$", type, key, props]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return text
    return _resolved(value, found, inside | {match["id"]}, left, depth + 1)
