"""The HTTP API that tests run is the one users have: PostgREST over our schema, behind a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import asyncpg
import pytest

from database.checkout import Script, checkout
from database.migrate import migrate
from tests.catalogue import Catalogue, homes
from tests.stack import gateway as faults
from tests.stack.gateway import Gateway


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session:
        yield session


async def rows(client: aiohttp.ClientSession, rest: Gateway, path: str, **headers: str) -> object:
    async with client.get(f"{rest.url}/rest/v1/{path}", headers=headers) as answer:
        return await answer.json()


async def test_each_key_reads_the_listings(
    catalogue: Catalogue, rest: Gateway, client: aiohttp.ClientSession
) -> None:
    """A catalogue that was synced is read over HTTP with each key and as a user."""
    await catalogue.run(homes(3))
    user = rest.token("authenticated", sub="3f9b0b6e-0000-4000-8000-000000000001")

    read = [
        await rows(client, rest, "listings?select=property_id&order=property_id", **headers)
        for headers in (
            rest.headers(),
            rest.headers(token=user),
            rest.headers(rest.secret_key),
        )
    ]

    assert read == [[{"property_id": f"A-{n}"} for n in (1, 2, 3)]] * 3


async def test_the_gateway_refuses_as_a_project_does(rest: Gateway, client: aiohttp.ClientSession) -> None:
    """Without a key, with a key of another project or outside of /rest/v1 the refusal is a project's."""
    unknown = faults.secret_key()

    assert await rows(client, rest, "listings") == {
        "message": "No API key found in request",
        "hint": "No `apikey` request header or url param was found.",
    }
    assert await rows(client, rest, "listings", **rest.headers(unknown)) == {
        "message": "Invalid API key",
        "hint": "Double check your Supabase `anon` or `service_role` API key.",
    }
    async with client.get(f"{rest.url}/listings", headers=rest.headers()) as answer:
        assert (answer.status, await answer.json()) == (404, {"error": "requested path is invalid"})


async def test_internals_are_refused(rest: Gateway, client: aiohttp.ClientSession) -> None:
    """No key reaches the internal schema, and the publishable one reaches no table but the listings."""
    for key in (rest.publishable_key, rest.secret_key):
        headers = {**rest.headers(key), "Accept-Profile": "property_manager"}
        refusal = await rows(client, rest, "scopes", **headers)
        assert isinstance(refusal, dict)
        assert refusal["code"] == "PGRST106"
    refusal = await rows(client, rest, "sources", **rest.headers())
    assert isinstance(refusal, dict)
    assert refusal["code"] == "42501"


async def test_the_service_calls_functions_of_schema_api(
    rest: Gateway, client: aiohttp.ClientSession
) -> None:
    """The secret key calls a function of schema api; the publishable key is refused it."""
    url = f"{rest.url}/rest/v1/rpc/feed_position"
    answers = []
    for key in (rest.secret_key, rest.publishable_key):
        headers = {**rest.headers(key), "Content-Profile": "api"}
        async with client.post(url, headers=headers, json={}) as answer:
            answers.append((answer.status, await answer.json()))

    assert answers[0] == (200, 0)
    assert answers[1][1]["code"] == "42501"


async def test_a_function_of_a_new_version_answers_after_the_migrate(
    rest: Gateway, client: aiohttp.ClientSession, dsn: str
) -> None:
    """A function that a migrate adds is called over HTTP with no further step."""
    text = (
        "create function api.greeting() returns text language sql set search_path = pg_catalog, pg_temp"
        " as $$ select 'hello' $$; grant execute on function api.greeting() to service_role;"
    )
    here = checkout()
    newer = replace(here, code=(*here.code, Script("more/10_greeting.sql", text, text)))

    async def greeting() -> object:
        headers = {**rest.headers(rest.secret_key), "Content-Profile": "api"}
        async with client.post(f"{rest.url}/rest/v1/rpc/greeting", headers=headers, json={}) as answer:
            return await answer.json()

    refusal = await greeting()
    assert isinstance(refusal, dict)
    assert refusal["code"] == "PGRST202"
    conn = await asyncpg.connect(dsn)
    await migrate(conn, newer)
    await conn.close()
    async with asyncio.timeout(20):
        while await greeting() != "hello":
            await asyncio.sleep(0.1)


async def test_two_secret_keys_are_valid_during_a_rotation(
    rest: Gateway, client: aiohttp.ClientSession
) -> None:
    """A second secret key works beside the first; the first is refused once it is revoked."""
    second = rest.add_secret_key()
    sources = "sources?select=name"
    assert await rows(client, rest, sources, **rest.headers(second)) == []
    assert await rows(client, rest, sources, **rest.headers(rest.secret_key)) == []

    del rest.roles[rest.secret_key]

    assert await rows(client, rest, sources, **rest.headers(second)) == []
    refusal = await rows(client, rest, sources, **rest.headers(rest.secret_key))
    assert isinstance(refusal, dict)
    assert refusal["message"] == "Invalid API key"


async def test_the_gateway_misbehaves_when_told(
    superuser: asyncpg.Connection, rest: Gateway, client: aiohttp.ClientSession
) -> None:
    """A request can be cut before or after it was done, be done twice, or be answered HTML or too many."""
    url = f"{rest.url}/rest/v1/notes"
    await superuser.execute(
        "create table public.notes (note text not null); grant insert on public.notes to service_role"
    )
    rest.postgrest.reload_schema()

    async def write(note: str) -> tuple[int, str] | None:
        headers = rest.headers(rest.secret_key)
        try:
            async with client.post(url, headers=headers, json={"note": note}) as answer:
                return answer.status, answer.content_type
        except aiohttp.ServerDisconnectedError:
            return None

    async def notes() -> list[str]:
        found = await superuser.fetch("select note from public.notes order by 1")
        return [row["note"] for row in found]

    rest.misbehave(faults.cut_before)
    assert await write("a") is None
    rest.misbehave(faults.cut_after)
    assert await write("b") is None
    rest.misbehave(faults.repeat)
    assert await write("c") == (201, "application/octet-stream")
    rest.misbehave(faults.html(200))
    assert await write("d") == (200, "text/html")
    rest.misbehave(faults.html(502, done=True))
    assert await write("e") == (502, "text/html")
    rest.misbehave(faults.limited("7"))
    assert await write("f") == (429, "application/json")
    assert await write("g") == (201, "application/octet-stream")

    assert await notes() == ["b", "c", "c", "e", "g"]
