"""A real Postgres for every test: one server a run, a template database, a copy of it for each test.

`PROPERTY_MANAGER_TEST_POSTGRES=15` runs them on Debian's PostgreSQL 15 instead of the wheel's 18.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from config.settings import Settings
from database.bootstrap import bootstrap
from database.direct import Database
from database.embedded import Embedded
from database.migrate import migrate
from tests.catalogue import Catalogue
from tests.faults.pooler import pooling
from tests.homes import chosen_bin_dir, remove_leftovers, temporary_home
from tests.sites import Site

TEMPLATE = "template_property_manager"

# durability costs time and a test's database is thrown away
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
}


def pytest_configure() -> None:
    """A run that a shell put into the background ignores Ctrl-C, and the programs it starts would too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Server:
    """The server of this run, and how to log in to one of its databases."""

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


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """A server without any of our tables; its login role is no superuser."""
    remove_leftovers()
    with temporary_home() as home:
        embedded = Embedded(home, bin_dir=chosen_bin_dir(), settings=FAST, idle_seconds=None)
        login = asyncio.run(embedded.ensure())
        yield Server(asyncio.run(embedded.superuser_dsn()), login)


async def build_template(server: Server) -> str:
    """The name of a database that is migrated and empty."""
    await bootstrap(server.superuser, database=TEMPLATE)
    conn = await asyncpg.connect(server.login_dsn(TEMPLATE))
    try:
        await migrate(conn)
    finally:
        await conn.close()
    return TEMPLATE


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    return asyncio.run(build_template(server))


@contextlib.asynccontextmanager
async def database_from(server: Server, template: str) -> AsyncIterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    await server.execute(f"create database {name} template {template} owner property_manager")
    try:
        yield name
    finally:
        await server.execute(f"drop database {name} with (force)")


@pytest.fixture
async def database_name(server: Server, template: str) -> AsyncIterator[str]:
    async with database_from(server, template) as name:
        yield name


@pytest.fixture
async def bare_name(server: Server) -> AsyncIterator[str]:
    """A database that is bootstrapped and nothing more."""
    async with database_from(server, "template0") as name:
        await bootstrap(server.superuser_dsn(name))
        yield name


@pytest.fixture(scope="session")
def way_in(server: Server) -> Iterator[Callable[[str], str]]:
    """How tests reach the server: directly, or with PROPERTY_MANAGER_TEST_POOLER=1 through a pooler."""
    if os.environ.get("PROPERTY_MANAGER_TEST_POOLER") == "1":
        with pooling(server.login) as pooler:
            yield pooler.before
    else:
        yield str


@pytest.fixture
def dsn(server: Server, database_name: str, way_in: Callable[[str], str]) -> str:
    """The login role's way to this test's own database."""
    return way_in(server.login_dsn(database_name))


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    async with await Database.connect(dsn) as opened:
        yield opened


@pytest.fixture
async def superuser(server: Server, database_name: str) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to this test's database, to look at and break what others may not."""
    conn = await asyncpg.connect(server.superuser_dsn(database_name))
    yield conn
    await conn.close()


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    """Settings that lead to this test's database and a home of its own, whatever the environment says."""
    return Settings(_env_file=None, database_url=dsn, home=tmp_path)  # type: ignore[call-arg]


@pytest.fixture
async def catalogue(database: Database, superuser: asyncpg.Connection) -> Catalogue:
    """A registered source, ready to stage and sync."""
    return await Catalogue(database, superuser).register()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A little site that is up while a test runs."""
    async with Site() as site:
        yield site
