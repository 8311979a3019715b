"""The named statements of `sql/queries/*.sql`: all the SQL that Python sends.

A statement begins with comment lines, its name and what it is for, and ends where the next begins:

    -- name: pending_sessions
    -- Sessions that wait for their sync, oldest first.
    select …

Names are unique over all files. Listing columns may be looped over, as `database.template` says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from config.errors import DatabaseError
from database.template import expand

_HEADER = re.compile(r"^-- name: (?P<name>.*)$", re.MULTILINE)
_STATEMENT = re.compile(r"\n(?P<description>(?:-- \S.*\n)+)(?P<text>[\s\S]+)")


@dataclass(frozen=True, slots=True)
class Query:
    """One statement, its name, what it is for and the file that holds it."""

    name: str
    description: str
    text: str
    origin: str


def parse(text: str, origin: str) -> list[Query]:
    """Split a file into its statements. Raises DatabaseError, with the file, for a malformed one."""
    parts = _HEADER.split(text)
    if parts[0].strip():
        raise DatabaseError(f"{origin}: text before the first `-- name:` line")
    return [_query(name.strip(), body, origin) for name, body in zip(parts[1::2], parts[2::2], strict=True)]


def _query(name: str, body: str, origin: str) -> Query:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise DatabaseError(f"{origin}: {name!r} is not a name for a query (lower case, digits, _)")
    found = _STATEMENT.fullmatch(body)
    if not found or not found["text"].strip():
        raise DatabaseError(f"{origin}: query {name} needs a line that says what it is for, then a statement")
    description = " ".join(line.removeprefix("-- ") for line in found["description"].splitlines())
    return Query(name, description, found["text"].strip(), origin)


@cache
def load() -> dict[str, Query]:
    """Every query by its name; read once."""
    found: dict[str, Query] = {}
    for file in sorted(files("sql").joinpath("queries").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".sql"):
            continue
        origin = f"sql/queries/{file.name}"
        for query in parse(expand(file.read_text(encoding="utf-8"), origin), origin):
            if query.name in found:
                raise DatabaseError(f"{origin}: there is already a query named {query.name}")
            found[query.name] = query
    return found


def text(name: str) -> str:
    """The statement called `name`. Raises DatabaseError when there is none."""
    try:
        return load()[name].text
    except KeyError:
        raise DatabaseError(f"there is no query named {name} in sql/queries") from None
