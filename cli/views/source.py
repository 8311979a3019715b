"""Sources: a list of them, one in full, and what became of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, short
from config.text import format_time

if TYPE_CHECKING:
    from services.history.sources import Removed, Renamed
    from services.reports.sources import SourceDetails, SourceSummary


def render_sources(found: Sequence[SourceSummary]) -> Result:
    """Sources, a line each."""
    columns = (
        *("source", "hosts", "currency", "country", "active", "inactive", "removed"),
        *("last session", "verdict", "waits"),
    )
    rows = [
        (
            *(each.name, ", ".join(each.hosts) or None, each.currency, each.country),
            *(each.active, each.inactive, each.removed),
            *(each.session_at, each.session_verdict or each.session_status, _waits(each)),
        )
        for each in found
    ]
    return Result({"sources": found}, [table(columns, rows)] if rows else no_sources())


def no_sources() -> list[str]:
    """What is said where nothing was ever brought in."""
    return [
        "No sources yet.",
        next_line("scrape --url URL"),
        f"or look around in a sample first: {command('demo')}",
    ]


def render_source(found: SourceDetails) -> Result:
    """One source: its facts, its listings, its scopes."""
    facts = found.facts.model_dump(mode="json")
    document = {**asdict(found.summary), "facts": facts, "scopes": found.scopes}
    return Result(document, list(_lines(found)))


def render_renamed(renamed: Renamed, *, described: str | None) -> Result:
    """A source under its new name, and what the person has to do themselves."""
    lines = [
        f"Renamed {renamed.old} to {renamed.new}: {counted(renamed.listings, 'listing')}, "
        f"{counted(renamed.changes, 'change')} of its history.",
    ]
    if renamed.position is not None:
        lines.append(f"Readers of the feed are told at position {renamed.position}.")
    if described:
        lines.append(f"Rename its description too, and the name in it: {described}")
    return Result(asdict(renamed), lines)


def render_removed(removed: Removed, *, described: str | None) -> Result:
    """A source that was removed, or what there is of it."""
    lines = list(_removed_lines(removed))
    if described and not removed.dry_run:
        lines.append(f"Its description is still there: {described}")
    return Result(asdict(removed), lines)


def _waits(source: SourceSummary) -> str | None:
    """What of a source waits for a decision or a sync."""
    waiting = [
        f"{count} {what}"
        for count, what in (
            (source.pending, "pending"),
            (source.held, "held"),
            (source.quarantined, "quarantined"),
        )
        if count
    ]
    return ", ".join([*([] if source.applied else ["nothing applied"]), *waiting]) or None


def _lines(found: SourceDetails) -> Iterator[object]:
    one = found.summary
    yield f"Source {one.name}, since {format_time(one.created_at)}"
    stated = found.facts.model_dump(mode="json", exclude={"name"})
    told = [
        (name, value)
        for name, value in stated.items()
        if value not in (None, [], "", ()) and not isinstance(value, dict)
    ]
    yield table(
        ["fact", "value"],
        [(name, ", ".join(value) if isinstance(value, list) else value) for name, value in told],
    )
    yield f"Listings: {one.active} active, {one.inactive} inactive, {one.removed} removed"
    if one.session_id is not None and one.session_at is not None:
        why = f": {one.session_reason}" if one.session_reason else ""
        yield (
            f"Last session: {one.session_kind} {short(one.session_id)}, {format_time(one.session_at)}, "
            f"{one.session_verdict or one.session_status}{why}"
        )
    if waits := _waits(one):
        yield f"Waits: {waits}"
    if found.scopes:
        yield table(
            ["scope", "covered completely", "sessions"],
            [(scope.name, scope.watermark, scope.sessions) for scope in found.scopes],
        )


def _removed_lines(removed: Removed) -> Iterator[str]:
    staged = f"{counted(removed.sessions, 'session')}, {counted(removed.rows, 'staged row')}"
    if removed.status == "deleted":
        verb = "Would delete" if removed.dry_run else "Deleted"
        yield f"{verb} source {removed.source}: {staged}, {removed.quarantined} in quarantine."
        return
    verb = "Would mark" if removed.dry_run else "Marked"
    shown = counted(removed.shown, "listing")
    yield f"{verb} {shown} of source {removed.source} as removed; its history stays."
    if removed.change_set_id is not None:
        yield f"to undo that: {command(f'rollback --change-set {removed.change_set_id}')}"
