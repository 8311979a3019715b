"""A front end keeps answers with their version; the status 304 tells it that it has the newest already."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import asyncpg
import pytest

from config.access import FUNCTIONS
from tests.catalogue import Catalogue, home, homes
from tests.stack.gateway import Gateway

USER = "3f9b0b6e-0000-4000-8000-000000000001"
QUESTIONS = {
    "search_listings": "?words=casa",
    "listings_by_city": "",
    "market_statistics": "",
    "recently_seen": "",
    "changed_listings": "?since=2025-11-01",
}


@dataclass
class Reader:
    """A front end with a cache of its own: it asks again by the version that it has."""

    rest: Gateway
    client: aiohttp.ClientSession
    headers: dict[str, str]
    kept: dict[str, tuple[str, Any]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)

    async def read(self, path: str) -> Any:
        """The rows, from the cache where the answer is that they have not changed."""
        version, rows = self.kept.get(path, ("", None))
        asked = {**self.headers, **({"If-None-Match": version} if version else {})}
        async with self.client.get(f"{self.rest.url}/rest/v1/rpc/{path}", headers=asked) as answer:
            self.statuses.append(answer.status)
            if answer.status == 304:
                assert await answer.read() == b""
                return rows
            assert answer.status == 200, await answer.text()
            self.kept[path] = (answer.headers["ETag"], await answer.json())
            return self.kept[path][1]


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as session:
        yield session


@pytest.fixture
def readers(rest: Gateway, client: aiohttp.ClientSession) -> tuple[Reader, Reader]:
    """A visitor and a signed-in user."""
    user = rest.headers(token=rest.token("authenticated", sub=USER))
    return Reader(rest, client, rest.headers()), Reader(rest, client, user)


async def asked_anew(reader: Reader, path: str) -> Any:
    """What somebody without a cache reads."""
    return await Reader(reader.rest, reader.client, reader.headers).read(path)


async def test_nothing_stale_is_read_after_a_change(
    catalogue: Catalogue, readers: tuple[Reader, Reader]
) -> None:
    """After each kind of change both read what somebody without a cache does; meanwhile nothing is sent."""
    await catalogue.run(homes(3))
    conn = catalogue.superuser

    async def change(number: int) -> None:
        match number:
            case 0:
                await catalogue.run([home(1, price=1_100_000), home(2)], day=1)
            case 1:
                await catalogue.edit(1, title="Casa nueva", day=2)
            case 2:
                await conn.execute("select api.rename_source('acme', 'acme2', 'test')")
            case 3:
                await conn.execute("select api.keep_answers('listings_by_city', 0)")

    for number in range(4):
        for path in (f"{name}{query}" for name, query in QUESTIONS.items()):
            for reader in readers:
                await reader.read(path)
                reader.statuses.clear()
                await reader.read(path)
                assert reader.statuses == [304], path
        await change(number)
        for path in (f"{name}{query}" for name, query in QUESTIONS.items()):
            for reader in readers:
                reader.statuses.clear()
                assert await reader.read(path) == await asked_anew(reader, path), path
                assert reader.statuses == [200], path


async def test_what_is_no_change_of_a_listing_is_seen_too(
    catalogue: Catalogue, readers: tuple[Reader, Reader]
) -> None:
    """A review of a listing, and what its source permits."""
    await catalogue.run(homes(1, agent_name="Ana Planted"))
    conn, user = catalogue.superuser, readers[1]
    path = "listing_with_history?source=acme&property_id=A-1"
    assert (await user.read(path))["listing"]["verification_status"] == "unverified"

    claims = {"role": "authenticated", "sub": USER, "app_metadata": {"property_manager": "staff"}}
    async with conn.transaction():
        await conn.execute("select set_config('request.jwt.claims', $1, true)", json.dumps(claims))
        await conn.fetch("select api.staff_review('acme', 'A-1', true, 'seen')")
    assert (await user.read(path))["listing"]["verification_status"] == "verified"

    await catalogue.register(public_contacts=True)
    assert (await user.read(path))["listing"]["agent_name"] == "Ana Planted"


async def test_one_role_is_never_answered_with_what_another_has(
    catalogue: Catalogue, readers: tuple[Reader, Reader]
) -> None:
    """Each has a version of its own, only a visitor's answers are for caches that many share."""
    await catalogue.run(homes(3))
    await catalogue.run(homes(2), day=1)
    visitor, user = readers
    path = "changed_listings?since=2025-10-01"
    assert (len(await visitor.read(path)), len(await user.read(path))) == (2, 3)
    user.kept[path] = (visitor.kept[path][0], [])
    assert len(await user.read(path)) == 3

    for reader, scope in ((visitor, "public"), (user, "private")):
        async with reader.client.get(
            f"{reader.rest.url}/rest/v1/rpc/{path}", headers=reader.headers
        ) as answer:
            assert answer.headers["Cache-Control"] == f"{scope}, no-cache"
            assert {"Authorization", "apikey"} <= set(answer.headers["Vary"].split(", "))


async def test_a_lifetime_is_set_function_by_function(
    catalogue: Catalogue, superuser: asyncpg.Connection, readers: tuple[Reader, Reader]
) -> None:
    """A cache may repeat the answer so long without asking; the other functions stay as they were."""
    await catalogue.run(homes(1))
    await superuser.execute("select api.keep_answers('listings_by_city', 60)")
    stated = {}
    for name in ("listings_by_city", "market_statistics"):
        url = f"{readers[0].rest.url}/rest/v1/rpc/{name}"
        async with readers[0].client.get(url, headers=readers[0].headers) as answer:
            stated[name] = answer.headers["Cache-Control"]
    assert stated == {
        "listings_by_city": "public, max-age=60, must-revalidate",
        "market_statistics": "public, no-cache",
    }
    with pytest.raises(asyncpg.PostgresError, match="there is no function of readers"):
        await superuser.execute("select api.keep_answers('last_seen_at', 60)")


async def test_every_function_of_readers_says_its_version(superuser: asyncpg.Connection) -> None:
    """But for those that tell the version itself, or one column."""
    silent = await superuser.fetch(
        "select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace"
        " and p.proowner = 'property_manager_owner'::regrole"
        " and p.prosrc not like '%property_manager.is_answered(''' || p.proname || ''')%'"
    )
    names = {f"public.{row['proname']}" for row in silent}
    told = {name for name in FUNCTIONS if name.startswith("public.") and "anon" in FUNCTIONS[name]}
    assert told & names == {"public.catalogue_version", "public.last_seen_at", "public.limit_calls"}


async def test_an_error_and_a_post_are_never_answered_by_304(
    catalogue: Catalogue, readers: tuple[Reader, Reader]
) -> None:
    """What is asked wrongly stays an error whatever version is named, and a POST is always answered."""
    await catalogue.run(homes(1))
    visitor = readers[0]
    await visitor.read("search_listings")
    headers = {**visitor.headers, "If-None-Match": visitor.kept["search_listings"][0]}
    url = f"{visitor.rest.url}/rest/v1/rpc/search_listings"
    async with visitor.client.get(f"{url}?page_size=0", headers=headers) as answer:
        assert answer.status == 400
    async with visitor.client.post(url, headers=headers, json={}) as answer:
        assert (answer.status, len(await answer.json())) == (200, 1)
