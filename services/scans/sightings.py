"""Sightings sent to the database, and the end of a scan, which compares them with the catalogue."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final, Self
from uuid import UUID

from config.secrets import mask_url
from database.handle import Database
from database.records import record
from database.retrying import retry, when_free
from scrapers.ids import Rule, Seen
from scrapers.scan import Interrupted, PageRead, ScanReport, Sighting
from services.scans.moment import Now
from services.staging import SessionWriter
from services.staging.rows import ATTEMPTS, LONGEST_WAIT
from services.staging.session import Progress

_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class ScanFigures:
    """What a scan saw, and what it means for the catalogue."""

    verdict: str
    reason: str | None
    pages: int
    seam_pages: int
    repeats: int
    passed_over: int
    likely_missed: float
    listings_stated: int | None
    finished: bool
    parts: int
    """Into how many parts the search was divided, as its pages end before its listings do."""
    shown: int
    new: int
    repriced: int
    relisted: int
    unmoved: int
    aside: int
    """Pages that were read lately and did not go live: their rows are set aside."""
    missing: int
    """Listings of the scope that a complete scan did not show; each was counted as missed once more."""
    candidates: int
    """Of these, those missed often enough: their own pages are asked whether they are gone."""
    returned: int
    """Candidates that were shown again."""
    queued: int
    """Detail pages that wait now, of what moved."""

    @property
    def moved(self) -> int:
        """The new, repriced and relisted listings."""
        return self.new + self.repriced + self.relisted


class SightingWriter:
    """Takes what a scan saw: a sink of `scrapers.scan`. Memory is bounded by one batch."""

    def __init__(self, database: Database, session: SessionWriter, rule: Rule | None, now: Now) -> None:
        """Use `of`."""
        self._database = database
        self._session = session
        self._rule = None if rule is None or rule.kind == "page" else rule
        self._now = now
        self._waiting: list[Sighting] = []
        self._pages: list[PageRead] = []

    @classmethod
    async def of(cls, database: Database, session: SessionWriter, now: Now) -> Self:
        """The writer of an open scan; an address gives the id that the source's rule reads from it."""
        remembered = await database.value("id_rule", session.source.name)
        rule = None if remembered is None else Rule.model_validate(remembered)
        return cls(database, session, rule, now)

    async def add(self, seen: list[Sighting]) -> None:
        """Take the sightings of one page; a full batch is sent."""
        self._waiting += seen
        if len(self._waiting) >= 2 * _BATCH:  # pages of lists in parts are not noted
            await self.flush()

    async def page_read(self, page: PageRead) -> None:
        """Take a page whose sightings were taken; a full batch is sent."""
        self._pages.append(page)
        self._session.progress = Progress(current_page=page.page)
        if len(self._waiting) >= _BATCH:
            await self.flush()

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        """Note a page that failed, at once."""
        await self._session.error(url, error_type, message, retries)

    async def flush(self) -> None:
        """Send the sightings that wait, with their pages."""
        if self._waiting or self._pages:
            await self._asked(
                "note_sightings",
                lambda: ([self._row(each) for each in self._waiting], list(map(self._page, self._pages))),
            )
            self._waiting, self._pages = [], []
            self._session.keeps_more = True

    async def end(self, report: ScanReport, tier: str, *, removal: bool) -> ScanFigures:
        """End the scan and compare it with the catalogue, as soon as no sync of the source runs."""
        await self.flush()
        end = partial(
            self._asked,
            "end_scan",
            lambda: (
                *(tier, report.verdict, self._session.cleaned(report.reason)),
                *(removal, report.figures, self._now()),
            ),
        )
        found: dict[str, Any] = await when_free(end)
        return record(ScanFigures, found)

    async def _asked(self, query: str, arguments: Any) -> Any:
        # safe to repeat when the answer was lost: what has landed is passed over
        return await retry(
            partial(self._session.ask, query, arguments), attempts=ATTEMPTS, longest_wait=LONGEST_WAIT
        )

    def _page(self, page: PageRead) -> dict[str, Any]:
        return {**asdict(page), "url": self._session.cleaned(mask_url(page.url))}

    def _row(self, seen: Sighting) -> dict[str, Any]:
        return {
            "position": seen.position,
            "page": seen.page,
            "source_url": self._session.cleaned(mask_url(seen.url)),
            "property_id": None if self._rule is None else self._rule.read(Seen(seen.url)),
            "title": self._session.cleaned(seen.title),
            "price": None if seen.price is None else str(seen.price),
            "currency": seen.currency,
        }


async def interrupted_scan(database: Database, session_id: UUID) -> Interrupted:
    """How far an interrupted scan had come."""
    pages = await database.rows("scan_pages", session_id)
    seen = await database.rows("sighted_urls", session_id)
    return Interrupted(
        [PageRead(number, row["url"], row["cards"], row["fresh"]) for number, row in enumerate(pages, 1)],
        [row["url"] for row in seen],
    )
