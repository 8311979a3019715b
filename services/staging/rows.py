"""Rows sent to staging: encoded, collected in batches and sent by COPY."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from config.spans import span
from database.handle import Database, Staging
from database.retrying import retry

BATCH_ROWS: Final = 5_000
ATTEMPTS: Final = 5
"""How often a call is made at most when transient errors keep it from succeeding."""
LONGEST_WAIT: Final = 2.0
"""The longest wait between two attempts, in seconds."""

_ROWS_A_TURN: Final = 8

Send = Callable[[], Awaitable[None]]
Row = TypeVar("Row")


class Encoder(Protocol[Row]):
    """Makes COPY lines of one session's rows, and knows which fields they state."""

    @property
    def table(self) -> Staging: ...
    @property
    def columns(self) -> tuple[str, ...]: ...

    def encode(self, row_no: int, row: Row) -> bytes:
        """One COPY line, its columns in the order of `columns`."""
        ...

    def decode(self, line: bytes) -> tuple[int, Row]:
        """The row number and the row of a line that `encode` made."""
        ...

    def note(self, row: Row) -> None:
        """Count the fields that a row states."""
        ...

    def declared_fields(self) -> list[str]:
        """The fields that at least one row stated."""
        ...


class RowWriter(Generic[Row]):
    """Sends one session's rows. Memory is bounded by two batches, whatever the session's size."""

    def __init__(
        self,
        database: Database,
        session_id: UUID,
        encoder: Encoder[Row],
        touch: Callable[[], tuple[Any, ...]],
        fenced: Callable[[Send], Awaitable[None]],
        *,
        next_row: int,
        batch_rows: int,
    ) -> None:
        """`touch` returns the arguments of `touch_session`, which goes before each batch.

        `fenced` sends a batch, and sends it again, cleaned by `clean_unsent`, when something was erased
        since the list of erasures was loaded.
        """
        self._database = database
        self._session_id = session_id
        self._touch = touch
        self._fenced = fenced
        self._next_row = next_row
        self._batch_rows = batch_rows
        self._encoder = encoder
        self._lines: list[bytes] = []
        self._size = 0
        self._sending: tuple[list[bytes], asyncio.Task[None]] | None = None
        self._landed = next_row - 1  # the number of the last row that is known to have landed

    @property
    def count(self) -> int:
        """Rows taken so far, those of the unsent batch included."""
        return self._next_row - 1

    @property
    def unsent_bytes(self) -> int:
        """The size of the rows that are not sent yet."""
        return self._size

    def declared_fields(self) -> list[str]:
        """The fields that at least one row has."""
        return self._encoder.declared_fields()

    async def add(self, row: Row) -> None:
        """Take one row; a full batch is sent."""
        line = self._encoder.encode(self._next_row, row)
        self._next_row += 1
        self._encoder.note(row)
        self._lines.append(line)
        self._size += len(line)
        if len(self._lines) >= self._batch_rows or self._size >= self._database.batch_bytes:
            await self._send_in_background()
        elif self._sending is not None and not self._next_row % _ROWS_A_TURN:
            await asyncio.sleep(0)  # lets the batch that is being sent go on

    def note_landed(self, rows: int) -> None:
        """Count rows that have landed by another call."""
        self._next_row += rows
        self._landed += rows

    def clean_unsent(self, clean: Callable[[Row], None]) -> None:
        """Clean the rows that have not landed, those of a batch that is being sent included."""
        for lines in (self._lines, *([self._sending[0]] if self._sending else [])):
            for place, line in enumerate(lines):
                row_no, row = self._encoder.decode(line)
                clean(row)
                self._encoder.note(row)
                lines[place] = self._encoder.encode(row_no, row)
        self._size = sum(map(len, self._lines))

    async def flush(self) -> None:
        """Send the collected rows, together with the session's progress, in one transaction."""
        await self._batch_sent()
        await self._send(self._lines, self.count)
        # not before: rows that could not be sent go with the next flush, or the session cannot be completed
        self._lines, self._size = [], 0

    async def settle(self) -> None:
        """Wait until no batch is being sent, whether or not it landed."""
        if self._sending is not None:
            await asyncio.wait({self._sending[1]})

    async def _send_in_background(self) -> None:
        """Send the full batch while the next is collected: the server parses on another core."""
        await self._batch_sent()
        batch, self._lines, self._size = self._lines, [], 0
        self._sending = batch, asyncio.create_task(self._send(batch, self.count))

    async def _batch_sent(self) -> None:
        """Wait for the batch that is being sent; if that failed, its rows are collected again."""
        if self._sending is None:
            return
        batch, task = self._sending
        try:
            await task
        except BaseException:
            self._lines, self._size = batch + self._lines, self._size + sum(map(len, batch))
            raise
        finally:
            self._sending = None

    async def _send(self, lines: list[bytes], last: int) -> None:
        """Send the rows up to number `last`, again after a transient error or an erasure."""
        once = partial(self._send_once, lines, last)
        with span("land") as made:
            await retry(partial(self._fenced, once), attempts=ATTEMPTS, longest_wait=LONGEST_WAIT)
            made.count({"rows": len(lines)})

    async def _send_once(self, lines: list[bytes], last: int) -> None:
        # the last lines only: those before have landed by an earlier attempt
        unsent = lines[self._landed - last :] if self._landed < last else []
        self._landed = await self._database.stage(
            self._session_id,
            self._touch(),
            self._encoder.columns,
            unsent,
            landed=self._landed,
            table=self._encoder.table,
        )
