"""Who is let in, from where, and what they may do there."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jwt
import pytest

from config.errors import UsageError
from dashboard.access.door import COOKIE, Door
from dashboard.access.limit import Limit
from dashboard.access.tokens import Tokens
from dashboard.app import Dashboard
from dashboard.page import Action, Asked, Done, Form, Page
from dashboard.server import listen
from database.handle import Database
from tests.dashboard.site import LOOP, Site, dashboard_of
from tests.stack.tokens import SharedSecret, SigningKey

pytestmark = LOOP

ROOT = Path(__file__).parents[2]
KEY = "correct horse battery"
USER = "5f0c0000-0000-4000-8000-00000000ab1e"
STAFF = {"app_metadata": {"property_manager": "staff"}}
READER = {"app_metadata": {"property_manager": "reader"}}


async def note(asked: Asked, form: Form) -> Done:
    """An action that does nothing but say who did it."""
    return Done("/sources", f"done by {asked.user.name}")


def client(made: Dashboard, **headers: str) -> httpx.AsyncClient:
    """A client that is no browser, under a name of ours."""
    transport = httpx.ASGITransport(made.app(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers)


def guarded(site: Site, door: Door | None = None) -> Dashboard:
    """A dashboard with an action, at port 1."""
    made = dashboard_of(site.database, site.settings, 1, door)
    made._actions = (Action("/note", note),)
    return made


async def test_who_has_not_logged_in_sees_nothing(site: Site) -> None:
    """A page leads to the login; whatever else is asked is refused, and says nothing of what there is."""
    made = guarded(site, Door(secret=KEY))
    async with client(made) as asks:
        for path in ("/", "/sessions?source=acme", "/nothing-here"):
            answer = await asks.get(path, headers={"accept": "text/html"})
            assert (answer.status_code, answer.headers.get("location", "")[:7]) in (
                (303, "/login?"),
                (404, ""),
            )
            assert "acme" not in answer.text
        for path in ("/overview.json", "/live", "/sources.json"):
            answer = await asks.get(path)
            assert (answer.status_code, "acme" in answer.text) == (401, False), path
        assert (await asks.post("/note", headers={"sec-fetch-site": "same-origin"})).status_code == 401
        assert (await asks.get("/login")).status_code == 200


async def test_the_key_opens_and_its_cookie_is_for_our_pages_alone(site: Site) -> None:
    """A wrong key opens nothing; the right one leads back to the page that was asked for, never elsewhere."""
    made = guarded(site, Door(secret=KEY))
    ours = {"sec-fetch-site": "same-origin"}
    async with client(made, accept="text/html") as asks:
        wrong = await asks.post("/login", data={"key": "something else", "next": "/jobs"}, headers=ours)
        assert (wrong.status_code, COOKIE in asks.cookies) == (401, False)
        foreign = await asks.post("/login", data={"key": KEY}, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
        for target, led in (
            ("/jobs", "/jobs"),
            ("//evil.example/", "/"),
            ("https://evil.example", "/"),
            ("/\\evil", "/"),
        ):
            right = await asks.post("/login", data={"key": KEY, "next": target}, headers=ours)
            assert (right.status_code, right.headers["location"]) == (303, led)
        assert {"HttpOnly", "SameSite=strict"} <= set(right.headers["set-cookie"].split("; "))
        assert (await asks.get("/jobs")).status_code == 200
        asks.cookies.jar.clear()
        for signature in (b"0" * 64, b"", "ñ".encode()):
            forged = f"{COOKIE}=key.99999999999.".encode() + signature
            assert (await asks.get("/jobs", headers={"cookie": forged})).status_code == 303, signature


@contextlib.asynccontextmanager
async def project(database: Database, *keys: SigningKey) -> AsyncIterator[Tokens]:
    """A project that publishes its keys; what verifies tokens by them."""
    body = json.dumps({"keys": [key.jwk() for key in keys]}).encode()

    async def publish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET /auth/v1/.well-known/jwks.json ")
        status = b"200 OK" if found else b"404 Not Found"
        writer.write(
            b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body)
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(publish, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield Tokens(f"http://127.0.0.1:{port}/", database)


def claims_of(tokens: Tokens, **claims: object) -> dict[str, object]:
    """The claims of a user's token of the project."""
    return {"iss": tokens.issuer, "aud": "authenticated", "sub": USER, **claims}


@pytest.mark.parametrize(
    ("claims", "sees", "decides"),
    [
        (STAFF, 200, 200),
        (READER, 200, 403),
        ({}, 401, 401),
        ({"user_metadata": STAFF["app_metadata"]}, 401, 401),
        ({**STAFF, "is_anonymous": True}, 401, 401),
        ({**STAFF, "aud": "other"}, 401, 401),
        ({**STAFF, "iss": "https://evil.example/auth/v1"}, 401, 401),
        ({**STAFF, "exp": 1}, 401, 401),
    ],
    ids=["staff", "reader", "anybody", "says so", "anonymous", "other audience", "other issuer", "expired"],
)
async def test_a_token_of_the_project_lets_in_who_may(
    site: Site, claims: dict[str, object], sees: int, decides: int
) -> None:
    """The project's keys say whose a token is, and only what its server wrote says what they may do."""
    key = SigningKey("ES256")
    async with project(site.database, key) as tokens:
        bearer = key.token("authenticated", **claims_of(tokens, **claims))
        async with client(guarded(site, Door(tokens=tokens)), authorization=f"Bearer {bearer}") as asks:
            assert (await asks.get("/sources.json")).status_code == sees
            form = await asks.post("/note", data={"a": "b"})
            assert form.status_code == decides


async def test_a_token_of_another_key_is_nobodys(site: Site) -> None:
    """Neither one of the same name, nor one that is signed by what everybody knows, nor an unsigned one."""
    key, other = SigningKey("ES256"), SigningKey("RS256")
    other.__dict__["kid"] = key.kid
    public = SharedSecret(json.dumps(key.jwk()).encode(), kid=key.kid)
    async with project(site.database, key) as tokens:
        claims = claims_of(tokens, **STAFF)
        unsigned = jwt.encode(
            {**claims, "exp": 9_999_999_999}, None, algorithm="none", headers={"kid": key.kid}
        )
        for token in (
            other.token("authenticated", **claims),
            public.token("authenticated", **claims),
            unsigned,
            "x",
        ):
            assert await tokens.user(token) is None
        user = await tokens.user(key.token("authenticated", **claims, email="ana@acme.example"))
        assert user is not None
        assert (user.name, user.role, user.claims["sub"]) == ("ana@acme.example", "staff", USER)
        listed = claims_of(tokens, sub="5f0c0000-0000-4000-8000-0000000000f5")
        assert await tokens.user(key.token("authenticated", **listed)) is None
        await site.superuser.execute("select api.add_staff($1, 'listed')", listed["sub"])
        user = await tokens.user(key.token("authenticated", **listed))
        assert user is not None
        assert user.is_staff


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, True, 303),
        ({"origin": "http://127.0.0.1:1"}, True, 303),
        ({"sec-fetch-site": "same-origin"}, False, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:1"}, True, 403),
        ({"sec-fetch-site": "same-site"}, True, 403),
        ({"origin": "http://evil.example"}, True, 403),
        ({}, True, 403),
        ({"host": "evil.example:1", "sec-fetch-site": "same-origin"}, True, 421),
        ({"content-type": "multipart/form-data; boundary=x", "sec-fetch-site": "same-origin"}, True, 400),
    ],
)
async def test_only_a_form_of_our_own_page_decides(
    site: Site, headers: dict[str, str], token: bool, status: int
) -> None:
    """A page of somebody else's can send a form here, but not with what ours has, nor as if it were ours."""
    made = guarded(site)
    async with client(made, accept="text/html") as asks:
        form = {"form_token": made._tokens.new("open" if token else "another login")}
        answer = await asks.post("/note", data=form, headers=headers)
        assert answer.status_code == status
        after = await asks.get("/sources")
        assert ("done by ana" in after.text) == (status == 303)
        assert "done by" not in (await asks.get("/sources")).text


async def test_answers_are_refused_to_other_names_and_to_who_asks_too_often(site: Site) -> None:
    """Whatever is answered says what a browser may do with it, and nothing of a fault but a sentence."""

    async def broken(asked: Asked) -> dict[str, object]:
        raise RuntimeError("select secret from table")

    made = guarded(site)
    made._pages = (*made._pages, Page("/broken", "sources.html", broken, title="Broken"))
    async with client(made, accept="text/html") as asks:
        for host, status in (
            ("127.0.0.1:1", 200),
            ("localhost:1", 200),
            ("evil.example", 421),
            ("127.0.0.1:2", 421),
        ):
            for path in ("/sources", "/login", "/live"):
                if status == 200 and path == "/live":
                    continue  # it would not end
                answer = await asks.get(path, headers={"host": host})
                assert answer.status_code == status, (host, path)
                assert "script-src 'self';" in answer.headers["content-security-policy"]
        broken_page = await asks.get("/broken")
        assert (broken_page.status_code, "secret" in broken_page.text) == (500, False)
        assert "RuntimeError" in broken_page.text
        made._limit = Limit(per_minute=1, burst=2)
        asked = [await asks.get("/static/x/theme.js") for _ in range(3)]
        assert [answer.status_code for answer in asked] == [200, 200, 429]
        assert 0 < int(asked[-1].headers["retry-after"]) <= 60


async def test_a_page_whose_rows_are_locked_says_so_and_comes_back(site: Site) -> None:
    """As while a migration is under way: it waits for no more than its time, and lets the statement go."""
    made = guarded(site)
    made._patience = 0.3
    async with client(made, accept="text/html") as asks:
        async with site.superuser.transaction():
            await site.superuser.execute("lock table public.scraping_sessions in access exclusive mode")
            locked = await asks.get("/sessions")
        assert (locked.status_code, locked.headers["retry-after"]) == (503, "5")
        assert "The database is busy" in locked.text
        made._patience = 20.0
        assert (await asks.get("/sessions")).status_code == 200


async def test_it_ends_at_once_with_200_streams_open_and_few_connections(site: Site) -> None:
    """Each stream ends as it should, none is cut; without a key that is set, the one that was made opens."""
    env = {**os.environ, "DATABASE_URL": site.dsn, "PROPERTY_MANAGER_HOME": str(site.settings.home)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "property_manager_cli.py"), "dashboard", "--port", "0", "--json"),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    started = json.loads(await process.stdout.readline())
    port = httpx.URL(started["url"]).port
    request = (
        f"GET /live HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {started['key']}\r\n\r\n"
    ).encode()
    streams = []
    for _ in range(200):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        streams.append((reader, writer))
    for reader, _ in streams:
        assert b"200" in await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b'"here"}\n\n\r\n')
    busy = (
        "select count(*) from pg_stat_activity where datname = $1 and application_name = 'property-manager'"
    )
    own = 4  # the most of the pool of the site's own dashboard, and its listener
    assert await site.superuser.fetchval(busy, site.name) <= 2 + own + 1
    process.send_signal(signal.SIGTERM)
    for reader, writer in streams:
        assert (await reader.read()).endswith(b"0\r\n\r\n")
        writer.close()
    async with asyncio.timeout(20):
        _, said = await process.communicate()
    assert (process.returncode, said.decode()) == (0, "")


@pytest.mark.parametrize("host", ["a..b", "x" * 70, "\x1b]0;owned\x07", "a\0b", "256.0.0.1"])
async def test_a_host_that_is_none_is_refused_and_leaves_no_socket_open(host: str) -> None:
    """An open one would be an error of this test, as what is left is collected in it."""
    with pytest.raises(UsageError, match="cannot listen on"):
        listen(host, 0)
    gc.collect()
