"""The end of a scrape: its verdict, and what follows from a suspect one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from config.errors import (
    BlockedError,
    ExtractionError,
    PropertyManagerError,
)
from config.secrets import MASK
from config.source import Source
from database.handle import Database
from scrapers.crawl import CrawlReport, Witness
from services.staging import SessionWriter
from services.staging.session import Verdict
from services.verdicts import Pause, doubts, keep_page, pause_source


@dataclass(frozen=True, slots=True)
class Concluded:
    """The verdict of a scrape, why it is not complete, and the pause that a suspect one led to."""

    verdict: Verdict
    reason: str | None
    pause: Pause | None = None


async def conclude(
    database: Database,
    writer: SessionWriter,
    report: CrawlReport,
    *,
    home: Path | None = None,
    secrets: frozenset[str] = frozenset(),
    only_planned: bool = False,
) -> Concluded:
    """End a session with the verdict of its crawl, or as suspect where its rows look like another page's.

    A suspect session pauses its source, and so does one of far too few rows, whose plan the guard holds; the
    page that shows the problem is kept in the home, without `secrets`.
    """
    verdict: Verdict = report.verdict
    reason, page = report.reason, report.problem
    why = reason if verdict == "suspect" else None
    if verdict != "suspect" and not report.single_page:
        await writer.flush()
        if against := await doubts(database, writer.session_id, verdict):
            why, page = "; ".join(doubt.sentence for doubt in against), report.newest
            if any(doubt.code != "few_rows" for doubt in against):
                verdict, reason = "suspect", why
    await writer.complete(verdict, reason, only_planned=only_planned)
    if why is None or report.single_page:
        return Concluded(verdict, reason)
    pause = await pause_source(
        database,
        writer.source.name,
        why,
        session_id=writer.session_id,
        page=_kept(home, str(writer.session_id), page, secrets),
        least_seconds=report.retry_after or 0.0,
    )
    return Concluded(verdict, reason, pause)


async def pause_after(
    database: Database,
    source: Source,
    error: PropertyManagerError,
    *,
    session_id: UUID,
    home: Path | None,
    secrets: frozenset[str] = frozenset(),
) -> Pause | None:
    """Pause a source whose first page is a block or no list of listings; one that is away is tried again."""
    if not isinstance(error, BlockedError | ExtractionError):
        return None
    asked = error.retry_after if isinstance(error, BlockedError) else None
    return await pause_source(
        database,
        source.name,
        error.message,
        session_id=session_id,
        page=_kept(home, str(session_id), Witness("", error.body), secrets),
        least_seconds=asked or 0.0,
    )


def _kept(home: Path | None, name: str, page: Witness | None, secrets: frozenset[str]) -> str | None:
    """The file that keeps the page; None where there is no page or no home."""
    if home is None or page is None or not page.body:
        return None
    body = page.body
    for secret in sorted(secrets, key=len, reverse=True):
        body = body.replace(secret.encode(), MASK.encode())
    return str(keep_page(home, name, body))
