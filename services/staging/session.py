"""One session being written: opened, filled batch by batch, ended with a verdict or as failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, Self
from uuid import UUID, uuid4

from config.clock import Clock
from config.errors import DatabaseError, TakenOverError
from config.listing import FIELDS
from config.source import Source
from database.direct import Database
from database.retrying import retry
from parsing.staged import StagedRow
from services.staging.copy import COPY_OPTIONS, RowEncoder
from services.staging.suppression import Suppression

log = logging.getLogger(__name__)

Kind = Literal["scrape", "index", "import"]
Verdict = Literal["complete", "partial", "suspect"]


_BATCH_ROWS: Final = 5_000
_BATCH_BYTES: Final = 8_000_000
_CHUNK_BYTES: Final = 256_000
_ROWS_A_TURN: Final = 8
_ATTEMPTS: Final = 5


@dataclass(slots=True)
class Progress:
    """How far a session has come; nulls are unknown."""

    current_page: int | None = None
    total_pages: int | None = None
    pages_scraped: int | None = None
    pages_failed: int | None = None


class SessionWriter:
    """Stages rows into one open session. Memory is bounded by two batches, whatever the session's size."""

    def __init__(
        self,
        database: Database,
        session_id: UUID,
        source: Source,
        *,
        writer: UUID,
        next_row: int,
        clock: Clock | None,
        suppression: Suppression | None,
    ) -> None:
        """Use `open` or `resume`."""
        self.session_id: Final = session_id
        self.source: Final = source
        self.progress = Progress()
        self._database = database
        self._writer = writer
        self._next_row = next_row
        self._clock = clock
        self._suppression = suppression
        self._encoder = RowEncoder(session_id, source.volatile)
        self._lines: list[bytes] = []
        self._size = 0
        self._underway: tuple[list[bytes], asyncio.Task[None]] | None = None
        self._landed = next_row - 1  # the number of the last row that is known to have landed
        self._kept_by_all = (1 << len(FIELDS)) - 1

    @classmethod
    async def open(
        cls,
        database: Database,
        source: Source,
        *,
        scope: str,
        kind: Kind,
        session_name: str | None = None,
        base_url: str | None = None,
        filters: dict[str, object] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Start a session over `scope`, what part of the source it covers (a start url, a partition)."""
        await Suppression.require_key(database, source.name)
        writer = uuid4()
        session_id = await database.value(
            "open_session",
            *(source.name, scope, kind, session_name, base_url, filters or {}, writer),
            clock and clock(),
        )
        # read once the session is there to be stopped: an erasure stops those that may not know of it
        suppression = await Suppression.load(database, source.name)
        return cls(
            database, session_id, source, writer=writer, next_row=1, clock=clock, suppression=suppression
        )

    @classmethod
    async def resume(
        cls,
        database: Database,
        session_id: UUID,
        source: Source,
        *,
        clock: Clock | None = None,
    ) -> Self:
        """Take an interrupted session over, behind its last staged row."""
        writer = uuid4()
        next_row = await database.value("resume_session", session_id, writer)
        suppression = await Suppression.load(database, source.name)
        session = cls(
            database,
            session_id,
            source,
            writer=writer,
            next_row=next_row,
            clock=clock,
            suppression=suppression,
        )
        for row in await database.rows("staged_masks", session_id):
            session._kept_by_all &= int.from_bytes(row["kept"], "little")
        return session

    @property
    def rows_staged(self) -> int:
        """Rows taken so far, those of the unsent batch included."""
        return self._next_row - 1

    @property
    def waiting(self) -> int:
        """Bytes that wait to be sent."""
        return self._size

    async def add(self, row: StagedRow) -> None:
        """Take one row; a full batch is sent."""
        if self._suppression is not None:
            self._suppression.clean(row)
        line = self._encoder.encode(self._next_row, row)
        self._next_row += 1
        self._kept_by_all &= row.kept
        self._lines.append(line)
        self._size += len(line)
        if len(self._lines) >= _BATCH_ROWS or self._size >= _BATCH_BYTES:
            await self._send_meanwhile()
        elif self._underway is not None and not self._next_row % _ROWS_A_TURN:
            await asyncio.sleep(0)  # a turn for the batch that is being sent

    async def flush(self) -> None:
        """Send what waits, together with the session's progress, in one transaction."""
        await self._arrived()
        await self._send(self._lines, self.rows_staged)
        # only now: rows that could not be sent are sent by the next flush, or the session cannot be completed
        self._lines, self._size = [], 0

    async def _send_meanwhile(self) -> None:
        """Send the full batch while the next is read: the server parses on a core of its own."""
        await self._arrived()
        batch, self._lines, self._size = self._lines, [], 0
        self._underway = batch, asyncio.create_task(self._send(batch, self.rows_staged))

    async def _arrived(self) -> None:
        """Wait for the batch underway; its rows wait again if they could not be sent."""
        if self._underway is None:
            return
        batch, sending = self._underway
        try:
            await sending
        except BaseException:
            self._lines, self._size = batch + self._lines, self._size + sum(map(len, batch))
            raise
        finally:
            self._underway = None

    async def _send(self, lines: list[bytes], last: int) -> None:
        """Send the rows up to number `last`; again, where the connection was lost."""
        await retry(partial(self._send_once, lines, last), attempts=_ATTEMPTS, longest_wait=2)

    async def _send_once(self, lines: list[bytes], last: int) -> None:
        async with self._database.transaction() as transaction:
            await transaction.run("touch_session", *self._touch())
            # an answer may be missing: touching waited for what it was about, which has landed or never will
            self._landed += await transaction.value("rows_landed", self.session_id, self._landed)
            if self._landed < last:
                lines = lines[self._landed - last :]
                await transaction.copy(
                    "property_scrapes_staging", self._encoder.columns, _chunks(lines), **COPY_OPTIONS
                )

    @asynccontextmanager
    async def kept_alive(self, every_seconds: float = 15.0) -> AsyncIterator[None]:
        """Show that we are at it while rows are slow to come, so that nobody takes the session over."""
        beating = asyncio.create_task(self._beat(every_seconds))
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait({beating})
            if not beating.cancelled():
                beating.result()  # whatever else went wrong there is told

    async def _beat(self, every_seconds: float) -> None:
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await self._database.run("touch_session", *self._touch())
            except TakenOverError:
                return  # the next flush is refused, and says so
            except DatabaseError as error:
                log.warning("session %s: %s", self.session_id, error.message)

    def _touch(self) -> tuple[Any, ...]:
        seen = self.progress
        return (
            *(self.session_id, self._writer, self.rows_staged),
            *(seen.current_page, seen.total_pages, seen.pages_scraped, seen.pages_failed),
        )

    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None:
        """Note the progress of a crawl and send what waits: what was read is never lost."""
        self.progress = Progress(number, total, scraped, failed)
        await self.flush()

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        """Note a page that failed, at once."""
        await self._database.run(
            "record_error", self.session_id, self._writer, url, error_type, message, retries
        )

    async def resolved(self, urls: list[str]) -> None:
        """These pages failed before and work now."""
        await self._database.run("resolve_errors", self.session_id, self._writer, urls)

    async def describe(self, facts: dict[str, Any]) -> None:
        """Note what the session's input looks like, beside the filters it was opened with."""
        await self._database.run("describe_session", self.session_id, self._writer, facts)

    async def complete(self, verdict: Verdict, reason: str | None = None) -> None:
        """End the session: what it holds now waits for its sync."""
        await self.flush()
        declared = [field.name for bit, field in enumerate(FIELDS) if not self._kept_by_all >> bit & 1]
        await self._repeat(
            "complete_session", self.session_id, self._writer, verdict, reason, declared, self._now()
        )

    async def _repeat(self, name: str, *args: Any) -> None:
        """A call that does nothing the second time: made again when its answer was lost."""
        await retry(partial(self._database.run, name, *args), attempts=_ATTEMPTS, longest_wait=2)

    def _now(self) -> datetime | None:
        return self._clock and self._clock()

    async def fail(self, message: str) -> None:
        """End the session without a verdict; its rows are kept and never synced."""
        if self._underway is not None:
            await asyncio.wait({self._underway[1]})
        await self._database.run("fail_session", self.session_id, self._writer, message, self._now())


async def _chunks(lines: list[bytes]) -> AsyncIterator[bytes]:
    start, size = 0, 0
    for end, line in enumerate(lines, 1):
        size += len(line)
        if size >= _CHUNK_BYTES:
            yield b"".join(lines[start:end])
            start, size = end, 0
    if start < len(lines):
        yield b"".join(lines[start:])
