"""Access to other servers: pages, downloads and RESO Web APIs, under one contact and one token."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from pydantic import SecretStr

from config.source import Source
from importers.layers.rows import Check
from importers.readers.reso import GetJson
from scrapers.fetch import Budget, Fetcher, Gate, PoliteClient
from scrapers.fetch.address import is_loopback
from scrapers.fetch.api import JsonApi
from scrapers.fetch.client import DEFAULT_LIMITS, FetchLimits
from scrapers.fetch.pace import Pace
from services.workflows.sources import default_source, host_of

LARGEST_DOWNLOAD: Final = 20 << 30
"""Bytes."""
_DATA_LIMITS: Final = FetchLimits(bytes=100_000_000)
_DATA_SECONDS: Final = 120.0
"""A server may take long to gather a page of shapes."""
_VARIABLE: Final = "PROPERTY_MANAGER_RESO_TOKEN"


@dataclass(frozen=True, slots=True)
class PoliteAsking:
    """Asks one server for data through a polite client."""

    client: PoliteClient
    headers: Mapping[str, str] | None = None

    async def get(self, url: str, check: Check | None = None) -> bytes:
        """What a url answers. Raises FetchError."""
        return (await self.client.ask(url, headers=self.headers, check=check)).body

    async def post(self, url: str, form: Mapping[str, str], check: Check | None = None) -> bytes:
        """What a url answers to a form that only reads. Raises FetchError."""
        given = urlencode(form).encode()
        return (await self.client.ask(url, form=given, headers=self.headers, check=check)).body


@dataclass(frozen=True, slots=True)
class Access:
    """What requests are made with; each server is asked at the pace of its source."""

    contact: str | None = None
    """A url or e-mail address for the user agent; without one only loopback is asked."""
    allow_private: bool = False
    """Whether the host and port that a command names may be on a private network."""
    home: Path | None = None
    """Where a browser may write; by default a temporary folder."""
    reso_token: SecretStr | None = None
    download_seconds: float = 7200.0
    """The most that the download of one file may take, all attempts together."""

    def client(
        self,
        source: Source,
        budget: Budget | None = None,
        *,
        pace: Pace | None = None,
        limits: FetchLimits = DEFAULT_LIMITS,
    ) -> PoliteClient:
        """A client for a source, within its budget of a day; it may share its pace with other workers."""
        return PoliteClient(
            source,
            contact=self.contact,
            allow_private=self.allow_private,
            gate=Gate(source, budget=budget),
            pace=pace,
            limits=limits,
        )

    @asynccontextmanager
    async def fetcher(
        self,
        source: Source,
        budget: Budget | None = None,
        *,
        pace: Pace | None = None,
        limits: FetchLimits = DEFAULT_LIMITS,
    ) -> AsyncIterator[Fetcher]:
        """Open what fetches the pages of a source: a client, and a browser over it where the source asks.

        Raises UsageError where a browser is needed and its extra is not installed.
        """
        async with self.client(source, budget, pace=pace, limits=limits) as client:
            if not source.browser:
                yield client
                return
            from scrapers.browser import BrowserClient  # noqa: PLC0415 only where a source asks for it

            folder = None if self.home is None else self.home.expanduser() / "browser"
            async with BrowserClient(client, source, folder=folder) as browser:
                yield browser

    async def download(self, url: str, target: Path) -> None:
        """Save a file of at most `LARGEST_DOWNLOAD` bytes. Raises FetchError."""
        host = host_of(url)
        async with self.client(default_source(host, host)) as client:
            await client.download(url, target, limit=LARGEST_DOWNLOAD, seconds=self.download_seconds)

    @asynccontextmanager
    async def asking(
        self, url: str, *, requests_per_second: float | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[PoliteAsking]:
        """Open what asks one server for data, by robots.txt and at its pace; loopback may be asked faster."""
        host = host_of(url)
        source = default_source(host, host)
        facts: dict[str, float] = {"timeout_seconds": _DATA_SECONDS}
        if requests_per_second is not None and not is_loopback(host):
            facts["requests_per_second"] = requests_per_second
        source = source.model_copy(update=facts)
        async with self.client(source, limits=_DATA_LIMITS) as client:
            yield PoliteAsking(client, headers)

    @asynccontextmanager
    async def connect(self, url: str) -> AsyncIterator[GetJson]:
        """Open a RESO Web API: yields a function that gets one url as JSON and raises FetchError."""
        host = host_of(url)
        async with JsonApi(
            url,
            self.reso_token,
            token_name=_VARIABLE,
            contact=self.contact,
            allow_private=self.allow_private,
            requests_per_second=default_source(host, host).requests_per_second,
        ) as api:
            yield api.get_json


ANONYMOUS: Final = Access()
"""Without a contact: for loopback only."""
