"""The JSON a page was built from: `__NEXT_DATA__`, `window.X = {…}`, `JSON.parse("…")`, attributes."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any, Final

from scrapers.extract import flight
from scrapers.extract.indexed import written_out
from scrapers.extract.loading import MAX_TEXT, load, unquote, walk
from scrapers.extract.page import Page, once
from scrapers.extract.references import joined, may_refer

MAX_ASSIGNMENTS: Final = 80
MAX_NESTED: Final = 60
MAX_ATTRIBUTES: Final = 60
MAX_GIVEN: Final = 40
MAX_SCANNED: Final = 4_000_000  # brackets inside brackets would be read again and again

_ASSIGNED: Final = re.compile(
    r"""(?:^|[;\s,{}(])(?:var\s+|let\s+|const\s+|(?:window|self|globalThis)\s*(?=[.\[]))?\.?\[?["']?([A-Za-z_$][\w$.]*)["']?\]?\s*=\s*(?=[{\[]|JSON\.parse\()"""
)
_SCALAR: Final = re.compile(
    r"""(?:^|[;\s])(?:var|let|const)?\s*([A-Za-z_$][\w$]*)\s*=\s*("(?:[^"\\\n]|\\.){1,300}"|'(?:[^'\\\n]|\\.){1,300}')\s*(?:;|\n|$)"""
)
_PARSE: Final = re.compile(r"JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?")
_GIVEN: Final = re.compile(
    r"([\w$.]*(?:push|start|init\w*|mount|render|set\w*|load\w*|create\w*|hydrate\w*|bootstrap|show\w*|open\w*|merge|assign))"
    r"\(\s*(?:[\w$.\"'#-]{1,60}\s*,\s*){0,3}(?=\{)"
)
"""An object that a script gives to a function: `kit.start(app, element, {…})`."""
_CALLED: Final = re.compile(
    r"=\s*\(?function\s*\(([\w$,\s]{0,20000})\)\s*\{(?:[^{}\"']{0,2000}?[;\s])?return\s*(?=\{)"
)
"""A state that is what a function gives for a list of values, as Nuxt 2 writes it."""
_NAME: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<=[:\[,])\s*([A-Za-z_$][\w$]*)(?=\s*[,}\]])"""
)
_VOID: Final = re.compile(r"void 0|undefined")
_STREAM: Final = re.compile(r"streamController\.enqueue\(\s*")
_JSON_ATTRIBUTES: Final = (
    "data-page",
    "data-props",
    "data-react-props",
    "data-state",
    "data-json",
    "data-listing",
    "data-property",
    "data-initial-state",
    "data-config",
    "data-model",
    "data-vue-props",
    "wire:snapshot",
    "wire:initial-data",
    "props",
    ":listing",
    ":property",
)
_HINT: Final = re.compile(
    r"price|precio|prix|preis|prezzo|pre[cç]o|bed|rec[aá]mara|habitac|dormitor|listing|propert|inmueble|immobil",
    re.IGNORECASE,
)
_STRING: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`|[{}\[\]()]|//[^\n]*|/\*.*?\*/', re.DOTALL
)


@once
def states(page: Page) -> list[tuple[str, Any]]:
    """Every JSON state of the page, with where it was found; read once."""
    found: list[tuple[str, Any]] = []
    chunks: list[str] = []
    is_referring = False
    for script in page.tree.css("script"):
        kind = (script.attributes.get("type") or "").lower()
        text = script.text() or ""
        if "ld+json" in kind or len(text) < 20 or len(text) > MAX_TEXT:
            continue
        is_referring = is_referring or may_refer(text)
        name = script.attributes.get("id") or "script"
        if kind.endswith("json"):
            found.append((name, written_out(load(text))))
        elif flight.is_flight(text):
            chunks.extend(flight.parts(text))
        elif (stream := _STREAM.search(text)) is not None:
            found.append((name, _streamed(text, stream.end())))
        elif _HINT.search(text):
            found.append((name, _assigned(text)))
    found.extend(("__next_f", value) for value in flight.rows("".join(chunks)))
    found.extend(_in_attributes(page))
    whole = [(name, unfold(value)) for name, value in found if isinstance(value, (dict, list)) and value]
    return [(name, joined(value)) for name, value in whole] if is_referring else whole


def _streamed(text: str, at: int) -> Any:
    """What React Router streams: a JavaScript string with the JSON of an indexed list in its first line."""
    literal = _STRING.match(text, at)
    stream = unquote(literal[0]) if literal else None
    return written_out(load(stream.partition("\n")[0])) if isinstance(stream, str) else None


def _in_attributes(page: Page) -> list[tuple[str, Any]]:
    """States that elements carry: `data-page="{…}"` and the like."""
    if not page.has_json_attributes:
        return []
    css = ", ".join(f"[{name.replace(':', chr(92) + ':')}]" for name in _JSON_ATTRIBUTES)
    found = []
    for element in page.tree.css(css)[:MAX_ATTRIBUTES]:
        for name in _JSON_ATTRIBUTES:
            text = element.attributes.get(name) or ""
            if len(text) > 20 and text[0] in "{[" and _HINT.search(text):
                value = load(text)
                found.append((name, _without_tags(value) if name == "props" else value))
    return found


def _without_tags(value: Any) -> Any:
    """The properties of one of Astro's islands, each of which has the number of its kind before it."""
    if (
        isinstance(value, list)
        and len(value) == 2
        and value[0] in (0, 1, 2, 3)
        and not isinstance(value[0], bool)
    ):
        return _without_tags(value[1])
    if isinstance(value, dict):
        return {key: _without_tags(item) for key, item in value.items()}
    return [_without_tags(item) for item in value] if isinstance(value, list) else value


def _assigned(text: str) -> dict[str, Any]:
    """What a script assigns to names, as one object: `{name: value}`. Nothing is executed."""
    text = _with_arguments(text)
    scalars = {name: unquote(literal) for name, literal in _SCALAR.findall(text)}
    found: dict[str, Any] = dict(scalars)
    done, scanned = 0, 0
    for match in (*_ASSIGNED.finditer(text), *islice(_GIVEN.finditer(text), MAX_GIVEN)):
        if match.start() < done and match.re is _ASSIGNED:
            continue
        value, end = _literal(text, match.end())
        scanned += max(end - match.end(), 0) or len(text) - match.end()
        if scanned > MAX_SCANNED or len(found) > MAX_ASSIGNMENTS + len(scalars):
            break
        if isinstance(value, (dict, list)) and value:
            done = end
            name = match[1].removeprefix("window.")
            found.setdefault(
                name if name not in found else f"{name} {match.start()}", _resolved(value, scalars)
            )
    return found


def _with_arguments(text: str) -> str:
    """A script in which a state is an object again where it was what a function gives for its arguments."""
    called = _CALLED.search(text)
    if called is None:
        return text
    end = _balanced(text, called.end())
    given = re.compile(r"\s*;?\s*\}\s*\)?\s*\(").match(text, end)
    closing = _balanced(text, given.end() - 1) if given else end
    if given is None or closing <= given.end():
        return text
    values = load(f"[{_VOID.sub('null', text[given.end() : closing - 1])}]")
    names = [name.strip() for name in called[1].split(",")]
    if not isinstance(values, list) or len(values) < len(names):
        return text
    arguments = dict(zip(names, map(json.dumps, values), strict=False))
    body = _NAME.sub(
        lambda match: str(match[1] or arguments.get(match[2], match[2])), text[called.end() : end]
    )
    return f"{text[: called.start()]}={body};{text[closing:]}"


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
        if mark in "{[(":
            depth += 1
        elif mark in "}])":
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
