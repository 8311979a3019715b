"""Rollback: undo a change set (of a session, an edit or a rollback) with a change set of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

from config.clock import Clock
from config.errors import UsageError
from database.handle import Database
from database.records import record
from database.retrying import WAIT_SECONDS, retry, when_free
from parsing.address import normal_address
from services.feed import follow_up

ROLLBACK_SECONDS: Final = 3600.0
"""How long a statement of it may take; it is as large as the sync that it undoes."""

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Reversal:
    """The outcome of one change: `reversed`, `kept` because of a later change, or `failed`."""

    property_id: str
    field: str
    old: Any
    new: Any
    verdict: Literal["reversed", "kept", "failed"]
    reason: str


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """A rollback: `rolled_back`; `planned` by a dry run; `already_undone`; `nothing` could be reversed."""

    status: Literal["rolled_back", "planned", "already_undone", "nothing"]
    source: str
    session_id: UUID | None
    undoes: int
    """The change set that is undone, or was undone before."""
    brings_back: bool
    """Whether that change set was a rollback, so that undoing it restores what it had undone."""
    change_set_id: int | None
    """The change set that undoes it; it can be rolled back itself."""
    position: int | None = None
    undone_at: datetime | None = None
    undone_actor: str | None = None
    reversed: int = 0
    kept: int = 0
    failed: int = 0
    rows: tuple[Reversal, ...] = ()


_REVERSAL: Final = tuple(field.name for field in fields(Reversal))


async def rollback(
    database: Database,
    *,
    session_id: UUID | None = None,
    change_set: int | None = None,
    dry_run: bool = False,
    actor: str = "rollback",
    limit: int | None = None,
    clock: Clock | None = None,
    wait_seconds: float = WAIT_SECONDS,
) -> RollbackResult:
    """Undo a session's sync, or a change set, in one transaction; with `dry_run` only report the outcome.

    The result has at most `limit` changes, those not reversed first. Repeated, its status is
    `already_undone`. Raises NotFoundError, UsageError, and BusyError while a sync holds the source.
    """
    if (session_id is None) == (change_set is None):
        raise UsageError("a rollback undoes one thing", next_step="name a session or a change set")

    async def undo() -> RollbackResult:
        target = change_set or await database.value("change_set_of", session_id)
        return await _undo(database, target, dry_run=dry_run, actor=actor, limit=limit, now=clock and clock())

    result = await when_free(partial(retry, undo, attempts=_ATTEMPTS), wait_seconds)
    if result.status == "rolled_back":
        await follow_up(database)
    return result


async def _undo(
    database: Database, target: int, *, dry_run: bool, actor: str, limit: int | None, now: datetime | None
) -> RollbackResult:
    """Undo what was read before; when that has changed since, the database refuses, and it is read again."""
    state = await database.value("undoing", target)
    if state["state"] == "undone":
        return _result("already_undone", state, change_set_id=state["undone_by"])
    rows = await database.rows("rollback_plan", state["change_set_id"], limit, timeout=ROLLBACK_SECONDS)
    seen = {name: rows[0][name] if rows else 0 for name in ("reversed", "kept", "failed")}
    found = {**seen, "rows": [{name: row[name] for name in _REVERSAL} for row in rows]}
    if dry_run or not seen["reversed"]:
        return _result("planned" if seen["reversed"] else "nothing", state, **found)
    normal = await _normal_forms(database, state)
    done = await database.value("rollback", target, actor, normal, now, seen, timeout=ROLLBACK_SECONDS)
    if done["state"] == "undone":
        return _result("already_undone", done, change_set_id=done["undone_by"])
    return _result(
        "rolled_back", state, change_set_id=done["change_set_id"], position=done["position"], **found
    )


def _result(status: str, state: dict[str, Any], **found: Any) -> RollbackResult:
    return record(
        RollbackResult,
        {
            "status": status,
            "source": state["source"],
            "session_id": state["session_id"],
            "undoes": state["change_set_id"],
            "brings_back": state["brings_back"],
            "change_set_id": None,
            "undone_at": state["undone_at"],
            "undone_actor": state["undone_actor"],
            **found,
        },
    )


async def _normal_forms(database: Database, state: dict[str, Any]) -> dict[str, str | None]:
    """The normal forms of the addresses that are restored; matching uses them."""
    addresses = await database.rows("rollback_addresses", state["change_set_id"])
    if not addresses:
        return {}
    facts = await database.value("source_facts", state["source"])
    return {row["address"]: normal_address(row["address"], country=facts["country"]) for row in addresses}
