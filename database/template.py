"""Expands loops over the listing's fields in SQL texts, so that columns are declared only once.

A loop is written in comments, so that an editor still reads the text as SQL:

    select /*each compared ", "*/ staged.{name} /*end*/ from …

repeats what stands between its marks for each field that the filter selects, in the order of
declaration, with the separator between two of them. Filters are `all`, `identity`, `compared`,
`provenance`, `weighted`, `monitored`, `group=<group>` and `compare=<kind>` (compared fields of that
kind); joined by `+` they select what any of them selects. A body that begins on a line of its own
puts every field on its own line. Braces outside of loops, and those that hold no lower-case word,
stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from config.errors import MigrationError
from config.listing import BIT, FIELDS, Compare, Field, Role

_LOOP = re.compile(r"/\*each\b(?P<head>.*?)\*/(?P<body>.*?)(?P<end>/\*end\*/|/\*each\b|\Z)", re.DOTALL)
_HEAD = re.compile(r'\s*(?P<filter>[^\s"]+)\s*(?:"(?P<separator>[^"]*)")?\s*')
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def _of_kind(kind: Compare) -> Callable[[Field], bool]:
    return lambda field: field.compared and field.compare is kind


def _of_group(group: str) -> Callable[[Field], bool]:
    return lambda field: field.group == group


_FILTERS: Final[dict[str, Callable[[Field], bool]]] = {
    "all": lambda _field: True,
    "identity": lambda field: field.role is Role.IDENTITY,
    "compared": lambda field: field.compared,
    "provenance": lambda field: field.role is Role.PROVENANCE,
    "weighted": lambda field: field.weight > 0,
    "monitored": lambda field: field.monitored,
    **{f"compare={kind}": _of_kind(kind) for kind in Compare},
    **{f"group={group}": _of_group(group) for group in dict.fromkeys(field.group for field in FIELDS)},
}


def expand(text: str, origin: str = "SQL") -> str:
    """Write out every loop of `text`; `origin` names the file in errors."""
    expanded, position = [], 0
    while loop := _LOOP.search(text, position):
        line = text.count("\n", 0, loop.start()) + 1
        try:
            repeated = _repeat(loop["head"], loop["body"], loop["end"])
        except ValueError as error:
            raise MigrationError(f"{origin}, line {line}: {error}") from error
        expanded += [text[position : loop.start()], repeated]
        position = loop.end()
    rest = text[position:]
    if "/*end*/" in "".join(expanded[::2]) + rest:
        raise MigrationError(f"{origin}: an /*end*/ without its /*each …*/")
    return "".join([*expanded, rest])


def _repeat(head: str, body: str, end: str) -> str:
    if end != "/*end*/":
        raise ValueError("this /*each …*/ has no /*end*/ of its own")
    found = _HEAD.fullmatch(head)
    if not found:
        raise ValueError(f'/*each{head}*/ is not of the form /*each filter "separator"*/')
    separator = (found["separator"] or "").replace("\\n", "\n")
    inner = body.strip()
    before, after = body[: len(body) - len(body.lstrip())], body[len(body.rstrip()) :]
    if "\n" in before:
        separator = separator.rstrip(" ") + before
    return before + separator.join(_fill(inner, field) for field in _select(found["filter"])) + after


def _select(filters: str) -> Iterable[Field]:
    try:
        chosen = [_FILTERS[name] for name in filters.split("+")]
    except KeyError as error:
        raise ValueError(f"no filter is called {error.args[0]!r}; there are {', '.join(_FILTERS)}") from error
    return [field for field in FIELDS if any(accepts(field) for accepts in chosen)]


def _fill(body: str, field: Field) -> str:
    values = {
        "name": field.name,
        "bit": str(BIT[field.name]),
        "sql": field.sql,
        "group": field.group,
        "role": field.role.value,
        "compare": field.compare.value,
        "tolerance": _number(field.tolerance),
        "confidence": _number(field.confidence),
        "weight": _number(field.weight),
        "monitored": str(field.monitored).lower(),
        "description": _literal(field.description),
    }

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise ValueError(f"{found[0]} is nothing a field has; there are {', '.join(values)}")
        return values[found[1]]

    return _PLACEHOLDER.sub(value, body)


def _number(number: Decimal | None) -> str:
    return "null" if number is None else str(number)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
