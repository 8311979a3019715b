"""JSON from hostile pages: strict first, then lenient; too big, too deep or broken is `None`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import chompjs

MAX_TEXT = 8_000_000
MAX_LENIENT = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 150_000
MAX_VALUES = 100
_BOXES = (dict, list)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,31});")
_BETWEEN = re.compile(r"[\s;,]*")

_TEXT = re.compile(
    r'"((?:[^"\\]|\\.|"(?!\s*(?:[:}\]]|$|,\s*(?:["\[{}\]]|(?:-?\d[\d.eE+-]*|true|false|null)\s*[,\]]))))*)"',
    re.DOTALL,
)
"""A text of JSON up to the quote after which JSON goes on; one before other words belongs to the text."""
_QUOTE = re.compile(r'(?<!\\)"')
_ESCAPED = r'\\"'
_LAST_COMMA = re.compile(r",(\s*[}\]])")

_PAIR = re.compile(
    r"""(?:^|[{,\n])\s*["']?([A-Za-z_]\w*)["']?\s*:\s*"""
    r"""("(?:[^"\\\n]|\\.){0,5000}"|'(?:[^'\\\n]|\\.){0,5000}'|-?\d[\d.]*|true|false)\s*(?=[,}\n])"""
)


def _no_constant(_: str) -> None:
    """NaN and Infinity are null."""


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_constant)


def load(text: str) -> Any | None:
    """The value a JSON text or JavaScript literal stands for, or None."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    if not text or len(text) > MAX_TEXT:
        return None
    try:
        return json.loads(text, strict=False, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return load_lenient(text)


def load_all(text: str) -> list[Any]:
    """The values of a JSON-LD block: some hold several one after the other, or are escaped as text once."""
    text = text.strip()
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    found: list[Any] = []
    at = 0
    while len(found) < MAX_VALUES and len(text) <= MAX_TEXT:
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text):
            return found
    if found:
        return found
    whole = _mended(text)
    whole = load(text) if whole is None else whole
    return [] if whole is None else [whole]


def _mended(text: str) -> Any | None:
    """The value of a JSON text in which quotes stand unescaped inside of texts, or commas before an end."""
    if len(text) > MAX_LENIENT:
        return None
    text = _TEXT.sub(lambda match: f'"{_QUOTE.sub(_ESCAPED, match[1])}"', text)
    try:
        return json.loads(_LAST_COMMA.sub(r"\1", text), strict=False, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def unescaped(value: Any) -> Any:
    """A value with the HTML entities of its texts resolved, as a reader of the page sees them."""
    for node, _, _ in walk([value]):
        for key, item in node.items():
            if isinstance(item, str):
                node[key] = _plain(item)
            elif isinstance(item, list):
                node[key] = [_plain(one) if isinstance(one, str) else one for one in item]
    return value


def _plain(text: str) -> str:
    """A text with its entities resolved; only whole ones, as `&copy=` in an address is none."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def load_lenient(text: str) -> Any | None:
    """A JavaScript literal: unquoted keys, single quotes, trailing commas; else its plain pairs."""
    if len(text) > MAX_LENIENT:
        return None
    try:
        return chompjs.parse_js_object(text, loader_kwargs={"strict": False})
    except (ValueError, RecursionError, AttributeError):
        pairs = {name: unquote(value) for name, value in _PAIR.findall(text)}
        return pairs or None


def unquote(literal: str) -> Any:
    """The value of one JavaScript scalar literal."""
    if literal[:1] == "'":
        literal = '"' + literal[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    try:
        return json.loads(literal, strict=False)
    except ValueError:
        return literal.strip("\"'")


def walk(root: Any, where: str = "") -> Iterator[tuple[dict[str, Any], str, int]]:
    """Every object below `root` with its path and depth, parents first, within the limits."""
    stack: list[tuple[Any, str, int]] = [(root, where, 0)] if isinstance(root, (dict, list)) else []
    seen = 0
    while stack and seen < MAX_NODES:
        node, path, depth = stack.pop()
        seen += 1
        if depth > MAX_DEPTH:
            continue
        if isinstance(node, dict):
            yield node, path, depth
            inner = [
                (value, f"{path}.{key}") for key, value in node.items() if isinstance(value, (dict, list))
            ]
        else:
            inner = [
                (value, f"{path}[{i}]") for i, value in enumerate(node) if isinstance(value, (dict, list))
            ]
        stack.extend((value, step, depth + 1) for value, step in reversed(inner))
