"""What pages answer for the removal of their listings, beside pages of listings known to be there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from config.errors import FetchError, NotNowError
from config.source import Source
from database.handle import Database
from database.records import records
from scrapers.crawl.frontier import QueuedPage
from scrapers.fetch import Fetcher, FetchResult
from scrapers.scan import GoneSign, answer_of, measure
from services.pipeline import SyncResult, sync_session
from services.pipeline.options import SyncOptions
from services.scans import Asked, Check, CheckWriter, draw_canaries
from services.scans.checks import SCOPE
from services.staging import SessionWriter

_SIGN_LASTS: Final = timedelta(days=7)


@dataclass(slots=True)
class Verification:
    """One verification: what the pages answered, and the sync of what they proved."""

    source: str
    session_id: UUID | None = None
    alive: int = 0
    gone: int = 0
    """Pages that said gone, for the first time or the second."""
    unknown: int = 0
    canaries: int = 0
    """Pages of listings known to be there that said so."""
    sign: GoneSign | None = None
    proven: int = 0
    """Listings that are proven gone: their pages said so twice, far enough apart."""
    suspect: str | None = None
    """Why nothing that was found gone counts."""
    unknown_signs: dict[str, int] = field(default_factory=dict)
    """Why pages said neither, and how many."""
    sync: SyncResult | None = None

    @property
    def asked(self) -> int:
        """Pages of candidates that were asked."""
        return self.alive + self.gone + self.unknown

    def count(self, check: Check) -> None:
        """Count what a candidate's page answered."""
        match check.answer:
            case "alive":
                self.alive += 1
            case "gone":
                self.gone += 1
            case _:
                self.unknown += 1
                self.unknown_signs[check.sign] = self.unknown_signs.get(check.sign, 0) + 1


@dataclass(frozen=True, slots=True)
class _Measured:
    """A sign as the database keeps it."""

    sign: dict[str, Any]
    measured_at: datetime


class Proofs:
    """The answers that one worker gets, in a session of their own that the first of them opens.

    Pages of listings known to be there are asked before the first and after the last: unless all of them say
    so, nothing that was found gone counts.
    """

    def __init__(
        self,
        database: Database,
        source: Source,
        client: Fetcher,
        options: SyncOptions,
        on_answer: Callable[[Verification], None],
    ) -> None:
        """Use `of`."""
        self.result = Verification(source.name)
        self._database = database
        self._source = source
        self._client = client
        self._options = options
        self._on_answer = on_answer
        self._sign = GoneSign(kind="none")
        self._later: Sequence[Asked] = ()
        self._writer: CheckWriter | None = None
        self._opening = asyncio.Lock()
        self._open_until = AsyncExitStack()

    @classmethod
    @asynccontextmanager
    async def of(
        cls,
        database: Database,
        source: Source,
        client: Fetcher,
        options: SyncOptions,
        on_answer: Callable[[Verification], None] = lambda result: None,
    ) -> AsyncIterator[Proofs]:
        """Take the answers of a source's pages; at the end, those count that other pages vouch for.

        Cut short, none of what was found gone counts.
        """
        proofs = cls(database, source, client, options, on_answer)
        async with proofs._open_until:
            yield proofs
            await proofs._end()

    async def silent(self) -> str | None:
        """Why no page is to be believed; the first call asks pages of listings known to be there."""
        async with self._opening:
            if self._writer is None:
                await self._begin()
            return self.result.suspect

    async def note(self, page: QueuedPage, answer: FetchResult | FetchError) -> str:
        """Record what the page of a candidate answers: "alive", "gone" or "unknown"."""
        if self._writer is None or page.verifies is None:
            raise AssertionError("no verification was begun")
        check = self._check(Asked(page.verifies, page.url), answer, is_canary=False)
        await self._writer.note([check])
        self.result.count(check)
        self._on_answer(self.result)
        return check.answer

    async def sync(self) -> None:
        """Remove what is proven gone, by a plan like any other."""
        if self.result.proven and self.result.suspect is None and self.result.session_id is not None:
            self.result.sync = await sync_session(self._database, self.result.session_id, self._options)

    async def _begin(self) -> None:
        canaries = await draw_canaries(self._database, self._source.name, self._source.removal.canaries)
        session = await SessionWriter.open(
            self._database,
            self._source,
            scope=SCOPE,
            kind="verification",
            session_name=f"{self._source.name} verification",
            clock=self._options.clock,
        )
        self.result.session_id = session.session_id
        await self._open_until.enter_async_context(session.ended())
        await self._open_until.enter_async_context(session.kept_alive())
        self._writer = CheckWriter(session, self._options.now)
        if not canaries:
            self.result.suspect = "no listing is known to be there, so no page can show that the site works"
            return
        half = max(1, len(canaries) // 2)
        self._later = canaries[half:] or canaries
        self.result.suspect = await self._unanswered(self._writer, canaries[:half])
        if self.result.suspect is None:
            self.result.sign = self._sign = await self._measured(canaries[0])

    async def _end(self) -> None:
        if self._writer is not None:
            if self.result.suspect is None:
                self.result.suspect = await self._unanswered(self._writer, self._later)
            self.result.proven = await self._writer.end(self.result.suspect)

    async def _unanswered(self, writer: CheckWriter, canaries: Sequence[Asked]) -> str | None:
        """Why the site is not to be believed: a listing is known to be there, and its page says otherwise."""
        checks = [self._check(canary, await self._answer(canary.url), is_canary=True) for canary in canaries]
        await writer.note(checks)
        self.result.canaries += sum(check.answer == "alive" for check in checks)
        for check in checks:
            if check.answer != "alive":
                return f"{check.url} is known to be there, and its page says otherwise ({check.sign})"
        return None

    async def _answer(self, url: str) -> FetchResult | FetchError:
        try:
            return await self._client.get(url, html_only=True)
        except NotNowError:
            raise  # what has no page that answers after it is no proof
        except FetchError as error:
            return error

    def _check(self, listing: Asked, answer: FetchResult | FetchError, *, is_canary: bool) -> Check:
        read = answer_of(answer, listing.url, self._sign, self._source)
        return Check(
            listing.property_id, listing.url, read.said, read.sign, read.status, read.page_hash, is_canary
        )

    async def _measured(self, known: Asked) -> GoneSign:
        """How the site answers for a listing that never was, measured once a week."""
        now = self._options.now() or datetime.now(UTC)
        for known_sign in records(_Measured, await self._database.rows("gone_sign", self._source.name)):
            if known_sign.measured_at > now - _SIGN_LASTS:
                return GoneSign.model_validate(known_sign.sign)
        sign = await measure(self._client.get, known.url, known.property_id)
        await self._database.run(
            "note_gone_sign", self._source.name, sign.model_dump(mode="json"), self._options.now()
        )
        return sign
