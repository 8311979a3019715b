"""Alerts in this test's database, and who receives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from config.secrets import forget
from database.handle import Database
from services.alerts import Channel, Policy, Sending, send_alerts
from services.alerts.webhook import Webhook
from tests.services.alerts.receivers import Hook


@dataclass
class Desk:
    """Sends this test's alerts, with no time between two messages of a kind unless a test says so."""

    database: Database
    superuser: asyncpg.Connection
    channels: list[Channel]
    policy: Policy = field(default_factory=lambda: Policy(gap_seconds=0))

    async def send(self, **how: Any) -> Sending:
        return await send_alerts(self.database, self.channels, self.policy, **how)

    async def ask(self, statement: str, *values: Any) -> Any:
        return await self.superuser.fetchval(statement, *values)

    async def raised(self, key: str, *, kind: str = "worker_failed", sentence: str = "it broke") -> None:
        """Something that happened, as a part of the program raises it."""
        await self.superuser.execute(
            "select property_manager.raise_alert($1, $2, null, $3, 'do this', '/jobs')", kind, key, sentence
        )


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook.up() as receiver:
        yield receiver
    forget()


@pytest.fixture
def desk(database: Database, superuser: asyncpg.Connection, hook: Hook) -> Desk:
    return Desk(database, superuser, [Webhook(hook.url, allow_private=True)])
