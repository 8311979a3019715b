"""Sessions: a list of them, and one in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import red, short
from cli.views.sync import unread_lines

if TYPE_CHECKING:
    from uuid import UUID

    from services.reports.sessions import SessionDetails, SessionSummary, UnreadRowCell
    from services.results import Difference, SupersededRow

_COLUMNS: Final = (
    *("session", "name", "source", "status", "verdict", "sync", "rows"),
    *("index pages", "detail pages", "failed", "started"),
)

_VALUE: Final = 60

_HEAD: Final = (
    *("id", "session_name", "source", "kind", "base_url", "scope", "status", "error_message"),
    *("verdict", "verdict_reason", "sync_status", "properties_found", "properties_inserted"),
    *("properties_updated", "started_at", "completed_at"),
)


def render_sessions(found: Sequence[SessionSummary]) -> Result:
    """Sessions, a line each."""
    rows = [
        (
            *(short(each.id), each.session_name, each.source, each.status, each.verdict, each.sync_status),
            *(each.properties_found, *_pages(each), each.started_at),
        )
        for each in found
    ]
    return Result({"sessions": found}, [table(_COLUMNS, rows) if rows else "No sessions."])


def _pages(found: SessionSummary | SessionDetails) -> tuple[str | None, int | None, int | None]:
    """Index pages read, of how many, detail pages read, and those of either kind that failed."""
    if found.kind == "import":
        return None, None, None
    if found.index_pages is None:
        return None, found.detail_pages, found.pages_failed
    of = "" if found.index_pages_total is None else f" of {found.index_pages_total}"
    return f"{found.index_pages}{of}", found.detail_pages, found.pages_failed


def render_session(found: SessionDetails) -> Result:
    """One session: what it covered, pages that failed, plans, syncs."""
    return Result(found, list(_lines(found)))


def render_superseded(session_id: UUID, rows: Sequence[SupersededRow], *, more: bool) -> Result:
    """A page of the rows that lost to another row of their id: the fields in which the two differ."""
    lines = [
        (
            *(each.property_id, each.line or each.row_no, each.winner_line or each.winner),
            "; ".join(map(_difference, each.differences)) or "the same content",
        )
        for each in rows
    ]
    text: list[object] = [table(["listing", "lost row", "used row", "how they differ: lost → used"], lines)]
    if not rows:
        text = ["No row lost to another row of its id."]
    after = rows[-1].row_no if more else None
    if more:
        rest = f"session-details --session-id {short(session_id)} --superseded --after {after}"
        text.append(f"… more: {command(rest)}")
    return Result({"session_id": session_id, "rows": rows, "after": after}, text)


def _difference(one: Difference) -> str:
    from config.text import format_value

    return f"{one.field} {format_value(one.lost, longest=_VALUE)} → {format_value(one.kept, longest=_VALUE)}"


def render_unread(session_id: UUID, cells: Sequence[UnreadRowCell], *, limit: int) -> Result:
    """The cells that were unread of at most `limit` rows; `cells` may have those of one row more."""
    rows = list(dict.fromkeys(each.row_no for each in cells))
    after = rows[limit - 1] if len(rows) > limit else None
    shown = [each for each in cells if after is None or each.row_no <= after]
    lines = [
        (
            *(each.property_id, each.line if each.line is not None else each.url, each.field, each.kind),
            *(each.content, " or ".join(each.readings) or each.why),
        )
        for each in shown
    ]
    columns = ["listing", "line or page", "field", "what it is", "text", "readings, or why"]
    text: list[object] = [table(columns, lines) if lines else "Every cell could be read."]
    if after is not None:
        rest = f"session-details --session-id {short(session_id)} --unread --after {after}"
        text.append(f"… more: {command(rest)}")
    return Result({"session_id": session_id, "cells": shown, "after": after}, text)


def _lines(found: SessionDetails) -> Iterator[object]:
    head = [(name, getattr(found, name)) for name in _HEAD]
    head += zip(("index pages", "detail pages", "pages that failed"), _pages(found), strict=True)
    yield table(["session", ""], [(name, value) for name, value in head if value is not None])
    if found.interrupted:
        resumable = found.kind == "scrape" and found.properties_found
        yield red("It was interrupted." if resumable else "It was interrupted and cannot be resumed.")
        yield next_line(f"scrape --resume {short(found.id)}" if resumable else "repair")
    yield from unread_lines(found.unread)
    if found.errors:
        errors = [(each.type, each.url, each.message, each.retries, each.resolved) for each in found.errors]
        yield table(["error", "url", "message", "retries", "resolved"], errors, title="Pages that failed")
    if found.plans:
        plans = [
            (short(each.id), each.status, "; ".join(reason.sentence for reason in each.reasons) or None)
            for each in found.plans
        ]
        yield table(["plan", "status", "why"], plans, title="Plans")
    if found.syncs:
        syncs = [
            (
                *(each.sync_status, each.total_scraped, each.new_properties, each.updated_properties),
                each.error_summary,
            )
            for each in found.syncs
        ]
        yield table(["sync", "rows", "new", "updated", "why"], syncs, title="Syncs")
