"""PostgreSQL servers for tests: one a worker, with a template database that is copied for each test.

`PROPERTY_MANAGER_TEST_POSTGRES` selects another PostgreSQL than the wheel's 18: npm's 17, Debian's 15.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import asyncpg

from database.bootstrap import bootstrap
from database.embedded import Embedded
from database.migrate import migrate
from tests.homes import in_memory, temporary_home
from tests.stack.packages import POSTGRES_15, POSTGRES_17

TEMPLATE: Final = "template_property_manager"
SHORT: Final = os.environ.get("PROPERTY_MANAGER_TEST_SHORT") == "1"
"""Whether this is a second run, on another server: one way of each fault is enough."""
SOAK: Final = bool(os.environ.get("PROPERTY_MANAGER_SOAK"))
"""Whether every fault is tried in every combination, and chance has all its seeds, as in `make soak`."""

CHOSEN: Final = os.environ.get("PROPERTY_MANAGER_TEST_POSTGRES", "18")
"""The version of the servers that tests run on."""
# the other versions, by what selects them
VERSIONS: Final = {"15": POSTGRES_15, "17": POSTGRES_17}


def over_https() -> bool:
    """Whether tests reach their databases over the HTTP API of a project."""
    return os.environ.get("PROPERTY_MANAGER_TEST_WAY") == "https"


# durability costs time and a test's database is thrown away
FAST: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
}


@dataclass(frozen=True)
class Server:
    """A running server, and how to log in to one of its databases."""

    superuser: str
    login: str

    def superuser_dsn(self, database: str) -> str:
        return urlsplit(self.superuser)._replace(path=f"/{database}").geturl()

    def login_dsn(self, database: str) -> str:
        return urlsplit(self.login)._replace(path=f"/{database}").geturl()

    async def execute(self, statement: str) -> None:
        conn = await asyncpg.connect(self.superuser)
        try:
            await conn.execute(statement)
        finally:
            await conn.close()

    async def databases(self) -> set[str]:
        conn = await asyncpg.connect(self.superuser)
        try:
            return {row["datname"] for row in await conn.fetch("select datname from pg_database")}
        finally:
            await conn.close()


def chosen_bin_dir() -> Path | None:
    return None if CHOSEN == "18" else VERSIONS[CHOSEN]


def embedded(home: Path, **options: object) -> Embedded:
    """The server of a home: of the chosen version, fast, and never stopped for being idle."""
    given = {"bin_dir": chosen_bin_dir(), "settings": FAST, "idle_seconds": None, **options}
    return Embedded(home, **given)  # type: ignore[arg-type]


@contextlib.contextmanager
def running_server(
    bin_dir: Path | None = None, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    """A server without our tables, whose login role is no superuser; fails if a test left a database.

    It is of the chosen version unless `bin_dir` has the programs of another; `settings` add to its own.
    """
    with temporary_home() as home:
        own = embedded(home, bin_dir=bin_dir or chosen_bin_dir(), settings={**FAST, **settings})
        login = asyncio.run(own.ensure())
        server = Server(asyncio.run(own.superuser_dsn()), login)
        before = asyncio.run(server.databases())
        yield server
        left = asyncio.run(server.databases()) - before - {TEMPLATE}
        assert not left, f"databases left behind: {', '.join(sorted(left))}"


async def build_template(server: Server) -> str:
    """Make the migrated, empty database that `database_from` copies; returns its name."""
    await bootstrap(server.superuser, database=TEMPLATE)
    await migrate_database(server.login_dsn(TEMPLATE))
    return TEMPLATE


async def migrate_database(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await migrate(conn)
    finally:
        await conn.close()


@contextlib.asynccontextmanager
async def database_from(server: Server, template: str) -> AsyncIterator[str]:
    """The name of a copy of the template, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    # in memory a copy of the files takes half the time of a logged copy; a disk has to write both out
    strategy = "file_copy" if in_memory() else "wal_log"
    await server.execute(
        f"create database {name} template {template} owner property_manager strategy {strategy}"
    )
    if (
        template == TEMPLATE
    ):  # a copy has the tables of its template, but not what may be done with the database
        await server.execute(
            f"revoke connect, temporary on database {name} from public;"
            f"grant temporary on database {name} to property_manager_owner"
        )
    try:
        yield name
    finally:
        await server.execute(f"drop database {name} with (force)")
