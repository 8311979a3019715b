"""The state of the sources, of what waits, and of the readers of the feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.pauses import pause_lines
from cli.views.schedule import trouble_lines
from cli.views.source import no_sources
from cli.views.sync import figures
from config.text import format_minute, format_span, format_time, shorten

if TYPE_CHECKING:
    from services.reports.sessions import SyncRecord
    from services.reports.status import Dashboard, SourceOverview, StoppedSession, ViewsFreshness
    from services.schedule import JobStatus

_WHY: Final = 160


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
        "jobs": found.jobs,
    }
    return Result(document, [f"Database: {address} ({mode})", *_lines(found)])


def _lines(found: Dashboard) -> Iterator[object]:
    if found.sources:
        yield from _catalogue_lines(found)
    else:
        yield from no_sources()
    yield from trouble_lines(found.jobs)
    if found.jobs:
        yield _jobs_line(found.jobs)


def _jobs_line(jobs: Sequence[JobStatus]) -> str:
    """How many jobs there are, and when the next one runs."""
    running = [job.name for job in jobs if job.state == "running"]
    following = min((job.next_due for job in jobs if job.next_due and job.enabled), default=None)
    said = [counted(len(jobs), "job")]
    said += [f"running: {', '.join(running)}"] if running else []
    said += [f"the next at {format_time(following)}"] if following else []
    return f"{'; '.join(said)}."


def _catalogue_lines(found: Dashboard) -> Iterator[object]:
    yield table(
        ["source", "active", "inactive", "removed", "set aside", "pending", "held", "last sync"],
        (
            (
                *(each.name, each.active, each.inactive, each.removed, each.quarantined),
                *(each.pending, each.held, _ago(each.age_hours)),
            )
            for each in found.sources
        ),
    )
    yield from (_overdue(each) for each in found.sources if each.overdue)
    if found.recent_syncs:
        yield table(
            ["session", "source", "sync", "what became of its rows", "quality", "ended"],
            (_sync_line(each) for each in found.recent_syncs),
            title="Last syncs",
        )
        yield from (
            f"{short(each.session_id)} {each.sync_status}: {shorten(each.error_summary, _WHY)}"
            for each in found.recent_syncs
            if each.error_summary and each.sync_status != "stale"
        )
    if found.pending:
        yield f"{counted(len(found.pending), 'session')} waiting."
        yield next_line("sync-pending")
    for pause in found.pauses:
        yield from pause_lines(pause)
    for session in found.stopped:
        yield from _stopped_lines(session)
    if any(each.held for each in found.sources):
        yield red("A refused plan waits for a decision.")
        yield next_line("plans list")
    yield from _views(found.views)
    yield from (
        red(f"{each.name} cannot follow the feed: {each.error}") for each in found.subscribers if each.error
    )


def _ago(hours: float | None) -> str:
    return "never" if hours is None else f"{format_span(timedelta(hours=hours))} ago"


def _overdue(source: SourceOverview) -> str:
    usual = "" if source.usual_hours is None else f", usually every {_span(source.usual_hours)}"
    return red(f"{source.name}: its last sync was {_ago(source.age_hours)}{usual}. Is its site or feed dead?")


def _span(hours: float) -> str:
    return format_span(timedelta(hours=hours)).removeprefix("1 ")


def _sync_line(sync: SyncRecord) -> tuple[object, ...]:
    rows = None if sync.total_scraped is None else figures(sync)
    return (
        *(short(sync.session_id), sync.source, sync.sync_status, rows, sync.data_quality_score),
        sync.completed_at and format_minute(sync.completed_at),
    )


def _stopped_lines(session: StoppedSession) -> Iterator[str]:
    """A session that failed or was interrupted, and what to do about it."""
    what = "import" if session.kind == "import" else "scrape"
    why = f": {session.error}" if session.error else ""
    next_step = f"scrape --resume {short(session.id)}" if session.resumable else f"run its {what} again"
    if session.kind == "scrape" and session.base_url is None:  # its pages came from the queue
        next_step = f"crawl run --source {session.source}"
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
