"""Named queries as calls of one function of schema `api`, which is all that an HTTP API answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from config.errors import UsageError
from database import queries

_CALL: Final = re.compile(
    r"select (?:[\w, *]+ from )?api\.(?P<function>\w+)\((?P<arguments>(?:\$\d+(?:::\w+)?(?:, )?)*)\);?"
)
_PLACE: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Call:
    """A function of schema `api`, and which argument of the query each of its own is, counted from 0."""

    function: str
    places: tuple[int, ...]

    def arguments(self, given: tuple[Any, ...]) -> list[Any]:
        """The function's arguments in their order."""
        return [given[place] for place in self.places]


@cache
def call_of(name: str) -> Call:
    """The call that a named query is. Raises UsageError for one that is more than a call."""
    found = _CALL.fullmatch(" ".join(queries.text(name).split()))
    if found is None:
        raise UsageError(
            f"{name} needs a direct connection to the database",
            next_step="set DATABASE_URL to the project's connection string (dashboard: Connect)",
        )
    places = tuple(int(place) - 1 for place in _PLACE.findall(found["arguments"]))
    return Call(found["function"], places)
