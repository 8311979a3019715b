"""Expands loops and snippets in SQL texts, so that a column and an expression are each written once.

Both are written in comments, so that an editor still reads the text as SQL. A loop

    select /*each compared ", "*/ staged.{name} /*end*/ from …

repeats what stands between its marks for each item that the filter selects, in the order of
declaration, with the separator between two of them. Filters of listing fields are `all`, `identity`,
`compared`, `provenance`, `weighted`, `monitored`, `numeric` (compared numbers), `personal`, `public` (not
personal), `group=<group>`, `compare=<kind>` (compared fields of that kind) and `home=<survival>` (how a
field of a home comes out of its listings); those of a sync's metrics are `metric` and `outcome`. `kind`
selects the kinds of county records, whose fields stand in one placeholder: {columns}, {new_columns} (of a
row `n`), {typed_columns}, {live_columns} (of a row `l`), and {property_id} is its parcel; `record` selects
every field of every kind, `check` what they are checked by.
Joined by `+` they select what any of them selects. A body that begins on a line of its own puts every item
on its own line. Braces outside of loops, and those that hold no lower-case word, stay as they are.

A snippet is an expression of its own file, `sql/snippets/<name>.sql`. It is used with its arguments

    select /*use completeness l, numeric*/ from public.properties_live l

and becomes part of the query, where a function with a `search_path` of its own would be called once a
row. Its first line names its parameters, which stand in braces in its text:

    -- completeness(listing, type)
    -- The share of the weighted fields that have a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Final

from config.county.kinds import CHECKS, KINDS, Check, Kind, RecordField
from config.errors import MigrationError
from config.listing import BIT, FIELDS, Compare, Field, Role, Survival
from config.metrics import METRICS, OUTCOMES

_MARK: Final = re.compile(
    r"/\*use\b(?P<use>.*?)\*/"
    r"|/\*each\b(?P<head>.*?)\*/(?P<body>.*?)(?P<end>/\*end\*/|/\*each\b|\Z)",
    re.DOTALL,
)
_HEAD: Final = re.compile(r'\s*(?P<filter>[^\s"]+)\s*(?:"(?P<separator>[^"]*)")?\s*')
_USE: Final = re.compile(r"\s*(?P<name>[a-z_]+)(?:\s+(?P<arguments>.*?))?\s*", re.DOTALL)
_SIGNATURE: Final = re.compile(r"-- (?P<name>[a-z_]+)\((?P<parameters>[a-z_, ]*)\)\n(?:--.*\n)*")
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Snippet:
    """An expression with parameters, and the file that it comes from."""

    path: str
    parameters: tuple[str, ...]
    text: str


Snippets = Mapping[str, Snippet]


def _of_kind(kind: Compare) -> Callable[[Field], bool]:
    return lambda field: field.compared and field.compare is kind


def _of_group(group: str) -> Callable[[Field], bool]:
    return lambda field: field.group == group


def _of_survival(survival: Survival) -> Callable[[Field], bool]:
    return lambda field: field.survival is survival


_FILTERS: Final[dict[str, Callable[[Field], bool]]] = {
    "all": lambda _field: True,
    "identity": lambda field: field.role is Role.IDENTITY,
    "compared": lambda field: field.compared,
    "provenance": lambda field: field.role is Role.PROVENANCE,
    "weighted": lambda field: field.weight > 0,
    "monitored": lambda field: field.monitored,
    "numeric": lambda field: field.compared and field.sql.startswith(("numeric", "integer")),
    "personal": lambda field: field.personal,
    "public": lambda field: not field.personal,
    **{f"compare={kind}": _of_kind(kind) for kind in Compare},
    **{f"group={group}": _of_group(group) for group in dict.fromkeys(field.group for field in FIELDS)},
    **{f"home={survival}": _of_survival(survival) for survival in Survival},
}
_METRICS: Final = {"metric": METRICS, "outcome": OUTCOMES}


def _kind(kind: Kind) -> dict[str, str]:
    names = [field.name for field in kind.fields]
    return {
        "name": kind.name,
        "singular": kind.singular,
        "description": _literal(kind.description),
        # a parcel is of no other parcel: it is its own
        "property_id": "l.id" if kind.name == "properties" else "l.property_id",
        "columns": ", ".join(names),
        "new_columns": ", ".join(f"n.{name}" for name in names),
        "typed_columns": ", ".join(f"{field.name} {field.sql}" for field in kind.fields),
        "live_columns": ", ".join(f"l.{name}" for name in names),
    }


def _record(kind: Kind, field: RecordField, place: int) -> dict[str, str]:
    return {
        "kind": kind.name,
        "name": field.name,
        "place": str(place),
        "sql": field.sql,
        "read": field.read,
        "compare": field.compare.value,
        "tolerance": _number(field.tolerance),
        "personal": str(field.personal).lower(),
        "compared": str(field.compared).lower(),
        "description": _literal(field.description),
    }


def _check(check: Check) -> dict[str, str]:
    return {
        "name": check.name,
        "read": ", ".join(check.read),
        "least": _json(check.least),
        "most": _json(check.most),
        "severity": check.severity,
        "says": _literal(check.says),
    }


def _json(bound: int | str | None) -> str:
    """A bound as a literal of SQL's jsonb."""
    return "null" if bound is None else f"'{json.dumps(bound)}'"


def _of_kinds(name: str) -> list[dict[str, str]]:
    """The items of the filters that select from the kinds of county records."""
    if name == "kind":
        return [_kind(kind) for kind in KINDS.values()]
    if name == "check":
        return [_check(check) for check in CHECKS]
    return [_record(kind, field, place) for kind in KINDS.values() for place, field in enumerate(kind.fields)]


_KINDS: Final = ("kind", "record", "check")


def read_snippets(root: Traversable) -> dict[str, Snippet]:
    """The snippets of the folder `root`/snippets by their names; empty without such a folder.

    Raises MigrationError for a file whose first line does not name the snippet and its parameters.
    """
    folder = root.joinpath("snippets")
    if not folder.is_dir():
        return {}
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            path, name = f"sql/snippets/{file.name}", file.name.removesuffix(".sql")
            found[name] = _snippet(path, name, file.read_text(encoding="utf-8"))
    return found


def _snippet(path: str, name: str, text: str) -> Snippet:
    signature = _SIGNATURE.match(text)
    if not signature or signature["name"] != name:
        raise MigrationError(f"{path}, line 1: the first line is not of the form -- {name}(parameter, …)")
    parameters = tuple(part.strip() for part in signature["parameters"].split(",") if part.strip())
    return Snippet(path, parameters, text[signature.end() :].strip())


def expand(text: str, origin: str = "SQL", snippets: Snippets | None = None) -> str:
    """`text` with every loop and snippet written out.

    `origin` names the file in errors. Raises MigrationError, with file and line, for a mark that is malformed
    or names no filter, field or snippet.
    """
    known = snippets or {}
    expanded, position = [], 0
    while mark := _MARK.search(text, position):
        line = text.count("\n", 0, mark.start()) + 1
        try:
            if mark["use"] is not None:
                written = _insert(mark["use"], known)
            else:
                written = _repeat(mark["head"], _insert_all(mark["body"], known), mark["end"])
        except ValueError as error:
            raise MigrationError(f"{origin}, line {line}: {error}") from error
        expanded += [text[position : mark.start()], written]
        position = mark.end()
    rest = text[position:]
    if "/*end*/" in "".join(expanded[::2]) + rest:
        raise MigrationError(f"{origin}: an /*end*/ without its /*each …*/")
    return "".join([*expanded, rest])


def _insert_all(body: str, known: Snippets) -> str:
    """The body of a loop with its snippets written out; their arguments may hold the loop's placeholders."""
    return _MARK.sub(lambda mark: _insert(mark["use"], known) if mark["use"] is not None else mark[0], body)


def _insert(use: str, known: Snippets) -> str:
    found = _USE.fullmatch(use)
    if not found:
        raise ValueError(f"/*use{use}*/ is not of the form /*use snippet argument, …*/")
    name = found["name"]
    if name not in known:
        raise ValueError(f"there is no snippet {name!r}; there are {', '.join(known) or 'none here'}")
    snippet = known[name]
    arguments = _arguments(found["arguments"] or "")
    if len(arguments) != len(snippet.parameters):
        wanted = ", ".join(snippet.parameters)
        raise ValueError(f"snippet {name} takes ({wanted}), not {len(arguments)} arguments")
    given = dict(zip(snippet.parameters, arguments, strict=True))
    text = _PLACEHOLDER.sub(lambda place: given.get(place[1], place[0]), snippet.text)
    # without itself: a snippet that uses itself is an error, not an endless text
    return expand(text, snippet.path, {other: known[other] for other in known if other != name})


def _arguments(text: str) -> list[str]:
    """What stands between the commas, but for those inside of parentheses."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [argument.strip() for argument in found] if text else []


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
    return before + separator.join(_fill(inner, item) for item in _select(found["filter"])) + after


def _select(filters: str) -> Iterable[Mapping[str, str]]:
    names = filters.split("+")
    for name in names:
        if name not in _FILTERS and name not in _METRICS and name not in _KINDS:
            known = ", ".join([*_FILTERS, *_METRICS, *_KINDS])
            raise ValueError(f"no filter is called {name!r}; there are {known}")
    if filters in _METRICS:
        return [{"name": metric} for metric in _METRICS[filters]]
    if filters in _KINDS:
        return _of_kinds(filters)
    if any(name in _METRICS or name in _KINDS for name in names):
        raise ValueError(f"{filters!r} joins fields with others")
    return [_values(field) for field in FIELDS if any(_FILTERS[name](field) for name in names)]


def _values(field: Field) -> dict[str, str]:
    return {
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


def _fill(body: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise ValueError(f"there is no placeholder {found[0]}; there are {', '.join(values)}")
        return values[found[1]]

    return _PLACEHOLDER.sub(value, body)


def _number(number: Decimal | None) -> str:
    return "null" if number is None else str(number)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
