"""Proof before removal: the pages of listings that scans no longer show are asked, and only then removed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from config.errors import FetchError, NotNowError
from config.source import Source
from database.handle import Database
from database.records import records
from scrapers.fetch import Fetcher
from scrapers.scan import GoneSign, answer_of, measure
from services.pipeline import SyncResult, sync_session
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.scans import Asked, Check, CheckWriter, checks_due, draw_canaries
from services.scans.checks import SCOPE
from services.staging import SessionWriter
from services.verdicts import require_not_paused
from services.workflows.access import ANONYMOUS, Access
from services.workflows.polite import polite

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


async def verify_source(
    database: Database,
    source: Source,
    *,
    access: Access = ANONYMOUS,
    options: SyncOptions = DEFAULT_OPTIONS,
    on_progress: Callable[[Verification], None] = lambda result: None,
) -> Verification:
    """Ask the pages of a source's candidates, and remove what is proven gone by a plan like any other.

    Pages of listings known to be there are asked before and after: unless all of them say so, nothing that
    was found gone counts.
    """
    due = await checks_due(database, source.name, options.now())
    if not due:
        return Verification(source.name)
    await require_not_paused(database, source.name)
    async with polite(database, source, access) as client:
        return await _Verify(database, source, client, options, on_progress).run(due)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A sign as the database keeps it."""

    sign: dict[str, Any]
    measured_at: datetime


class _Verify:
    """The state of one verification."""

    def __init__(
        self,
        database: Database,
        source: Source,
        client: Fetcher,
        options: SyncOptions,
        on_progress: Callable[[Verification], None],
    ) -> None:
        self._database = database
        self._source = source
        self._client = client
        self._options = options
        self._on_progress = on_progress
        self._result = Verification(source.name)
        self._sign = GoneSign(kind="none")

    async def run(self, due: Sequence[Asked]) -> Verification:
        """Ask the pages in a session of their own, and sync it if something is proven."""
        canaries = await draw_canaries(self._database, self._source.name, self._source.removal.canaries)
        session = await SessionWriter.open(
            self._database,
            self._source,
            scope=SCOPE,
            kind="verification",
            session_name=f"{self._source.name} verification",
            clock=self._options.clock,
        )
        self._result.session_id = session.session_id
        async with session.ended(), session.kept_alive():
            writer = CheckWriter(session, self._options.now)
            self._result.suspect = await self._ask_all(writer, due, canaries)
            self._result.proven = await writer.end(self._result.suspect)
        if self._result.proven and self._result.suspect is None:
            self._result.sync = await sync_session(self._database, session.session_id, self._options)
        return self._result

    async def _ask_all(
        self, writer: CheckWriter, due: Sequence[Asked], canaries: Sequence[Asked]
    ) -> str | None:
        """Ask canaries, candidates and canaries again; the reason why nothing counts, if there is one."""
        if not canaries:
            return "no listing is known to be there, so no page can show that the site works"
        half = max(1, len(canaries) // 2)
        if (why := await self._silent(writer, canaries[:half])) is not None:
            return why
        self._result.sign = self._sign = await self._measured(canaries[0])
        async for check in self._answers(due, is_canary=False):
            await writer.note([check])
            self._count(check)
        return await self._silent(writer, canaries[half:] or canaries)

    async def _silent(self, writer: CheckWriter, canaries: Sequence[Asked]) -> str | None:
        """Why the site is not to be believed: a listing is known to be there, and its page says otherwise."""
        checks = [check async for check in self._answers(canaries, is_canary=True)]
        await writer.note(checks)
        self._result.canaries += sum(check.answer == "alive" for check in checks)
        for check in checks:
            if check.answer != "alive":
                return f"{check.url} is known to be there, and its page says otherwise ({check.sign})"
        return None

    async def _answers(self, listings: Sequence[Asked], *, is_canary: bool) -> AsyncIterator[Check]:
        for listing in listings:
            try:
                answer = answer_of(await self._client.get(listing.url), listing.url, self._sign, self._source)
            except NotNowError:
                raise  # what has no page that answers after it is no proof
            except FetchError as error:
                answer = answer_of(error, listing.url, self._sign, self._source)
            yield Check(
                listing.property_id,
                listing.url,
                answer.said,
                answer.sign,
                answer.status,
                answer.page_hash,
                is_canary,
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

    def _count(self, check: Check) -> None:
        result = self._result
        match check.answer:
            case "alive":
                result.alive += 1
            case "gone":
                result.gone += 1
            case _:
                result.unknown += 1
                result.unknown_signs[check.sign] = result.unknown_signs.get(check.sign, 0) + 1
        self._on_progress(result)
