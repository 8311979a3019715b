"""How much the server does for each call: the rows that the nodes of its plans read.

Counted by auto_explain, statement by statement, those inside of functions too, so that a slow or busy machine
finds the same. Rows that a join or a filter throws away count: they are what a bad plan is made of.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import asyncpg

from database import queries

SETTINGS: Final = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
    "client_min_messages": "notice",
}
_THROWN_AWAY: Final = (
    "Rows Removed by Filter",
    "Rows Removed by Join Filter",
    "Rows Removed by Index Recheck",
    "Rows Removed by Conflict Resolution",
)
_CALL: Final = re.compile(r"\b(?:api|public)\.(\w+)\(")


async def count_work(superuser: asyncpg.Connection, database_name: str) -> None:
    """Let every later connection to the database tell the plans that it ran."""
    for name, value in SETTINGS.items():
        await superuser.execute(f"alter database {database_name} set {name} = '{value}'")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def rows_read(plan: dict[str, Any]) -> float:
    """Rows that the nodes of a plan returned or threw away, and how often each was begun."""
    return sum(
        node["Actual Loops"]
        * (1 + node["Actual Rows"] + sum(node.get(thrown_away, 0) for thrown_away in _THROWN_AWAY))
        for node in nodes(plan)
    )


class Meter:
    """Work by call, from the notices of the connections it listens to."""

    def __init__(self) -> None:
        self._work: Counter[str] = Counter()
        self._statements: Counter[str] = Counter()
        self.worst: dict[str, dict[str, float]] = {}
        self._sent = {query.text for query in queries.load().values()}

    async def taken(self) -> dict[str, int]:
        """The work of each call since the last time, by the name of its function."""
        await asyncio.sleep(0.01)  # notices are handed over after the answer
        work, self._work = dict(self._work), Counter()
        return work

    def told(self, conn: asyncpg.Connection, message: Any) -> None:
        _, found, plan = message.message.partition("plan:\n")
        if not found:
            return
        told = json.loads(plan)
        text = told["Query Text"]
        self._statements[text] += round(rows_read(told["Plan"]))
        # a function's statements are told before the statement that calls it
        if text in self._sent:
            call = _CALL.search(text)
            name = call[1] if call else "other"
            self._work[name] += sum(self._statements.values())
            self.worst[name] = dict(self._statements.most_common(3))
            self._statements.clear()
