"""A scrape: what it covered, and its sync."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.render import Result
from cli.text import counted, short
from cli.views.sync import PARTLY_DONE, REFUSED, document_of, sync_lines, unread_lines

if TYPE_CHECKING:
    from services.staging.ids import NamedPages
    from services.workflows.scrape import ScrapeResult


def render_scrape(scraped: ScrapeResult) -> Result:
    """One scrape, and its sync unless that was left out."""
    document = document_of(scrape_session(scraped), scraped.sync, unread=scraped.unread)
    return Result(document, _lines(scraped), _exit_code(scraped))


def scrape_session(scraped: ScrapeResult) -> dict[str, Any]:
    """The value of "session" in what `scrape --json` prints."""
    names = ("source", "kind", "rows", "pages", "failed", "verdict", "reason")
    session = {"id": scraped.session_id, **{name: getattr(scraped, name) for name in names}}
    return {**session, "ids": None if scraped.ids is None else asdict(scraped.ids)}


def _lines(scraped: ScrapeResult) -> list[str]:
    session = short(scraped.session_id)
    read = f"{counted(scraped.rows, 'row')} from {counted(scraped.pages, 'page')} of {scraped.source}"
    reason = f" ({scraped.reason})" if scraped.reason else ""
    lines = [f"Session {session}: {read}, {scraped.verdict}{reason}."]
    lines += _id_lines(scraped.ids)
    if scraped.failed:
        lines.append(
            f"{counted(scraped.failed, 'page')} failed    see: session-details --session-id {session}"
        )
    if scraped.sync is None:
        lines.append(f"Staged, not synced.    next: sync --session-id {session}")
        return [*lines, *unread_lines(scraped.unread)]
    return [*lines, *sync_lines(scraped.sync)]


def _id_lines(ids: NamedPages | None) -> list[str]:
    """What a new or changed rule for ids is; the usual one goes without saying."""
    if ids is None or not (ids.is_new or ids.instead_of):
        return []
    if ids.instead_of:
        return [
            f"A listing's id is now {ids.rule}: {ids.instead_of} no longer tells homes apart. "
            "Listings that are known by their address keep their ids."
        ]
    return [f"A listing's id is {ids.rule}, from now on."]


def _exit_code(scraped: ScrapeResult) -> int:
    held = scraped.sync is not None and scraped.sync.status == "held"
    if held or scraped.verdict == "suspect":
        return REFUSED
    return PARTLY_DONE if scraped.failed else 0
