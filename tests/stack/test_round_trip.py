"""A user's way on every server: migrate, import a file, read it over HTTP, be refused the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.cli.conftest import Command, command, home
from tests.servers import Server, build_template, database_from
from tests.services.workflows.imports.conftest import MAPPING, as_csv, rows
from tests.stack.fixtures import http_api
from tests.stack.pgbouncer import pooling

__all__ = ["command", "home"]


@pytest.fixture(params=["server", "postgres_17", "postgres_15"])
def each_server(request: pytest.FixtureRequest) -> Server:
    """The run's server, and each other version."""
    return request.getfixturevalue(str(request.param))  # type: ignore[no-any-return]


@pytest.fixture
async def each_name(each_server: Server) -> AsyncIterator[str]:
    """A migrated database on it."""
    async with database_from(each_server, await build_template(each_server)) as name:
        yield name


async def read(url: str, path: str, headers: dict[str, str]) -> Any:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session,
        session.get(f"{url}/rest/v1/{path}", headers=headers) as answer,
    ):
        return await answer.json()


@pytest.mark.parametrize("pooled", [False, True], ids=["direct", "pooled"])
async def test_a_file_is_imported_and_read_over_http(
    each_server: Server,
    each_name: str,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pooled: bool,
) -> None:
    """Direct and with everything behind a transaction pooler, each key reads what a file brought."""
    (tmp_path / "acme.toml").write_text(MAPPING.format(more=""))
    (tmp_path / "mine.csv").write_text(as_csv(rows(4)))
    with pooling(each_server.login) as pooler:
        dsn = each_server.login_dsn(each_name)
        monkeypatch.setenv("DATABASE_URL", pooler.before(dsn) if pooled else dsn)
        given = ("--file", str(tmp_path / "mine.csv"), "--mapping", str(tmp_path / "acme.toml"))
        imported = await asyncio.to_thread(command, "import", *given, "--source", "acme", "--json")
        assert imported.exit_code == 0, imported.stderr

        with http_api(each_server, each_name, through=pooler.port if pooled else None) as rest:
            user = rest.headers(token=rest.token("authenticated"))
            for headers in (rest.headers(), user, rest.headers(rest.secret_key)):
                assert len(await read(rest.url, "listings?select=price,city", headers)) == 4
            for refused in ("sources", "property_changes"):
                assert (await read(rest.url, refused, rest.headers()))["code"] == "42501"
            assert len(await read(rest.url, "sources?select=name", rest.headers(rest.secret_key))) == 1


async def test_17_has_the_vectors_of_a_hosted_project(postgres_17: Server) -> None:
    """PostgreSQL 17 orders by distance with pgvector, by way of its index."""
    async with database_from(postgres_17, "template0") as name:
        conn = await asyncpg.connect(postgres_17.superuser_dsn(name))
        await conn.execute(
            "create extension vector; create table homes (id int, about vector(3));"
            "insert into homes select n, array[n, 1, 0]::vector from generate_series(1, 50) n;"
            "create index on homes using hnsw (about vector_l2_ops); set enable_seqscan = off"
        )
        nearest = "select id from homes order by about <-> '[7,1,0]' limit 2"
        assert (await conn.fetch(nearest))[0]["id"] == 7
        assert "Index Scan" in "\n".join(row[0] for row in await conn.fetch(f"explain {nearest}"))
        await conn.close()
