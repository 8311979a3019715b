"""The JSON a page was built from: `__NEXT_DATA__`, `__next_f` rows, script assignments, attributes."""

from __future__ import annotations

import re
from typing import Any, Final

from scrapers.extract import flight
from scrapers.extract.indexed import written_out
from scrapers.extract.loading import MAX_TEXT, load, unquote, walk
from scrapers.extract.page import Page, once
from scrapers.extract.references import joined, may_refer
from scrapers.extract.scripts import STRING, assigned, may_describe

MAX_NESTED: Final = 60
MAX_ATTRIBUTES: Final = 60
MAX_NESTING: Final = 60
_STREAM: Final = re.compile(r"streamController\.enqueue\(\s*")
_ATTRIBUTES: Final = (
    "data-page", "data-props", "data-react-props", "data-vue-props", "data-state", "data-initial-state",
    "data-json", "data-listing", "data-property", "data-config", "data-model", "wire:snapshot",
    "wire:initial-data", ":listing", ":property", "props",
)  # fmt: skip
"""Attributes that hold a state."""
_CARRIERS: Final = ", ".join(f"[{name.replace(':', chr(92) + ':')}]" for name in _ATTRIBUTES)


@once
def states(page: Page) -> list[tuple[str, Any]]:
    """Every JSON state of the page, with where it was found; read once."""
    found: list[tuple[str, Any]] = []
    chunks: list[str] = []
    for script, kind, text in page.scripts:
        if "ld+json" in kind or len(text) < 20 or len(text) > MAX_TEXT:
            continue
        if flight.is_flight(text):
            chunks.extend(flight.parts(text))
        else:
            name = script.attributes.get("id") or "script"
            if isinstance(value := _value(text, kind), (dict, list)) and value:
                found.append((name, _whole(value, is_referring=may_refer(text))))
    stream = "".join(chunks)
    is_referring = may_refer(stream)
    found += [("__next_f", _whole(value, is_referring=is_referring)) for value in flight.rows(stream)]
    found += _in_attributes(page)
    return [(name, value) for name, value in found if isinstance(value, (dict, list)) and value]


def _value(text: str, kind: str) -> Any:
    """What a script holds: JSON, a stream, or what it assigns."""
    if kind.endswith("json"):
        return written_out(load(text))
    if "streamController" in text and (stream := _STREAM.search(text)) is not None:
        return _streamed(text, stream.end())
    return assigned(text) if may_describe(text) else None


def _whole(value: Any, *, is_referring: bool) -> Any:
    """A value with the JSON inside of its texts opened, and with what its objects name standing in them."""
    if not isinstance(value, (dict, list)) or not value:
        return value
    opened = unfold(value)
    return joined(opened) if is_referring else opened


def _streamed(text: str, at: int) -> Any:
    """What React Router streams: a JavaScript string with the JSON of an indexed list in its first line."""
    literal = STRING.match(text, at)
    stream = unquote(literal[0]) if literal else None
    return written_out(load(stream.partition("\n")[0])) if isinstance(stream, str) else None


def _in_attributes(page: Page) -> list[tuple[str, Any]]:
    """States that elements carry: `data-page="{…}"` and the like."""
    if not page.has_json_attributes:
        return []
    found = {}
    for element in page.tree.css(_CARRIERS)[:MAX_ATTRIBUTES]:
        for name in _ATTRIBUTES:
            text = element.attributes.get(name) or ""
            if len(text) > 20 and text[0] in "{[" and may_describe(text):
                value = load(text)
                value = _without_tags(value) if name == "props" else value
                found[element.mem_id, name] = _whole(value, is_referring=may_refer(text))
    return [(name, value) for (_, name), value in found.items()]


def _without_tags(value: Any, nesting: int = 0) -> Any:
    """The properties of one of Astro's islands, each of which has the number of its kind before it."""
    if nesting > MAX_NESTING:
        return value
    nesting += 1
    if isinstance(value, list) and len(value) == 2 and type(value[0]) is int and 0 <= value[0] <= 3:
        return _without_tags(value[1], nesting)
    if isinstance(value, dict):
        return {key: _without_tags(item, nesting) for key, item in value.items()}
    return [_without_tags(item, nesting) for item in value] if isinstance(value, list) else value


def unfold(root: Any) -> Any:
    """JSON kept as text inside JSON, opened in place."""
    opened = 0
    for node, _, _ in walk(root):
        for key, value in node.items():
            if isinstance(value, str) and len(value) > 20 and value[0] in "{[" and value[-1] in "}]":
                opened += 1
                if opened > MAX_NESTED:
                    return root
                inner = load(value)
                if isinstance(inner, (dict, list)):
                    node[key] = inner
    return root
