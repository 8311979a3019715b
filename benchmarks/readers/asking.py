"""Asks PostgREST and plain SQL the same, compares the answers, and takes the time of the first."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import asyncpg

from benchmarks.readers.effort import Processes
from benchmarks.readers.questions import Arguments, Question
from tests.stack.postgrest import Socket

KEY: Final = "look-up by key"
_EXAMPLES: Final = r"""
select
  (select id::text from public.properties_live where status = 'active' order by id limit 1) as listing,
  (select listing_id::text from public.property_changes where field_name = 'price' order by id desc limit 1)
    as changed,
  (select id::text from public.properties_live where status = 'removed' order by id desc limit 1) as removed,
  (select city from property_manager.market_counts where level = 'city' group by 1
    order by sum(listings) desc offset 20 limit 1) as city,
  (select city from property_manager.market_counts where level = 'city' group by 1
    order by sum(listings), 1 limit 1) as village,
  (select (regexp_match(description, '\mp[a-z]{7}\M'))[1] from public.properties_live
    where status = 'active' and description ~ '\mp[a-z]{7}\M' order by id offset 7 limit 1) as rare,
  (select latitude::text from public.properties_live where city = 'Mérida' order by id limit 1) as south,
  (select longitude::text from public.properties_live where city = 'Mérida' order by id limit 1) as west
"""


class Spent(NamedTuple):
    """Seconds until the answer was there, and seconds of processor time for it."""

    time: float
    cpu: float


class WrongAnswerError(Exception):
    """A function for readers answered something else than plain SQL."""


class Asking(Socket):
    """Asks PostgREST on its socket: what a gateway takes would make every ratio smaller."""

    def ask(self, token: str, path: str, body: Arguments | None = None) -> Any:
        """The JSON of an answer. Raises WrongAnswerError for any status but 200."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.request(
            "GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers
        )
        answer = self.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise WrongAnswerError(f"{path} {body}: status {answer.status}, {text[:300]!r}")
        return json.loads(text)


@dataclass
class Asker:
    """One PostgREST and the database below it; tokens by role."""

    api: Asking
    conn: asyncpg.Connection
    tokens: Mapping[str, str]
    processes: Processes
    examples: dict[str, str] = field(default_factory=dict)

    async def look_around(self) -> None:
        """Choose the listings and places that the questions are about."""
        row = await self.conn.fetchrow(_EXAMPLES)
        self.examples = dict(row)

    def calls(self, question: Question) -> Iterator[Arguments]:
        """The arguments of a question in turn, with the examples filled in."""
        for arguments in question.calls:
            yield _sides({name: self._filled(value) for name, value in arguments.items()})

    def _filled(self, value: Any) -> Any:
        return (
            re.sub(r"\{(\w+)\}", lambda found: self.examples[found[1]], value)
            if isinstance(value, str)
            else value
        )

    def answer(self, question: Question, arguments: Arguments) -> Any:
        """What PostgREST answers."""
        return self.api.ask(self.tokens[question.role], f"/rpc/{question.function}", arguments)

    async def check(self, question: Question, arguments: Arguments) -> int:
        """Compare the answer with that of plain SQL; returns how many rows both have."""
        answered = rows_of(question, self.answer(question, arguments))
        self.api.close()  # which PostgREST would do while the database counts
        sql = re.sub(r"\{(\w+)\}", lambda found: _literal(arguments.get(found[1])), question.sql)
        right = [tuple(map(_plain, row.values())) for row in await self.conn.fetch(sql)]
        if answered != right:
            raise WrongAnswerError(f"{question.name} {arguments}: {answered[:3]} and not {right[:3]}")
        return len(right)

    def spent(self, question: Question, arguments: Arguments) -> Spent:
        """What an answer takes."""
        return self._measured(lambda: self.answer(question, arguments))[0]

    def key_spent(self) -> Spent:
        """What the look-up of one listing by its key takes."""
        path = f"/properties_live?id=eq.{self.examples['listing']}&select=id,title,price,city"
        spent, found = self._measured(lambda: self.api.ask(self.tokens["anon"], path))
        if len(found) != 1:
            raise WrongAnswerError(f"{path}: {len(found)} rows")
        return spent

    def _measured(self, ask: Callable[[], Any]) -> tuple[Spent, Any]:
        before = self.processes.seconds()
        began = time.perf_counter()
        answer = ask()
        taken = time.perf_counter() - began
        return Spent(taken, self.processes.seconds() - before), answer


def rows_of(question: Question, answer: Any) -> list[tuple[str | None, ...]]:
    """An answer as rows of texts, to be compared."""
    if isinstance(answer, dict):
        return [(f"{answer['listing']['id']} {len(answer['history'])}",)]
    return [tuple(_plain(row[name]) for name in question.fields) for row in answer]


def _sides(arguments: Arguments) -> Arguments:
    """The four sides of a square part of the map that is given by a corner and the length of a side."""
    if "side" not in arguments:
        return arguments
    south, west, side = (float(arguments[name]) for name in ("south", "west", "side"))
    return {
        "south": round(south, 4),
        "north": round(south + side, 4),
        "west": round(west, 4),
        "east": round(west + side, 4),
    }


def _plain(value: Any) -> str | None:
    """A value as text, the same from JSON and from the driver."""
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(float(value)) if isinstance(value, Decimal | float) else str(value)


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
