"""How alerts stand, and how their deliveries went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from database.handle import Database
from database.records import records


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; `ended_at` is None while it lasts, `told` are the channels that delivered it."""

    id: int
    kind: str
    title: str | None
    source: str | None
    sentence: str
    next_step: str | None
    path: str | None
    began_at: datetime
    ended_at: datetime | None
    told: list[str]


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """A message: sent, waiting for its next try, or given up after three days."""

    id: UUID
    channel: str
    kind: str
    part: str
    status: str
    attempts: int
    alerts: int
    error: str | None
    created_at: datetime
    ended_at: datetime | None
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertKind:
    """A kind of alerts, how many of it are open, and when it was looked for."""

    name: str
    title: str
    open: int
    searched_at: datetime | None


async def list_alerts(
    database: Database,
    source: str | None = None,
    *,
    ended: bool = False,
    limit: int = 50,
    search: bool = True,
) -> list[Alert]:
    """The alerts that are open now, the newest first; with `ended` also those of the last 90 days.

    They are looked for first; without `search` they are those that a sender has found.
    """
    if search:
        await database.run("find_alerts")
    return records(Alert, await database.rows("alerts", source, ended, limit))


async def list_messages(database: Database, *, limit: int = 20) -> list[AlertMessage]:
    """The last messages, the newest first."""
    return records(AlertMessage, await database.rows("alert_messages", limit))


async def alert_kinds(database: Database) -> list[AlertKind]:
    """Every kind of alerts."""
    return records(AlertKind, await database.rows("alert_kinds"))
