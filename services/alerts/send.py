"""Finds alerts and tells them: each at least once, none twice unless a sender dies while it sends."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from config.errors import PropertyManagerError, UsageError
from database.handle import Database
from services.alerts.channel import Channel, DeliveryError
from services.alerts.message import Message
from services.alerts.policy import Policy

log = logging.getLogger(__name__)

_LEASE_SECONDS: Final = 120.0
"""How long a sender has a message for itself; far longer than a delivery may take."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that a sender has tried to deliver; `error` is None where it was."""

    id: UUID
    channel: str
    kind: str
    title: str
    alerts: int
    attempt: int
    error: str | None = None
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """What one run of a sender did."""

    quiet: bool
    messages: tuple[Sent, ...] = ()

    @property
    def failed(self) -> int:
        """How many messages were not delivered."""
        return sum(each.error is not None for each in self.messages)


async def send_alerts(
    database: Database, channels: Sequence[Channel], policy: Policy, *, at_once: bool = False
) -> Sending:
    """Look for alerts, and deliver what is due by each channel.

    In quiet hours alerts are found and kept. `at_once` also tries what waits for its next try or was given
    up. A message that fails is tried again by a later call; the others go on. Raises UsageError for a kind of
    the policy that does not exist.
    """
    await _require_kinds(database, policy.without)
    await database.run("find_alerts")
    now: datetime = await database.value("server_time")
    if policy.is_quiet(now):
        return Sending(quiet=True)
    by_name = {channel.name: channel for channel in channels}
    names = list(by_name)
    await database.run("compose_alerts", names, policy.gap_seconds, policy.ends, list(policy.without))
    tried: list[Sent] = []
    while True:
        ids = [each.id for each in tried]
        found = await database.value("take_alert", names, _LEASE_SECONDS, at_once, ids)
        if found is None:
            return Sending(quiet=False, messages=tuple(tried))
        tried.append(await _deliver(database, by_name[found["channel"]], found, policy))


async def _deliver(database: Database, channel: Channel, found: dict[str, Any], policy: Policy) -> Sent:
    message = Message.of(found, policy.dashboard)
    sent = Sent(message.id, channel.name, found["kind"], message.title, found["alerts"], message.attempt)
    try:
        note = await channel.deliver(message)
    except DeliveryError as error:
        log.warning("an alert by %s was not delivered: %s", channel.name, error.message)
        await database.run("alert_failed", message.id, message.attempt, error.message, error.wait_seconds)
        return replace(sent, error=error.message, next_step=error.next_step)
    if note is not None:
        log.warning("an alert by %s was delivered in part: %s", channel.name, note)
    await database.run("alert_sent", message.id, note)
    return sent


async def _require_kinds(database: Database, names: Sequence[str]) -> None:
    if not names:
        return
    known = [row["name"] for row in await database.rows("alert_kinds")]
    for name in names:
        if name not in known:
            raise UsageError(
                f'PROPERTY_MANAGER_ALERT_WITHOUT: there is no kind "{name}" of alerts',
                next_step=f"kinds are: {', '.join(known)}",
            )


async def say_worker_failed(database: Database, worker: str, error: PropertyManagerError) -> None:
    """Leave an alert that a worker ended by an error; where that is not possible, the log says so."""
    try:
        await database.run("worker_failed", worker, error.message, error.next_step)
    except PropertyManagerError as failure:
        log.warning("no alert can be left that worker %s failed: %s", worker, failure.message)
