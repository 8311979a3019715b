"""One session being written: opened or resumed, kept alive, ended with a verdict or as failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, Literal, Self
from uuid import UUID, uuid4

from config import trail
from config.clock import Clock
from config.errors import (
    DatabaseError,
    PropertyManagerError,
    SuppressionOutdatedError,
    TakenOverError,
)
from config.secrets import mask, mask_facts, mask_url
from config.source import Source
from database.handle import Database
from database.retrying import retry
from services.staging.rows import ATTEMPTS, BATCH_ROWS, LONGEST_WAIT, Encoder, Row, RowWriter
from services.staging.suppression import Suppression
from services.staging.unread import UnreadCells

log = logging.getLogger(__name__)

Kind = Literal["scrape", "index", "import", "verification"]
Verdict = Literal["complete", "partial", "suspect"]


@dataclass(slots=True)
class Progress:
    """How far a session has come; nulls are unknown."""

    current_page: int | None = None
    total_pages: int | None = None
    pages_scraped: int | None = None
    pages_failed: int | None = None


class Session(Generic[Row]):
    """One open session that this process alone may write, whatever its rows are.

    A subclass says how its rows are encoded and cleaned of what was erased.
    """

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
        """Use `open`, or `resume` where there is one."""
        self.session_id: Final = session_id
        self.source: Final = source
        self.progress = Progress()
        self.keeps_more = False
        """Whether something else than rows has landed, by which an interrupted session can be resumed."""
        self._database = database
        self._writer = writer
        self._clock = clock
        self._suppression = suppression
        self._unread = UnreadCells()
        self._encoder = self._encoder_of(session_id, source)
        self._rows = RowWriter(
            database,
            session_id,
            self._encoder,
            self._touch,
            self._fenced,
            next_row=next_row,
            batch_rows=batch_rows,
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
        """Start a session over `scope`, what part of the source it covers (a start url, a partition).

        Passwords and tokens in urls are masked before anything is stored, here and in every method.
        """
        kept = mask_facts(filters or {})
        writer = uuid4()
        while True:
            suppression = await Suppression.load(database, source.name)
            try:
                session_id = await database.value(
                    "open_session",
                    *(source.name, mask(scope), kind),
                    *(_cleaned(suppression, session_name), _cleaned(suppression, base_url)),
                    kept if suppression is None else suppression.document(kept),
                    *(writer, clock and clock(), _newest(suppression)),
                )
            except SuppressionOutdatedError:
                continue  # something was erased since the list was loaded
            trail.begin(source.name, session_id)
            return cls(
                database, session_id, source, suppression, writer=writer, batch_rows=batch_rows, clock=clock
            )

    def _encoder_of(self, session_id: UUID, source: Source) -> Encoder[Row]:
        raise NotImplementedError

    def _clean(self, suppression: Suppression, row: Row) -> None:
        """Overwrite in a row what was erased."""
        raise NotImplementedError

    def _note_unread(self, row: Row) -> None:
        """Count the cells of a row that could not be read."""
        raise NotImplementedError

    @property
    def rows_staged(self) -> int:
        """Rows taken so far, those of the unsent batch included."""
        return self._rows.count

    @property
    def waiting(self) -> int:
        """The size of the rows that are not sent yet, in bytes."""
        return self._rows.unsent_bytes

    async def add(self, row: Row) -> None:
        """Take one row; a full batch is sent."""
        if self._suppression is not None:
            self._clean(self._suppression, row)
        self._note_unread(row)
        await self._rows.add(row)

    async def flush(self) -> None:
        """Send the collected rows, together with the session's progress, in one transaction."""
        await self._rows.flush()

    @asynccontextmanager
    async def ended(self, *, resumable: bool = False) -> AsyncIterator[None]:
        """End the session when the work on it is cut short, by an error or by Ctrl-C.

        Where it is `resumable` and has rows, it can be resumed at once; else it has failed.
        """
        try:
            yield
        except (Exception, asyncio.CancelledError) as error:
            await self._cut_short(error, resumable=resumable)
            raise

    async def _cut_short(self, error: BaseException, *, resumable: bool) -> None:
        try:
            if resumable and (self.rows_staged or self.keeps_more):
                await self._rows.flush()
                await self._database.run("interrupt_session", self.session_id, self._writer)
                trail.end(self.session_id)
            else:
                await self.fail(reason_of(error))
        except PropertyManagerError as also:
            # the caller gets the first error; doctor finds the session by its silence
            log.info("cannot end session %s: %s", self.session_id, also.message)

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
                await self._fenced(self._send_touch)
            except TakenOverError:
                return  # the next flush raises it
            except DatabaseError as error:
                log.warning("session %s: %s", self.session_id, error.message)

    async def _send_touch(self) -> None:
        await self._database.run("touch_session", *self._touch())

    def _touch(self) -> tuple[Any, ...]:
        seen = self.progress
        return (
            *(self.session_id, self._writer, self._newest, self.rows_staged),
            *(seen.current_page, seen.total_pages, seen.pages_scraped, seen.pages_failed),
        )

    async def _fenced(self, act: Callable[[], Awaitable[None]]) -> None:
        """Make a call; when something was erased meanwhile, clean what is still here and make it again."""
        while True:
            known = self._newest
            try:
                await act()
            except SuppressionOutdatedError:
                if self._newest == known:  # else another call has loaded the list
                    await self._load_erasures()
            else:
                return

    async def _load_erasures(self) -> None:
        suppression = await Suppression.load(self._database, self.source.name)
        # no other call may come between: from here on this session is of the newer list as a whole
        self._suppression = suppression
        if suppression is not None:
            self._rows.clean_unsent(partial(self._clean, suppression))

    @property
    def _newest(self) -> int:
        return _newest(self._suppression)

    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None:
        """Note the progress of a crawl and send the collected rows, so that a crash loses none."""
        self.progress = Progress(number, total, scraped, failed)
        await self.flush()

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        """Note a page that failed, at once."""
        await self._note(
            "record_error",
            lambda: (self._cleaned(mask_url(url)), error_type, self._cleaned(message), retries),
        )

    async def resolved(self, urls: list[str]) -> None:
        """Mark the errors of pages that failed before and work now as resolved."""
        await self._note("resolve_errors", lambda: ([self._cleaned(mask_url(url)) for url in urls],))

    async def describe(self, facts: dict[str, Any]) -> None:
        """Note facts about the session's input: its columns, its mapping."""
        kept = mask_facts(facts)
        await self._note(
            "describe_session",
            lambda: (kept if self._suppression is None else self._suppression.document(kept),),
        )

    async def ask(self, query: str, arguments: Callable[[], tuple[Any, ...]]) -> Any:
        """Return the value of a query about this session, made again if something was erased meanwhile.

        `arguments` are made anew then: texts in them go through `cleaned`.
        """
        found: list[Any] = []

        async def run() -> None:
            found[:] = [
                await self._database.value(query, self.session_id, self._writer, self._newest, *arguments())
            ]

        await self._fenced(run)
        return found[0]

    def cleaned(self, text: str | None) -> str | None:
        """The text without secrets and without what was erased."""
        return self._cleaned(text)

    async def name_pages(
        self, rows: list[int], ids: list[str], where: str, rule: dict[str, Any] | None
    ) -> None:
        """Give staged rows of a scrape their ids; remember the rule that they follow, if there is one."""
        await self._note("name_pages", lambda: (rows, [self._cleaned(name) for name in ids], where, rule))

    async def complete(
        self, verdict: Verdict, reason: str | None = None, *, only_planned: bool = False
    ) -> None:
        """End the session: from now on it waits for its sync; `only_planned` for a person's word alone."""
        await self.flush()
        if unread := self._unread.facts:
            await self.describe(unread)
        end = partial(
            self._note,
            "complete_session",
            lambda: (
                *(verdict, self._cleaned(reason), self._rows.declared_fields(), self._now()),
                only_planned,
            ),
        )
        # safe to repeat when the answer was lost: the second time it changes nothing
        await retry(end, attempts=ATTEMPTS, longest_wait=LONGEST_WAIT)
        trail.end(self.session_id)

    async def fail(self, message: str) -> None:
        """End the session without a verdict; its rows are kept and never synced."""
        await self._rows.settle()
        await self._note("fail_session", lambda: (self._cleaned(message), self._now()))
        trail.end(self.session_id)

    async def _note(self, query: str, arguments: Callable[[], tuple[Any, ...]]) -> None:
        """Run a query about this session; `arguments` are cleaned by what is suppressed at that moment."""

        async def run() -> None:
            await self._database.run(query, self.session_id, self._writer, self._newest, *arguments())

        await self._fenced(run)

    def _cleaned(self, text: str | None) -> str | None:
        return _cleaned(self._suppression, text)

    def _now(self) -> datetime | None:
        return self._clock and self._clock()


def _newest(suppression: Suppression | None) -> int:
    return 0 if suppression is None else suppression.newest


def _cleaned(suppression: Suppression | None, text: str | None) -> str | None:
    """The text without secrets and without what was erased."""
    if text is None:
        return None
    masked = mask(text)
    return masked if suppression is None else suppression.text(masked)


def reason_of(error: BaseException) -> str:
    """Why a session failed: the error in words, or that it was interrupted."""
    if isinstance(error, PropertyManagerError):
        return error.message
    return f"unexpected {type(error).__name__}: {error}" if isinstance(error, Exception) else "interrupted"
