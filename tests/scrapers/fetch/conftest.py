"""A real site on loopback, and a clock without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tenacity import wait_none

from config.source import Source
from scrapers.fetch import PoliteClient


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Site:
    """Answers each path with its answers in turn, then always with the last; records every request."""

    time: FakeTime
    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)
    server: TestServer | None = None

    def page(self, path: str, *answers: Any) -> None:
        self.answers[path] = list(answers)

    def url(self, path: str = "/") -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.port}{path}"

    @property
    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.arrivals.append(self.time.now)
        self.requests.append(request)
        answers = self.answers.get(request.path)
        if answers is None:
            return web.Response(status=404, text="no such page")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            return await answer(request)
        if isinstance(answer, str):
            return web.Response(text=answer, content_type="text/html")
        return web.Response(**answer)


async def dripping(request: web.Request) -> web.StreamResponse:
    """Answer with a body that grows for ever."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b".")
        await asyncio.sleep(0.01)


@asynccontextmanager
async def raw_server(*pieces: bytes) -> AsyncIterator[str]:
    """The url of a page that is answered with these bytes, piece by piece; any other is not found."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = await reader.readuntil(b"\r\n\r\n")
            missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            for piece in pieces if asked.startswith(b"GET /home ") else [missing]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/home"


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def site(fake_time: FakeTime) -> AsyncIterator[Site]:
    site = Site(fake_time)
    site.page("/", "<html><body>home</body></html>")
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    site.server = TestServer(app, host="127.0.0.1")
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.fixture
def make_client(fake_time: FakeTime) -> Callable[..., PoliteClient]:
    def make(*, source: dict[str, Any] | None = None, **options: Any) -> PoliteClient:
        facts = Source(
            name="sample", **{"requests_per_second": 2.0, "timeout_seconds": 5.0, **(source or {})}
        )
        defaults = {
            "allow_private": True,
            "wait": wait_none(),
            "clock": fake_time.clock,
            "sleep": fake_time.sleep,
        }
        return PoliteClient(facts, **{**defaults, **options})

    return make


@pytest.fixture
async def client(make_client: partial[PoliteClient]) -> AsyncIterator[PoliteClient]:
    async with make_client() as client:
        yield client
