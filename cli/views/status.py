"""The state of the sources, of what waits, and of the readers of the feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.render import Result, table
from cli.text import counted, red, short

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
        yield "No sources yet.    next: scrape --url URL, or demo"
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
        yield f"{counted(len(found.pending), 'session')} waiting    next: sync-pending"
    yield from map(_stopped_line, found.stopped)
    if any(each.held for each in found.sources):
        yield red("A refused plan waits for a decision    next: plans list")
    yield _views(found.views)
    yield from (
        red(f"{each.name} cannot follow the feed: {each.error}") for each in found.subscribers if each.error
    )


def _sync_line(sync: SyncRecord) -> tuple[object, ...]:
    return (
        *(short(sync.session_id), sync.source, sync.sync_status, sync.total_scraped, sync.new_properties),
        *(sync.updated_properties, sync.removed_properties, sync.data_quality_score),
        *(sync.completed_at, sync.error_summary),
    )


def _stopped_line(session: StoppedSession) -> str:
    """A session that failed or was interrupted, and what to do about it."""
    what = "import" if session.kind == "import" else "scrape"
    why = f": {session.error}" if session.error else ""
    next_step = f"scrape --resume {short(session.id)}" if session.resumable else f"run its {what} again"
    where = f" of {session.base_url}" if session.base_url else ""
    return red(
        f"{session.source}: session {short(session.id)}{where} {session.status}{why}    next: {next_step}"
    )


def _views(views: ViewsFreshness | None) -> str:
    if views is None:
        return "The feed has not begun."
    behind = views.feed_position - (views.position or 0)
    if not behind:
        return f"Views are current (feed position {views.feed_position})."
    return f"Views are {counted(behind, 'change set')} behind    next: repair"
