"""The state of the sources, of what waits, and of the readers of the feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.source import no_sources

if TYPE_CHECKING:
    from services.reports.sessions import SyncRecord
    from services.reports.status import Dashboard, StoppedSession, ViewsFreshness


def render_status(found: Dashboard, *, address: str, mode: str) -> Result:
    """The dashboard, and which database it is of."""
    document = {
        "database": {"mode": mode, "address": address},
        "sources": found.sources,
        "recent_syncs": found.recent_syncs,
        "pending": found.pending,
        "stopped": found.stopped,
        "views": found.views,
        "subscribers": found.subscribers,
    }
    return Result(document, [f"Database: {address} ({mode})", *_lines(found)])


def _lines(found: Dashboard) -> Iterator[object]:
    if not found.sources:
        yield from no_sources()
        return
    yield table(
        ["source", "active", "inactive", "removed", "quarantined", "pending", "held", "last sync"],
        (
            (
                *(each.name, each.active, each.inactive, each.removed, each.quarantined),
                *(each.pending, each.held, each.last_sync),
            )
            for each in found.sources
        ),
    )
    if found.recent_syncs:
        yield table(
            ["session", "source", "sync", "rows", "new", "updated", "removed", "quality", "ended", "why"],
            (_sync_line(each) for each in found.recent_syncs),
            title="Last syncs",
        )
    if found.pending:
        yield f"{counted(len(found.pending), 'session')} waiting."
        yield next_line("sync-pending")
    for session in found.stopped:
        yield from _stopped_lines(session)
    if any(each.held for each in found.sources):
        yield red("A refused plan waits for a decision.")
        yield next_line("plans list")
    yield from _views(found.views)
    yield from (
        red(f"{each.name} cannot follow the feed: {each.error}") for each in found.subscribers if each.error
    )


def _sync_line(sync: SyncRecord) -> tuple[object, ...]:
    return (
        *(short(sync.session_id), sync.source, sync.sync_status, sync.total_scraped, sync.new_properties),
        *(sync.updated_properties, sync.removed_properties, sync.data_quality_score),
        *(sync.completed_at, sync.error_summary),
    )


def _stopped_lines(session: StoppedSession) -> Iterator[str]:
    """A session that failed or was interrupted, and what to do about it."""
    what = "import" if session.kind == "import" else "scrape"
    why = f": {session.error}" if session.error else ""
    next_step = f"scrape --resume {short(session.id)}" if session.resumable else f"run its {what} again"
    where = f" of {session.base_url}" if session.base_url else ""
    yield red(f"{session.source}: session {short(session.id)}{where} {session.status}{why}")
    yield next_line(next_step)


def _views(views: ViewsFreshness | None) -> Iterator[str]:
    if views is None:
        yield "The feed has not begun."
    elif behind := views.feed_position - (views.position or 0):
        yield f"Views are {counted(behind, 'change set')} behind."
        yield next_line("repair")
    else:
        yield f"Views are current (feed position {views.feed_position})."
