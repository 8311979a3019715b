"""The JSON a page was built from: `__NEXT_DATA__`, `__next_f` chunks, `window.X = {…}`, `JSON.parse("…")`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from scrapers.extract.loading import MAX_TEXT, load, unquote, walk
from scrapers.extract.page import Page, once

MAX_ASSIGNMENTS: Final = 80
MAX_NESTED: Final = 60
MAX_BROKEN: Final = 100
MAX_SCANNED: Final = 4_000_000  # brackets inside brackets would be read again and again

_PUSH: Final = re.compile(r"__next_f\s*\.\s*push\(\s*(?=\[)")
_ASSIGNED: Final = re.compile(
    r"""(?:^|[;\s,{}(])(?:var\s+|let\s+|const\s+|(?:window|self|globalThis)\s*(?=[.\[]))?\.?\[?["']?([A-Za-z_$][\w$.]*)["']?\]?\s*=\s*(?=[{\[]|JSON\.parse\()"""
)
_SCALAR: Final = re.compile(
    r"""(?:^|[;\s])(?:var|let|const)?\s*([A-Za-z_$][\w$]*)\s*=\s*("(?:[^"\\\n]|\\.){1,300}"|'(?:[^'\\\n]|\\.){1,300}')\s*(?:;|\n|$)"""
)
_PARSE: Final = re.compile(r"JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?")
_ROW: Final = re.compile(r"(?:^|\n)[0-9a-f]+:(?:[A-Z]{0,2})(?=[\[{])")
_HINT: Final = re.compile(
    r"price|precio|prix|preis|prezzo|pre[cç]o|bed|rec[aá]mara|habitac|dormitor|listing|propert|inmueble|immobil",
    re.IGNORECASE,
)
_STRING: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`|[{}\[\]]|//[^\n]*|/\*.*?\*/', re.DOTALL
)


@once
def states(page: Page) -> list[tuple[str, Any]]:
    """Every JSON state of the page, with where it was found; read once."""
    found: list[tuple[str, Any]] = []
    chunks: list[str] = []
    for script in page.tree.css("script"):
        kind = (script.attributes.get("type") or "").lower()
        text = script.text() or ""
        if "ld+json" in kind or len(text) < 20 or len(text) > MAX_TEXT:
            continue
        name = script.attributes.get("id") or "script"
        if kind.endswith("json"):
            found.append((name, load(text)))
        elif _PUSH.search(text):
            chunks.extend(_pushed(text))
        elif _HINT.search(text):
            found.append((name, _assigned(text)))
    found.extend(("__next_f", value) for value in _rows("".join(chunks)))
    return [(name, unfold(value)) for name, value in found if isinstance(value, (dict, list)) and value]


def _pushed(text: str) -> Iterator[str]:
    decoder = json.JSONDecoder(strict=False)
    for match in _PUSH.finditer(text):
        try:
            value, _ = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, list):
            yield from (part for part in value[1:] if isinstance(part, str))


def _rows(stream: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    broken = 0
    for match in _ROW.finditer(stream):
        try:
            value, _ = decoder.raw_decode(stream, match.end())
        except (ValueError, RecursionError):
            broken += 1
            if broken > MAX_BROKEN:
                return
            continue
        if isinstance(value, (dict, list)) and value:
            yield value


def _assigned(text: str) -> dict[str, Any]:
    """What a script assigns to names, as one object: `{name: value}`. Nothing is executed."""
    scalars = {name: unquote(literal) for name, literal in _SCALAR.findall(text)}
    found: dict[str, Any] = dict(scalars)
    done, scanned = 0, 0
    for match in _ASSIGNED.finditer(text):
        if match.start() < done:
            continue
        value, end = _literal(text, match.end())
        scanned += max(end - match.end(), 0) or len(text) - match.end()
        if scanned > MAX_SCANNED or len(found) > MAX_ASSIGNMENTS + len(scalars):
            break
        if isinstance(value, (dict, list)) and value:
            done = end
            found.setdefault(match[1].removeprefix("window."), _resolved(value, scalars))
    return found


def _literal(text: str, at: int) -> tuple[Any, int]:
    parse = _PARSE.match(text, at)
    if parse:
        string = _STRING.match(text, parse.end())
        return (load(str(unquote(string[0]))), string.end()) if string else (None, at)
    end = _balanced(text, at)
    body = text[at:end]
    if end - at < 10 or not _HINT.search(body) or _is_code(body):
        return None, end
    return load(body), end


def _is_code(body: str) -> bool:
    return body.count("function(") + body.count("=>") + body.count("return ") > 3


def _balanced(text: str, at: int) -> int:
    """Where the bracket opened at `at` closes, strings skipped; `at` itself if it never does."""
    depth = 0
    for match in _STRING.finditer(text, at):
        mark = match[0]
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return at


def _resolved(value: Any, scalars: dict[str, Any]) -> Any:
    """Names of scalar variables inside an object literal, replaced by what they hold."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and item in scalars:
                value[key] = scalars[item]
    return value


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
