"""What the pages of listings answered when they were asked whether their listing is still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from database.handle import Database
from database.retrying import retry
from services.scans.moment import Now
from services.staging import SessionWriter
from services.staging.rows import ATTEMPTS, LONGEST_WAIT

SCOPE: Final = "(verification)"
"""The scope of sessions that ask pages whether their listing is gone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A listing whose page is to be asked."""

    property_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Check:
    """One answer; `sign` says what it was read from."""

    property_id: str
    url: str
    answer: str
    sign: str
    status: int | None
    page_hash: str | None
    is_canary: bool


async def queue_checks(database: Database, source: str, now: datetime | None) -> int:
    """Queue the pages of candidates that are to be asked now; return how many of them wait."""
    queued: int = await database.value("queue_checks", source, now)
    return queued


async def draw_canaries(database: Database, source: str, number: int) -> list[Asked]:
    """Listings that the newest scan showed, drawn by chance: their pages must say that they are there."""
    return [Asked(row["property_id"], row["url"]) for row in await database.rows("canaries", source, number)]


class CheckWriter:
    """Writes the answers of one verification."""

    def __init__(self, session: SessionWriter, now: Now) -> None:
        self._session = session
        self._now = now

    async def note(self, checks: Sequence[Check]) -> None:
        """Store answers, and what follows for the candidates."""
        await self._asked("note_checks", lambda: ([self._row(each) for each in checks], self._now()))

    async def end(self, reason: str | None) -> int:
        """End the verification, as suspect where there is a reason; return how many are proven gone."""
        verdict = "partial" if reason is None else "suspect"
        found: int = await self._asked(
            "end_verification", lambda: (verdict, self._session.cleaned(reason), self._now())
        )
        return found

    async def _asked(self, query: str, arguments: Any) -> Any:
        return await retry(
            partial(self._session.ask, query, arguments), attempts=ATTEMPTS, longest_wait=LONGEST_WAIT
        )

    def _row(self, check: Check) -> dict[str, Any]:
        return {
            **asdict(check),
            "url": self._session.cleaned(check.url),
            "sign": self._session.cleaned(check.sign),
        }
