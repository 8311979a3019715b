"""One session being written: opened or resumed, kept alive, ended with a verdict or as failed."""

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
from config.source import Source
from database.direct import Database
from database.retrying import retry
from parsing.staged import StagedRow
from services.staging.rows import ATTEMPTS, BATCH_ROWS, LONGEST_WAIT, RowWriter
from services.staging.suppression import Suppression

log = logging.getLogger(__name__)

Kind = Literal["scrape", "index", "import"]
Verdict = Literal["complete", "partial", "suspect"]


@dataclass(slots=True)
class Progress:
    """How far a session has come; nulls are unknown."""

    current_page: int | None = None
    total_pages: int | None = None
    pages_scraped: int | None = None
    pages_failed: int | None = None


class SessionWriter:
    """One open session that this process alone may write."""

    def __init__(
        self,
        database: Database,
        session_id: UUID,
        source: Source,
        suppression: Suppression | None,
        *,
        writer: UUID,
        next_row: int = 1,
        batch_rows: int = BATCH_ROWS,
        clock: Clock | None = None,
    ) -> None:
        """Use `open` or `resume`."""
        self.session_id: Final = session_id
        self.source: Final = source
        self.progress = Progress()
        self._database = database
        self._writer = writer
        self._clock = clock
        self._suppression = suppression
        self._rows = RowWriter(
            database, session_id, source.volatile, self._touch, next_row=next_row, batch_rows=batch_rows
        )

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
        batch_rows: int = BATCH_ROWS,
    ) -> Self:
        """Start a session over `scope`, what part of the source it covers (a start url, a partition)."""
        await Suppression.require_key(database, source.name)
        writer = uuid4()
        session_id = await database.value(
            "open_session",
            *(source.name, scope, kind, session_name, base_url, filters or {}, writer),
            clock and clock(),
        )
        # read after the session exists: an erasure stops the open sessions that may not know of it
        suppression = await Suppression.load(database, source.name)
        return cls(
            database, session_id, source, suppression, writer=writer, batch_rows=batch_rows, clock=clock
        )

    @classmethod
    async def resume(
        cls, database: Database, session_id: UUID, source: Source, *, clock: Clock | None = None
    ) -> Self:
        """Take an interrupted session over, after its last staged row."""
        writer = uuid4()
        next_row = await database.value("resume_session", session_id, writer)
        suppression = await Suppression.load(database, source.name)
        session = cls(
            database, session_id, source, suppression, writer=writer, next_row=next_row, clock=clock
        )
        for row in await database.rows("staged_masks", session_id):
            session._rows.note_mask(int.from_bytes(row["kept"], "little"))
        return session

    @property
    def rows_staged(self) -> int:
        """Rows taken so far, those of the unsent batch included."""
        return self._rows.count

    @property
    def waiting(self) -> int:
        """The size of the rows that are not sent yet, in bytes."""
        return self._rows.unsent_bytes

    async def add(self, row: StagedRow) -> None:
        """Take one row; a full batch is sent."""
        if self._suppression is not None:
            self._suppression.clean(row)
        await self._rows.add(row)

    async def flush(self) -> None:
        """Send the collected rows, together with the session's progress, in one transaction."""
        await self._rows.flush()

    @asynccontextmanager
    async def kept_alive(self, every_seconds: float = 15.0) -> AsyncIterator[None]:
        """Send heartbeats while rows are slow to come, so that no other process takes the session over."""
        beating = asyncio.create_task(self._beat(every_seconds))
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait({beating})
            if not beating.cancelled():
                beating.result()  # raises what else went wrong there

    async def _beat(self, every_seconds: float) -> None:
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await self._database.run("touch_session", *self._touch())
            except TakenOverError:
                return  # the next flush raises it
            except DatabaseError as error:
                log.warning("session %s: %s", self.session_id, error.message)

    def _touch(self) -> tuple[Any, ...]:
        seen = self.progress
        return (
            *(self.session_id, self._writer, self.rows_staged),
            *(seen.current_page, seen.total_pages, seen.pages_scraped, seen.pages_failed),
        )

    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None:
        """Note the progress of a crawl and send the collected rows, so that a crash loses none."""
        self.progress = Progress(number, total, scraped, failed)
        await self.flush()

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        """Note a page that failed, at once."""
        await self._database.run(
            "record_error", self.session_id, self._writer, url, error_type, message, retries
        )

    async def resolved(self, urls: list[str]) -> None:
        """Mark the errors of pages that failed before and work now as resolved."""
        await self._database.run("resolve_errors", self.session_id, self._writer, urls)

    async def describe(self, facts: dict[str, Any]) -> None:
        """Note facts about the session's input: its columns, its mapping."""
        await self._database.run("describe_session", self.session_id, self._writer, facts)

    async def complete(self, verdict: Verdict, reason: str | None = None) -> None:
        """End the session: from now on it waits for its sync."""
        await self.flush()
        end = partial(
            self._database.run,
            "complete_session",
            *(self.session_id, self._writer, verdict, reason),
            *(self._rows.declared_fields(), self._now()),
        )
        # safe to repeat when the answer was lost: the second time it changes nothing
        await retry(end, attempts=ATTEMPTS, longest_wait=LONGEST_WAIT)

    async def fail(self, message: str) -> None:
        """End the session without a verdict; its rows are kept and never synced."""
        await self._rows.settle()
        await self._database.run("fail_session", self.session_id, self._writer, message, self._now())

    def _now(self) -> datetime | None:
        return self._clock and self._clock()
