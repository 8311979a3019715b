"""A server for one run: the embedded Postgres in a home that is thrown away, and databases copied in it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from database import queries
from database.embedded import DATABASE, Embedded
from database.migrate import migrate

BASE = DATABASE


@dataclass(frozen=True, slots=True)
class Server:
    """How to log in as the program does, and as the server's superuser."""

    login: str
    superuser: str

    def login_dsn(self, database: str) -> str:
        return urlsplit(self.login)._replace(path=f"/{database}").geturl()

    def superuser_dsn(self, database: str) -> str:
        return urlsplit(self.superuser)._replace(path=f"/{database}").geturl()

    @asynccontextmanager
    async def connect(self, database: str = "postgres") -> AsyncIterator[asyncpg.Connection]:
        """A superuser's connection, which measures and which the limit uses: nothing is in its way."""
        conn = await asyncpg.connect(self.superuser_dsn(database))
        try:
            yield conn
        finally:
            await conn.close()

    async def copy(self, database: str, template: str) -> None:
        """A database of its own with the template's content, all of it on disk."""
        async with self.connect() as conn:
            await conn.execute(f"drop database if exists {database} with (force)")
            await conn.execute(f"create database {database} template {template} strategy file_copy")
            await conn.execute(f"alter database {database} owner to property_manager")
            await conn.execute("checkpoint")
        async with self.connect(database) as conn:
            await conn.execute(queries.text("withdraw_grants"))  # which a copy has again

    async def drop(self, database: str) -> None:
        async with self.connect() as conn:
            await conn.execute(f"drop database {database} with (force)")

    async def settle(self) -> None:
        """From the next checkpoint on nothing writes but what is measured: neither vacuum nor checkpoint."""
        async with self.connect() as conn:
            await conn.execute("alter system set autovacuum = off")
            await conn.execute("alter system set checkpoint_timeout = '1h'")
            await conn.execute("select pg_reload_conf()")

    async def pid(self) -> int:
        """The postmaster's process."""
        async with self.connect() as conn:
            return int((await conn.fetchval("select pg_read_file('postmaster.pid')")).split()[0])

    async def version(self) -> str:
        async with self.connect() as conn:
            return str(await conn.fetchval("select split_part(version(), ' on ', 1)"))


@asynccontextmanager
async def throwaway_server() -> AsyncIterator[Server]:
    """The server as users have it, durability and all, with one migrated database."""
    home = _new_home()
    embedded = Embedded(home, idle_seconds=None)
    try:
        server = Server(await embedded.ensure(), await embedded.superuser_dsn())
        conn = await asyncpg.connect(server.login)
        try:
            await migrate(conn)
        finally:
            await conn.close()
        yield server
    finally:
        await embedded.stop()
        await asyncio.to_thread(shutil.rmtree, home)


def _new_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="property-manager-bench-"))
    home.chmod(0o755)  # the account that runs Postgres for root must get in
    return home
