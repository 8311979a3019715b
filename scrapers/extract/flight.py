"""The rows that a Next.js page of the app router is streamed in, put together again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

MAX_BROKEN: Final = 100
MAX_DEPTH: Final = 30
MAX_NODES: Final = 150_000
LARGEST_REPEATED: Final = 2_000
_DECODER: Final = json.JSONDecoder(strict=False)
_PUSH: Final = re.compile(r"__next_f\s*\.\s*push\(\s*(?=\[)")
_ROW: Final = re.compile(r"\s*(?P<id>[0-9a-f]{1,8}):(?:T(?P<length>[0-9a-f]{1,8}),|[A-Z]{0,3}(?=[\[{\"]))")
_NAMED: Final = re.compile(r"\$[L@]?(?P<id>[0-9a-f]{1,8})(?P<path>(?::[\w-]+){0,20})")
_ABSENT: Final = frozenset({"$undefined", "$NaN", "$Infinity", "$-Infinity"})


def is_flight(script: str) -> bool:
    """Whether a script pushes a part of the stream."""
    return "__next_f" in script and _PUSH.search(script) is not None


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
    rows_of = _Rows(stream)
    for name, value in rows_of.found.items():
        if isinstance(value, (dict, list)) and value and name not in rows_of.placed:
            yield rows_of.resolved(value, frozenset({name}))


def _read(stream: str) -> Iterator[tuple[str, Any, int]]:
    """Each row with its name and length. A row of text says how many bytes it has, and no line ends it."""
    at = broken = 0
    while at < len(stream) and broken <= MAX_BROKEN:
        match = _ROW.match(stream, at)
        if match is None:
            at = _next_line(stream, at)
        elif match["length"]:
            text = stream[match.end() : match.end() + int(match["length"], 16)]
            text = text.encode(errors="replace")[: int(match["length"], 16)].decode(errors="ignore")
            yield match["id"], text, 0
            at = match.end() + len(text)
        else:
            try:
                value, at = _DECODER.raw_decode(stream, match.end())
                yield match["id"], value, at - match.end()
            except (ValueError, RecursionError):
                broken += 1
                at = _next_line(stream, match.end())


def _next_line(stream: str, at: int) -> int:
    end = stream.find("\n", at)
    return len(stream) if end < 0 else end + 1


class _Rows:
    """The rows of a stream by name. A large row is put in place once: many may name it."""

    def __init__(self, stream: str) -> None:
        self.found: dict[str, Any] = {}
        self._large: set[str] = set()
        self.placed: set[str] = set()
        self._left = MAX_NODES
        for name, value, length in _read(stream):
            self.found[name] = value
            if length > LARGEST_REPEATED:
                self._large.add(name)

    def resolved(self, value: Any, inside: frozenset[str], depth: int = 0) -> Any:
        """A value with the rows that it names in their places."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return value
        if isinstance(value, str):
            return self._named(value, inside, depth) if value[:1] == "$" else value
        if isinstance(value, dict):
            return {key: self.resolved(item, inside, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolved(item, inside, depth + 1) for item in value]
        return value

    def _named(self, text: str, inside: frozenset[str], depth: int) -> Any:
        """What "$1a" or "$1a:props:listing" names; a plain text that begins with $ has it twice."""
        if text in _ABSENT:
            return None
        if text[:2] in ("$$", "$D"):
            return text[1:] if text[1] == "$" else text[2:]
        match = _NAMED.fullmatch(text)
        name = match["id"] if match else ""
        if match is None or name not in self.found or name in inside:
            return text
        if name in self._large and not match["path"]:
            if name in self.placed:
                return text
            self.placed.add(name)
        value = _at(self.found[name], match["path"].split(":")[1:])
        return text if value is None else self.resolved(value, inside | {name}, depth + 1)


def _at(value: Any, path: list[str]) -> Any:
    """What stands at a path inside a row; None where there is nothing."""
    for step in path:
        if isinstance(value, list) and step == "props" and len(value) > 3 and value[0] == "$":
            value = value[3]  # an element: ["$", type, key, props]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value
