"""What asks the dashboard from outside: who may see metrics, what is ready, and what the log says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import asyncpg
import pytest
import uvicorn

from config.settings import Settings
from dashboard.access.door import Door
from dashboard.app import Dashboard
from dashboard.server import listen
from database.handle import Database

pytestmark = pytest.mark.direct
KEY = "a-key-of-this-test-0123"

Serve = Callable[[Door], AbstractAsyncContextManager[str]]


@pytest.fixture
def serve(database: Database, settings: Settings) -> Serve:
    """A dashboard on loopback with a door; its address."""

    @asynccontextmanager
    async def serving(door: Door) -> AsyncIterator[str]:
        with listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
            names = frozenset({f"127.0.0.1:{port}", "catalogue.example.com"})
            dashboard = Dashboard(database, settings, door, names=names)
            server = uvicorn.Server(
                uvicorn.Config(dashboard.app(), log_config=None, access_log=False, ws="none")
            )
            running = asyncio.create_task(server._serve([listening]))
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                server.should_exit = True
                await running

    return serving


async def test_metrics_are_for_this_host_and_for_who_has_the_key(serve: Serve) -> None:
    proxied = {"X-Forwarded-For": "203.0.113.7"}
    other_proxy = {"Forwarded": "for=203.0.113.7"}
    rebound = {"Host": "evil.example.com"}
    by_name = {"Host": "catalogue.example.com"}
    key = {"Authorization": f"Bearer {KEY}"}
    wrong = {"Authorization": "Bearer another-key-01234567"}
    async with serve(Door(secret=KEY)) as url, aiohttp.ClientSession(url) as client:
        for headers, status in (
            *(
                ({}, 200),
                (proxied, 401),
                (other_proxy, 401),
                (rebound, 401),
                (by_name, 401),
                (proxied | wrong, 401),
            ),
            *((proxied | key, 200), (by_name | key, 200)),
        ):
            async with client.get("/metrics", headers=headers) as response:
                assert response.status == status, headers
                assert ("property_manager_sources 0.0" in await response.text()) == (status == 200)
            for path in ("/healthz", "/readyz"):
                async with client.get(path, headers=headers) as response:
                    assert response.status == 200


async def test_requests_are_counted_by_pattern_and_logged_without_their_query(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dashboard.access")
    async with serve(Door(secret=KEY)) as url, aiohttp.ClientSession(url) as client:
        for path in ("/overview.json?token=s3cr3t-value", "/no/such/page-1", "/no/such/page-2", "/login"):
            async with client.get(path) as response:
                await response.read()
        async with client.get("/metrics") as response:
            text = await response.text()
    count = "property_manager_http_request_duration_seconds_count"
    assert f'{count}{{method="GET",path="/overview.json",status="4xx"}} 1.0' in text
    assert f'{count}{{method="GET",path="unmatched",status="4xx"}} 2.0' in text
    assert f'{count}{{method="GET",path="/login",status="2xx"}} 1.0' in text
    assert "_created" not in text and "no/such" not in text
    first = caplog.records[0]
    assert first.getMessage().startswith("GET /overview.json 401 in ")
    assert (first.path, first.status) == ("/overview.json", 401)  # type: ignore[attr-defined]
    assert "s3cr3t" not in caplog.text


async def test_it_is_not_ready_and_says_why_until_the_database_is_as_the_program_needs_it(
    serve: Serve, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.watched.READY_SECONDS", 0.0)
    async with serve(Door(secret=KEY)) as url, aiohttp.ClientSession(url) as client:

        async def asked(**headers: str) -> tuple[int, dict[str, object]]:
            async with client.get("/readyz", headers=headers) as response:
                return response.status, await response.json()

        assert await asked() == (200, {"ready": True})
        await superuser.execute("update property_manager.code_version set version = 'another'")
        status, said = await asked()
        assert status == 503 and said["ready"] is False
        assert "functions" in str(said["why"]) or "version" in str(said["why"])
        assert said["next"]
        assert await asked(Host="evil.example.com") == (503, {"ready": False})
        async with client.get("/healthz") as response:
            assert (response.status, await response.text()) == (200, "ok\n")


async def test_what_needs_somebody_is_a_page_that_escapes_what_a_source_wrote(
    serve: Serve, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(
        "insert into property_manager.subscribers (name, error, failed_at)"
        " values ('cache', '<script>alert(1)</script> is full', now())"
    )
    key = {"Authorization": f"Bearer {KEY}", "Accept": "text/html"}
    async with serve(Door(secret=KEY)) as url, aiohttp.ClientSession(url, headers=key) as client:
        async with client.get("/alerts") as response:
            page = await response.text()
        assert "1 thing</strong> needs somebody" in page
        assert "cache: &lt;script&gt;alert(1)&lt;/script&gt; is full" in page
        assert 'href="/jobs">subscriber failed</a>' in page
        await superuser.execute("update property_manager.subscribers set error = null")
        await superuser.execute(
            "update property_manager.alert_searches set searched_at = now() - interval '1 hour'"
        )
        async with client.get("/alerts.json") as response:
            found = await response.json()
        assert (found["open"], len(found["ended"]), found["messages"]) == ([], 1, [])
