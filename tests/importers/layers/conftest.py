"""How layers are read in tests: by the polite client, whose clock only sleeping moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tenacity import wait_none

from config.source import Source
from scrapers.fetch import PoliteClient
from services.workflows.access import PoliteAsking


@dataclass
class Reaching:
    """Reaches servers on loopback as a load does, without waiting."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def _client(self) -> PoliteClient:
        facts = Source(name="county", requests_per_second=1.0)
        return PoliteClient(facts, allow_private=True, wait=wait_none(), clock=self.clock, sleep=self.sleep)

    @asynccontextmanager
    async def asking(
        self, url: str, *, requests_per_second: float | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[PoliteAsking]:
        async with self._client() as client:
            yield PoliteAsking(client, headers)

    async def download(self, url: str, target: Path) -> None:
        async with self._client() as client:
            await client.download(url, target, limit=1 << 24, seconds=30.0)


@pytest.fixture
def reaching() -> Reaching:
    return Reaching()
