"""Direct connections to the database: those that act as service_role, and those of the `db` commands."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, Self
from uuid import UUID

import asyncpg

from config.errors import ConnectionLostError, ListeningRefusedError
from config.settings import Settings
from database import migrate, queries
from database.embedded import Embedded
from database.erasure_key import ErasureKey
from database.errors import Address, while_connecting, while_working
from database.expendable import Expendable
from database.handle import Database, Deployed, Mode, Staging
from database.pooling import Way, way_of
from database.tls import ssl_mode
from database.transaction import Transaction

log = logging.getLogger(__name__)

_CONNECT_SECONDS: Final = 15.0
_STAGING: Final[Mapping[Staging, tuple[str, str]]] = {
    "listings": ("public", "property_scrapes_staging"),
    "records": ("county", "staging"),
}
_CHUNK_BYTES: Final = 256_000
_COPY_OPTIONS: Final[dict[str, str]] = {"format": "text", "null": ""}  # a cell is a value or null, never ""


class DirectDatabase(Database):
    """A pool of connections. Every transaction of the program runs as service_role, in UTC."""

    def __init__(self, dsn: str, pool: asyncpg.Pool) -> None:
        super().__init__()
        self.dsn: Final = dsn
        self.address: Final = Address.of(dsn)
        self._pool = pool
        self._reading = False
        self._embedded = False

    @classmethod
    async def open_settings(
        cls,
        settings: Settings,
        *,
        check: bool = True,
        pool_size: int | None = None,
        embedded: Embedded | None = None,
        reading: bool = False,
    ) -> Self:
        """Connect to DATABASE_URL, or else to the embedded server; as `Database.open` says."""
        server = Embedded(settings.home) if embedded is None else embedded
        url = settings.database_url
        if reading and url is not None and settings.database_read_url is not None:
            url = settings.database_read_url
        database = await cls.connect(
            await server.ensure() if url is None else url.get_secret_value(),
            pool_size=pool_size or settings.connections,
        )
        database._reading = reading
        database._embedded = url is None
        database.erasure_key = ErasureKey(settings.erasure_key, settings.home)
        try:
            if check:
                await database._migrate_or_require_current()
                database._checked = True
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def connect(cls, dsn: str, *, pool_size: int = 4) -> Self:
        """Connect without checking the version of the database."""
        with while_connecting(Address.of(dsn)):
            # no connection is kept open: while the server is down the pool would try, and log, for ever
            pool = await asyncpg.create_pool(
                dsn, min_size=0, max_size=pool_size, init=_prepare, **_connection_options(dsn)
            )
            try:
                await pool.release(await pool.acquire())
            except BaseException:
                pool.terminate()
                raise
        return cls(dsn, pool)

    @property
    def place(self) -> str:
        return str(self.address)

    @property
    def mode(self) -> Mode:
        return "embedded" if self._embedded else "direct"

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 (the server keeps it)
    ) -> AsyncIterator[Transaction]:
        """One transaction as service_role; `timeout` bounds each of its statements, in seconds."""
        async with self.connection(timeout=timeout) as conn:
            yield Transaction(conn)

    @asynccontextmanager
    async def connection(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 (the server keeps it)
    ) -> AsyncIterator[asyncpg.Connection]:
        """The driver's connection in such a transaction, for what only this transport can do."""
        conn, begun = await self._begin()
        async with begun:
            if timeout is not None:
                await conn.execute(queries.text("limit_statements"), f"{timeout * 1000:.0f}ms")
            yield conn

    async def _begin(self) -> tuple[asyncpg.Connection, AsyncExitStack]:
        """A connection with a transaction begun on it.

        A pooled connection that is dead is noticed here, before its first statement: it and all earlier ones
        are replaced.
        """
        try:
            return await self._try_to_begin()
        except ConnectionLostError as error:
            log.debug("a pooled connection was dead (%s); taking a new one", error.message)
            await self._pool.expire_connections()
            return await self._try_to_begin()

    async def _try_to_begin(self) -> tuple[asyncpg.Connection, AsyncExitStack]:
        async with AsyncExitStack() as begun:
            conn = await begun.enter_async_context(self._acquire())
            begun.enter_context(while_working(self.address, conn))
            # the stages' locks are made for this isolation, whatever a role's or a server's default is
            await begun.enter_async_context(
                conn.transaction(isolation="read_committed", readonly=self._reading)
            )
            await conn.execute(queries.text("act_as_service"))
            return conn, begun.pop_all()
        raise AssertionError("unreachable: the stack swallows nothing")

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[asyncpg.Connection]:
        with while_connecting(self.address):
            conn = await self._pool.acquire()
        try:
            yield conn
        finally:
            await self._give_back(conn)

    async def _give_back(self, conn: asyncpg.Connection) -> None:
        try:
            await self._pool.release(conn)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            # the pool has closed it; the work itself was committed before, or has failed and says so
            log.debug("a connection died while it was given back: %s", error)

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[asyncpg.Connection]:
        """A separate connection as the login role, for the `db` commands."""
        conn = await self._connect_once()
        try:
            with while_working(self.address, conn):
                yield conn
        finally:
            await conn.close()

    @asynccontextmanager
    async def listener(self) -> AsyncIterator[asyncpg.Connection]:
        """A separate connection for LISTEN.

        Raises ListeningRefusedError behind a transaction pooler, which would take LISTEN and deliver nothing.
        """
        async with self.admin() as conn:
            async with self.admin() as other:
                way = await way_of(conn, other)
            if way is Way.TRANSACTION:
                raise ListeningRefusedError(
                    f"cannot listen for notifications through the transaction pooler at {self.address}",
                    next_step="set DATABASE_URL to the direct connection or the session pooler "
                    "(on Supabase port 5432)",
                )
            yield conn

    async def value_within(self, seconds: float, name: str, *args: Any) -> Any:
        """The value of a named query that may not end, on a connection of its own, which that costs.

        Raises OverdueError when it took longer than so many seconds.
        """
        conn = await self._connect_once()
        return await Expendable(self.address, conn, self.admin).value(seconds, name, *args)

    async def _connect_once(self) -> asyncpg.Connection:
        with while_connecting(self.address):
            conn = await asyncpg.connect(self.dsn, **_connection_options(self.dsn))
            await _prepare(conn)
        return conn

    async def rows(self, name: str, *args: Any, timeout: float | None = None) -> list[asyncpg.Record]:  # noqa: ASYNC109
        async with self.transaction(timeout=timeout) as transaction:
            return await transaction.rows(name, *args)

    async def row(self, name: str, *args: Any) -> asyncpg.Record | None:
        async with self.transaction() as transaction:
            return await transaction.row(name, *args)

    async def value(self, name: str, *args: Any, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        async with self.transaction(timeout=timeout) as transaction:
            return await transaction.value(name, *args)

    async def run(self, name: str, *args: Any) -> None:
        async with self.transaction() as transaction:
            await transaction.run(name, *args)

    async def stage(
        self,
        session_id: UUID,
        touch: tuple[Any, ...],
        columns: Sequence[str],
        lines: Sequence[bytes],
        *,
        landed: int,
        table: Staging = "listings",
    ) -> int:
        """Stage by COPY, which lets the server read one batch while the next is collected."""
        last = landed + len(lines)
        async with self.transaction() as transaction:
            await transaction.run("touch_session", *touch)
            # an earlier batch may have landed without an answer; it has landed or failed once touch returns
            landed += await transaction.value("rows_landed", session_id, landed)
            if landed < last:
                await transaction.copy(
                    *_STAGING[table], columns, _chunks(lines[landed - last :]), **_COPY_OPTIONS
                )
        return max(landed, last)

    async def deployed(self) -> Deployed:
        async with self.admin() as conn:
            server = conn.get_settings().server_version.partition(" ")[0]
            return Deployed(server, await migrate.status(conn))

    async def _migrate_or_require_current(self) -> None:
        """Migrate a fresh embedded database; raise MigrationError for any other of another version."""
        found = (await self.deployed()).compared
        if self._embedded and not found.applied:
            async with self.admin() as conn:
                await migrate.migrate(conn)
        else:
            migrate.require_current(found)


async def _chunks(lines: Sequence[bytes]) -> AsyncIterator[bytes]:
    start, size = 0, 0
    for end, line in enumerate(lines, 1):
        size += len(line)
        if size >= _CHUNK_BYTES:
            yield b"".join(lines[start:end])
            start, size = end, 0
    if start < len(lines):
        yield b"".join(lines[start:])


def _connection_options(dsn: str) -> dict[str, Any]:
    # A pooler may give every transaction another server connection: nothing prepared, nothing set.
    return {
        "ssl": ssl_mode(dsn),
        "statement_cache_size": 0,
        "timeout": _CONNECT_SECONDS,
        "server_settings": {"application_name": "property-manager"},
    }


async def _prepare(conn: asyncpg.Connection) -> None:
    # In binary, because COPY knows no other; jsonb's begins with a version byte.
    await conn.set_type_codec(
        "json", schema="pg_catalog", encoder=_encode, decoder=json.loads, format="binary"
    )
    await conn.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + _encode(value),
        decoder=lambda data: json.loads(data[1:]),
        format="binary",
    )


def _encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
