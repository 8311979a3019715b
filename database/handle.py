"""The database as the services see it: named queries, over whichever way leads to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypeAlias
from uuid import UUID

from config.errors import UsageError
from config.settings import Settings
from database.checkout import checkout
from database.erasure_key import ErasureKey
from database.migrate import MigrationStatus, require_current

if TYPE_CHECKING:
    import asyncpg
    from supabase import AsyncClient

    from database.embedded import Embedded
    from database.transaction import Transaction

Mode = Literal["embedded", "direct", "https"]
Staging = Literal["listings", "records"]
"""Where rows land: listings, or county records."""
Row = Any
"""A row: its values by the names of their columns, as a mapping."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a database runs: its server's version, such as 18.6, and our migrations and code."""

    server: str
    compared: MigrationStatus


class Database(ABC):
    """Named queries, each in a transaction of its own as service_role, in UTC.

    A direct connection answers all of them, a project over HTTPS those that are a call of schema `api`.
    """

    row_limit: int | None = None
    """How many rows of one session this way is made for; None: any number."""
    hears: bool = True
    """Whether notifications can be listened for; else a follower polls."""
    batch_bytes: int = 8_000_000
    """How much is staged at once."""

    def __init__(self) -> None:
        self.erasure_key = ErasureKey()
        self._checked = False

    @staticmethod
    async def open(
        settings: Settings,
        *,
        check: bool = True,
        pool_size: int | None = None,
        embedded: Embedded | None = None,
        reading: bool = False,
    ) -> Database:
        """Connect to DATABASE_URL; else to the Supabase project over HTTPS; else to the embedded server.

        The embedded server is started and migrated on first use; `embedded` replaces that of the home. Raises
        MigrationError for a database of another version, unless `check` is False. `pool_size` counts instead
        of the setting PROPERTY_MANAGER_CONNECTIONS. With `reading` nothing can be written, and the database
        is that of DATABASE_READ_URL where it is set beside DATABASE_URL.
        """
        if settings.database_url is None and settings.supabase_url is not None:
            from database.https import HttpsDatabase  # noqa: PLC0415 its packages cost every other way their start

            return await HttpsDatabase.open_project(settings, check=check)
        from database.direct import DirectDatabase  # noqa: PLC0415 it imports this module

        return await DirectDatabase.open_settings(
            settings, check=check, pool_size=pool_size, embedded=embedded, reading=reading
        )

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the database is, in words, without secrets."""

    @property
    @abstractmethod
    def mode(self) -> Mode:
        """The way that leads to it."""

    @abstractmethod
    async def close(self) -> None:
        """Give the connections back."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @abstractmethod
    async def rows(self, name: str, *args: Any, timeout: float | None = None) -> list[Row]:  # noqa: ASYNC109
        """All rows of the named query; `timeout` bounds it, in seconds, as far as this way can."""

    async def row(self, name: str, *args: Any) -> Row | None:
        """The first row of the named query."""
        found = await self.rows(name, *args)
        return found[0] if found else None

    async def value(self, name: str, *args: Any, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """The first column of the first row of the named query."""
        found = await self.rows(name, *args, timeout=timeout)
        return next(iter(found[0].values())) if found else None

    async def run(self, name: str, *args: Any) -> None:
        """Run the named query without a result."""
        await self.rows(name, *args)

    @abstractmethod
    async def value_within(self, seconds: float, name: str, *args: Any) -> Any:
        """The value of a named query that may not end. Raises OverdueError when it took longer."""

    @abstractmethod
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
        """Stage COPY lines with the session's progress, all or nothing; returns the last row that has landed.

        `touch` is what `touch_session` takes. The lines are the rows after number `landed`; those that have
        landed all the same, by a call whose answer was lost, are passed over.
        """

    @property
    def code_version(self) -> str | None:
        """The code that this program requires while it runs; None when the version was not checked."""
        return checkout().code_version if self._checked else None

    async def require_current(self) -> None:
        """Raise MigrationError when the database was migrated since it was opened."""
        if self._checked:
            require_current((await self.deployed()).compared)

    @abstractmethod
    async def deployed(self) -> Deployed:
        """What the database runs, compared with this program."""

    @asynccontextmanager
    async def transaction(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 (the server keeps it)
    ) -> AsyncIterator[Transaction]:
        """Several queries in one transaction, where the way to the database allows it."""
        yield self._needs_a_connection()

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[asyncpg.Connection]:
        """A separate connection as the login role, for the `db` commands."""
        yield self._needs_a_connection()

    @asynccontextmanager
    async def listener(self) -> AsyncIterator[asyncpg.Connection]:
        """A separate connection for LISTEN. Raises UsageError where nothing can be heard,

        behind a transaction pooler its kind ListeningRefusedError.
        """
        yield self._needs_a_connection()

    def _needs_a_connection(self) -> NoReturn:
        raise UsageError(
            f"this cannot be done over HTTPS, at {self.place}",
            next_step="set DATABASE_URL to the project's connection string (dashboard: Connect)",
        )


Handle: TypeAlias = "Database | AsyncClient"
"""What the public classes are built with."""


def database_of(given: Handle) -> Database:
    """The database that a public class was given: a handle, or a supabase-py client with the secret key.

    The client stays the caller's: it is not closed. Raises UsageError for anything else.
    """
    if isinstance(given, Database):
        return given
    from supabase import AsyncClient, Client  # noqa: PLC0415 only where no handle is given

    from database.https import HttpsDatabase  # noqa: PLC0415 it imports this module

    if isinstance(given, AsyncClient):
        return HttpsDatabase(given)
    what = "a supabase Client, which is not asynchronous" if isinstance(given, Client) else repr(type(given))
    raise UsageError(
        f"the database is {what}",
        next_step="give await Database.open(Settings()), or supabase's await acreate_client(url, key)",
    )
