"""What a script assigns to names or gives to functions, as JSON. Nothing is executed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

from config.sieve import finds_none
from scrapers.extract.loading import load, unquote

MAX_ASSIGNMENTS: Final = 80
MAX_GIVEN: Final = 40
MAX_SCANNED: Final = 4_000_000  # brackets inside brackets would be read again and again
_LONGEST_NAME: Final = 80

_ASSIGNMENT: Final = re.compile(r"=\s*(?=[{\[]|JSON\.parse\()")
_ASSIGNED_NAME: Final = re.compile(r"""(?:^|[;\s,{}(.\[])["']?([A-Za-z_$][\w$.]*)["']?\]?\s*$""")
_GIVEN: Final = re.compile(r"\(\s*(?:[\w$.\"'#-]{1,60}\s*,\s*){0,3}(?=\{)")
"""An object that a script gives to a function: `kit.start(app, element, {…})`."""
_TAKER: Final = re.compile(
    r"([\w$.]*(?:push|start|init\w*|mount|render|set\w*|load\w*|create\w*|hydrate\w*|bootstrap|show\w*|open\w*"
    r"|merge|assign))$"
)
_SCALAR: Final = re.compile(
    r"""(?:^|[;\s])(?:var|let|const)?\s*([A-Za-z_$][\w$]*)\s*=\s*("(?:[^"\\\n]|\\.){1,300}"|'(?:[^'\\\n]|\\.){1,300}')\s*(?:;|\n|$)"""
)
_ASSIGNS_NO_TEXT: Final = finds_none(_SCALAR)
_PARSE: Final = re.compile(r"JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?")
_CALLED: Final = re.compile(
    r"=\s*\(?function\s*\(([\w$,\s]{0,20000})\)\s*\{(?:[^{}\"']{0,2000}?[;\s])?return\s*(?=\{)"
)
"""A state that is what a function gives for a list of values, as Nuxt 2 writes it."""
_VALUES: Final = re.compile(r"\s*;?\s*\}\s*\)?\s*\(")
_NAME: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<=[:\[,])\s*([A-Za-z_$][\w$]*)(?=\s*[,}\]])"""
)
_VOID: Final = re.compile(r"void 0|undefined")
_HINT: Final = re.compile(
    r"price|precio|prix|preis|prezzo|pre[cç]o|bed|rec[aá]mara|habitac|dormitor|listing|propert|inmueble|immobil",
    re.IGNORECASE,
)
"""Words of which a state that describes a home has one."""
_HAS_NO_HINT: Final = finds_none(_HINT)
STRING: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`|[{}\[\]()]|//[^\n]*|/\*.*?\*/', re.DOTALL
)


def may_describe(text: str) -> bool:
    """Whether a text has a word of a home's state."""
    return not _HAS_NO_HINT(text) and _HINT.search(text) is not None


def assigned(text: str) -> dict[str, Any]:
    """What a script assigns to names and gives to functions, as one object: `{name: value}`."""
    text = _with_arguments(text)
    texts = [] if _ASSIGNS_NO_TEXT(text) else _SCALAR.findall(text)
    scalars = {name: unquote(literal) for name, literal in texts}
    found: dict[str, Any] = dict(scalars)
    read_to = scanned = 0
    for name, start, at in chain(_assignments(text), _given(text)):
        if start < read_to:
            continue
        value, end = _literal(text, at)
        scanned += max(end - at, 0) or len(text) - at
        if scanned > MAX_SCANNED or len(found) > MAX_ASSIGNMENTS + len(scalars):
            break
        if isinstance(value, (dict, list)) and value:
            read_to = end
            key = name if name not in found else f"{name} {start}"
            found[key] = _resolved(value, scalars)
    return found


def _assignments(text: str) -> Iterator[tuple[str, int, int]]:
    """The name of each assignment of an object or a list, where it stands, and where its value begins."""
    for match in _ASSIGNMENT.finditer(text):
        before = text[max(match.start() - _LONGEST_NAME, 0) : match.start()]
        if (name := _ASSIGNED_NAME.search(before)) is not None:
            yield name[1].removeprefix("window."), match.start(), match.end()


def _given(text: str) -> Iterator[tuple[str, int, int]]:
    named = (
        (name, match)
        for match in _GIVEN.finditer(text)
        if (name := _TAKER.search(text[max(match.start() - _LONGEST_NAME, 0) : match.start()])) is not None
    )
    for name, match in islice(named, MAX_GIVEN):
        yield name[1], match.start(), match.end()


def _with_arguments(text: str) -> str:
    """A script in which a state is an object again where it was what a function gives for its arguments."""
    called = _CALLED.search(text) if "function" in text and "}(" in text else None
    if called is None:
        return text
    end = _balanced(text, called.end())
    given = _VALUES.match(text, end)
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
        string = STRING.match(text, parse.end())
        return (load(str(unquote(string[0]))), string.end()) if string else (None, at)
    end = _balanced(text, at)
    body = text[at:end]
    if end - at < 10 or not may_describe(body) or _is_code(body):
        return None, end
    return load(body), end


def _is_code(body: str) -> bool:
    return body.count("function(") + body.count("=>") + body.count("return ") > 3


def _balanced(text: str, at: int) -> int:
    """Where the bracket opened at `at` closes, strings skipped; `at` itself if it never does."""
    depth = 0
    for match in STRING.finditer(text, at):
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
