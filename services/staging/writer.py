"""One session of listings being written: opened or resumed, and what the pages of a crawl land in it."""

from __future__ import annotations

from functools import partial
from typing import Any, Self
from uuid import UUID, uuid4

from config import trail
from config.clock import Clock
from config.source import Source
from database.handle import Database
from database.retrying import retry
from parsing.staged import StagedRow
from services.staging.copy import RowEncoder
from services.staging.rows import ATTEMPTS, LONGEST_WAIT
from services.staging.session import Session
from services.staging.suppression import Suppression


class SessionWriter(Session[StagedRow]):
    """One open session of listings that this process alone may write."""

    _encoder: RowEncoder

    @classmethod
    async def resume(
        cls, database: Database, session_id: UUID, source: Source, *, clock: Clock | None = None
    ) -> Self:
        """Take an interrupted session over, after its last staged row."""
        writer = uuid4()
        next_row = await database.value("resume_session", session_id, writer)
        trail.begin(source.name, session_id)
        suppression = await Suppression.load(database, source.name)
        session = cls(
            database, session_id, source, suppression, writer=writer, next_row=next_row, clock=clock
        )
        for row in await database.rows("staged_masks", session_id):
            session._encoder.note_mask(int.from_bytes(row["kept"], "little"))
        for row in await database.rows("staged_unread", session_id):
            session._unread.note_staged(row["issues"], row["evidence"], row["source_url"])
        return session

    def _encoder_of(self, session_id: UUID, source: Source) -> RowEncoder:
        return RowEncoder(session_id, source.volatile)

    def _clean(self, suppression: Suppression, row: StagedRow) -> None:
        suppression.clean(row)

    def _note_unread(self, row: StagedRow) -> None:
        if row.issues:
            self._unread.note(row)

    def _cells(self, row: StagedRow) -> dict[str, str | int]:
        """The columns of a row that lands by another call than the writer's own."""
        self._encoder.note(row)
        return self._encoder.cells(row)

    async def land(
        self, worker: UUID, pages: list[dict[str, Any]], rows: list[tuple[int, StagedRow]]
    ) -> set[int]:
        """Stage rows of pages that a worker has claimed, and end the claims, in one transaction.

        Returns the pages that have landed; what another worker has taken over does not.
        """
        landed: set[int] = set()

        async def once() -> None:
            if self._suppression is not None:
                for _, row in rows:
                    self._suppression.clean(row)
                for page in pages:
                    page["message"] = self._cleaned(page["message"])
            found = await self._database.rows(
                "land_pages",
                *(*self._touch(), worker, pages),
                [
                    {"page": page, "place": place, **self._cells(row)}
                    for place, (page, row) in enumerate(rows)
                ],
            )
            landed.update(page["page"] for page in found if page["landed"])

        await retry(partial(self._fenced, once), attempts=ATTEMPTS, longest_wait=LONGEST_WAIT)
        staged = [row for page, row in rows if page in landed]
        self._rows.note_landed(len(staged))
        for row in staged:
            if row.issues:
                self._unread.note(row)
        return landed
