"""A server that fault tests stop, kill and fill up; the server of the other tests stays up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import asyncpg

from config.errors import DatabaseError
from database.direct import DirectDatabase
from tests.catalogue import Catalogue
from tests.homes import temporary_home
from tests.servers import FAST, TEMPLATE, Server, build_template, database_from, embedded

IN_CRASH_RECOVERY: Final = 4
"""Of PostgreSQL's DBState, the third number of its control file."""


class Mortal:
    """A migrated server that can be killed and started again."""

    def __init__(self, home: Path, **settings: str) -> None:
        self._embedded = embedded(home, settings={**FAST, **settings})

    async def make(self) -> None:
        """Start it and build its template database."""
        await self.rise()
        await build_template(await self.server())

    async def server(self) -> Server:
        return Server(await self._embedded.superuser_dsn(), await self._embedded.ensure())

    @property
    def pid(self) -> int | None:
        return self._embedded.status().pid

    @property
    def data(self) -> Path:
        data = self._embedded.status().data
        assert data is not None
        return data

    @property
    def log(self) -> str:
        return (self.data / "server.log").read_text()

    async def die(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Kill it: SIGQUIT is an immediate stop, SIGKILL does not even allow that."""
        pid = self.pid
        assert pid is not None
        os.kill(pid, how)
        await self.gone()

    async def gone(self) -> None:
        """Wait until it accepts no connections."""
        async with asyncio.timeout(30):
            while self._embedded.status().running:
                await asyncio.sleep(0.01)

    async def rise(self) -> None:
        """Start it again without blocking the test's event loop."""
        await asyncio.to_thread(lambda: asyncio.run(self._embedded.ensure()))

    async def die_in_recovery(self) -> None:
        """Start it and kill it during recovery, so that the next start has to recover again."""
        control, pid_file = self.data / "global" / "pg_control", self.data / "postmaster.pid"
        written = control.stat().st_mtime_ns  # it may have died in recovery the last time too
        rising = asyncio.create_task(self.rise())
        async with asyncio.timeout(30):
            while (
                control.stat().st_mtime_ns == written
                or int.from_bytes(control.read_bytes()[16:20], "little") != IN_CRASH_RECOVERY
            ):
                await asyncio.sleep(0)
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        with contextlib.suppress(DatabaseError):
            await rising


@contextlib.contextmanager
def mortal_server(**settings: str) -> Iterator[Mortal]:
    with temporary_home() as home:
        mortal = Mortal(home, **settings)
        asyncio.run(mortal.make())
        yield mortal


@contextlib.asynccontextmanager
async def catalogue_on(mortal: Mortal, *, pool_size: int = 4) -> AsyncIterator[tuple[Catalogue, str]]:
    """A catalogue in a new database on that server, and its DSN; afterwards the server is up again."""
    await mortal.rise()
    async with database_from(await mortal.server(), TEMPLATE) as name:
        server = await mortal.server()
        superuser = await asyncpg.connect(server.superuser_dsn(name))
        async with await DirectDatabase.connect(server.login_dsn(name), pool_size=pool_size) as database:
            try:
                yield await Catalogue(database, superuser).register(), server.login_dsn(name)
            finally:
                superuser.terminate()
                await mortal.rise()


async def returned(mortal: Mortal, catalogue: Catalogue) -> Catalogue:
    """Start the server again and give the catalogue a new superuser connection, once it has recovered."""
    await mortal.rise()
    catalogue.superuser.terminate()
    dsn = (await mortal.server()).superuser_dsn(catalogue.database.address.database)
    while True:
        try:
            catalogue.superuser = await asyncpg.connect(dsn)
        except (asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, ConnectionError):
            await asyncio.sleep(0.05)
        else:
            return catalogue
