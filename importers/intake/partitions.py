"""The sessions of one import: one, or one for each value of the partition column."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self
from uuid import UUID

from config.errors import UsageError
from parsing.staged import StagedRow
from parsing.text import repair

MOST_PARTITIONS: Final = 1_000
"""A column with more values than this is not a partition."""

_UNSENT_BYTES: Final = 16_000_000
_LONGEST_NAME: Final = 200


class OpenSession(Protocol):
    """A session that takes rows."""

    @property
    def session_id(self) -> UUID: ...
    @property
    def rows_staged(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    async def add(self, row: StagedRow) -> None: ...
    async def flush(self) -> None: ...
    async def describe(self, facts: dict[str, Any]) -> None: ...
    async def complete(
        self,
        verdict: Literal["complete", "partial", "suspect"],
        reason: str | None = None,
        *,
        only_planned: bool = False,
    ) -> None: ...
    def ended(self) -> AbstractAsyncContextManager[None]: ...
    def kept_alive(self) -> AbstractAsyncContextManager[None]: ...


Open = Callable[[str], Awaitable[OpenSession]]


class Partitions:
    """Opens a session at its first row; all sessions together hold at most `unsent_bytes`."""

    def __init__(
        self,
        open_session: Open,
        column: str | None,
        *,
        scope: str = "import",
        unsent_bytes: int = _UNSENT_BYTES,
    ) -> None:
        self._open = open_session
        self._unsent_bytes = unsent_bytes
        self._import_scope = scope
        self._column = column
        self._waiting = 0
        self._latest: str | None = None
        self._open_sessions = AsyncExitStack()
        self.sessions: dict[str | None, OpenSession] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """An error or Ctrl-C fails all sessions that are open: their rows are kept and never synced."""
        await self._open_sessions.__aexit__(kind, error, trace)

    @property
    def rows_staged(self) -> int:
        return sum(session.rows_staged for session in self.sessions.values())

    async def add(self, row: StagedRow, part: str | None, *, trusted: bool = True) -> None:
        """Stage a row in its partition; one that cannot be trusted joins the row before it."""
        name = None if self._column is None else repair(part or "")[0][:_LONGEST_NAME]
        if not trusted and self.sessions and name not in self.sessions:
            name = self._latest
        session = self.sessions.get(name) or await self.begin(name)
        self._latest = name
        before = session.waiting
        await session.add(row)
        self._waiting += session.waiting - before
        if self._waiting > self._unsent_bytes:
            await self._flush_fullest()

    async def begin(self, name: str | None) -> OpenSession:
        """Open the session of a partition."""
        if len(self.sessions) >= MOST_PARTITIONS:
            raise UsageError(
                f"the partition column {self._column!r} has more than {MOST_PARTITIONS:,} values",
                next_step="name a column that divides the file into few parts, such as the state",
            )
        session = await self._open(self._scope(name))
        self.sessions[name] = session
        await self._open_sessions.enter_async_context(session.ended())
        await self._open_sessions.enter_async_context(session.kept_alive())
        return session

    def _scope(self, name: str | None) -> str:
        return self._import_scope if name is None else f"{self._import_scope}:{self._column}={name}"

    async def _flush_fullest(self) -> None:
        """Send the rows of the fullest sessions until half of the limit is left."""
        for session in sorted(self.sessions.values(), key=lambda each: -each.waiting):
            await session.flush()
            self._waiting = sum(each.waiting for each in self.sessions.values())
            if self._waiting < self._unsent_bytes // 2:
                return
