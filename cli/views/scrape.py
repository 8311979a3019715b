"""A scrape: what it covered, and its sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.render import Result
from cli.text import counted, short
from cli.views.sync import PARTLY_DONE, REFUSED, document_of, sync_lines

if TYPE_CHECKING:
    from services.workflows.scrape import ScrapeResult


def render_scrape(scraped: ScrapeResult) -> Result:
    """One scrape, and its sync unless that was left out."""
    return Result(document_of(scrape_session(scraped), scraped.sync), _lines(scraped), _exit_code(scraped))


def scrape_session(scraped: ScrapeResult) -> dict[str, Any]:
    """The value of "session" in what `scrape --json` prints."""
    names = ("source", "kind", "rows", "pages", "failed", "verdict", "reason")
    return {"id": scraped.session_id, **{name: getattr(scraped, name) for name in names}}


def _lines(scraped: ScrapeResult) -> list[str]:
    session = short(scraped.session_id)
    read = f"{counted(scraped.rows, 'row')} from {counted(scraped.pages, 'page')} of {scraped.source}"
    reason = f" ({scraped.reason})" if scraped.reason else ""
    lines = [f"Session {session}: {read}, {scraped.verdict}{reason}."]
    if scraped.failed:
        lines.append(
            f"{counted(scraped.failed, 'page')} failed    see: session-details --session-id {session}"
        )
    if scraped.sync is None:
        return [*lines, f"Staged, not synced.    next: sync --session-id {session}"]
    return [*lines, *sync_lines(scraped.sync)]


def _exit_code(scraped: ScrapeResult) -> int:
    held = scraped.sync is not None and scraped.sync.status == "held"
    if held or scraped.verdict == "suspect":
        return REFUSED
    return PARTLY_DONE if scraped.failed else 0
