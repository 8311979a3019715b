"""Sources: a list of them, one in full, and what became of one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.pauses import pause_lines, paused
from config.text import format_time

if TYPE_CHECKING:
    from services.history.sources import Merged, Removed, Renamed, SharedHome
    from services.reports.sources import SourceDetails, SourceSummary


REFUSED: Final = 3
_SHARED: Final = ("id", "other id", "one by", "title", "price", "other price", "stays")
_TITLE: Final = 30


def render_sources(found: Sequence[SourceSummary]) -> Result:
    """Sources, a line each; below them, those that only dry runs know."""
    tried = [each for each in found if each.tried]
    found = [each for each in found if not each.tried]
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
    lines: list[object] = [table(columns, rows)] if rows else [*no_sources()]
    if tried:
        lines += [
            f"Only tried by dry runs: {', '.join(each.name for each in tried)}.",
            next_line("plans list"),
        ]
    return Result({"sources": found, "tried": tried}, lines)


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


def render_merged(merged: Merged, *, same_ids: bool, described: str | None) -> Result:
    """A merge that was done, or what it would do; exit code 3 where it cannot be done."""
    lines = list(_merged_lines(merged, same_ids=same_ids))
    if described and not merged.dry_run:
        lines.append(f"Its description is still there; sessions of that name are refused: {described}")
    return Result(asdict(merged), lines, REFUSED if merged.clashes else 0)


def render_removed(removed: Removed, *, described: str | None, again: str = "") -> Result:
    """A source that was removed, or what would be lost; `again` is the command that does it."""
    lines = list(loss_lines(removed))
    if again:
        lines.append(f"Nothing was changed. To do it: {command(again)}")
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
    merged = [] if source.merged_into is None else [f"merged into {source.merged_into}"]
    return (
        ", ".join(
            [*paused(source.pause), *merged, *([] if source.applied else ["nothing applied"]), *waiting]
        )
        or None
    )


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
    yield from pause_lines(one.pause)
    if waits := _waits(one):
        yield f"Waits: {waits}"
    if one.merge_set_id is not None:
        yield f"to take the merge back: {command(f'rollback --change-set {one.merge_set_id}')}"
    if found.scopes:
        yield table(
            ["scope", "covered completely", "sessions"],
            [(scope.name, scope.watermark, scope.sessions) for scope in found.scopes],
        )


def _merged_lines(merged: Merged, *, same_ids: bool) -> Iterator[object]:
    would = "Would merge" if merged.dry_run else "Merged"
    yield (
        f"{would} {merged.source} into {merged.into}: {counted(merged.listings, 'listing')}, "
        f"{merged.moved:,} that only {merged.source} has, {merged.doubles:,} that both have."
    )
    ways = ((merged.by_url, "url"), (merged.by_id, "id"), (merged.by_address, "address"))
    if merged.doubles:
        by = ", ".join(f"{count:,} by {what}" for count, what in ways if count)
        yield (
            f"Both have: {by}. Each stays once, as {merged.into} has it; "
            f"{merged.taken:,} with values that {merged.source} saw later."
        )
    if merged.homes:
        yield table(_SHARED, [_shared(home) for home in merged.homes])
    left = merged.doubles + merged.clashes - len(merged.homes)
    if left > 0:
        yield f"… {left:,} more: give a larger --limit, or --json"
    if merged.quarantined:
        yield f"note: {counted(merged.quarantined, 'row')} in quarantine stay with {merged.source}"
    yield from _decision(merged, same_ids=same_ids)


def _decision(merged: Merged, *, same_ids: bool) -> Iterator[str]:
    """What can be done next."""
    names = f"{shlex.quote(merged.source)} {shlex.quote(merged.into)}"
    if merged.clashes:
        ids = counted(merged.clashes, "id")
        yield red(f"  - {ids} of both sources are of different homes: they cannot be merged")
        yield f"if an id is the same home in both: {command(f'sources merge {names} --same-ids')}"
    elif merged.change_set_id is None:
        flags = " --same-ids" if same_ids else ""
        yield f"Nothing was changed.    to merge them: {command(f'sources merge {names}{flags} --yes')}"
    else:
        yield f"From now on name {merged.into}: sessions of {merged.source} are refused."
        yield f"to undo that: {command(f'rollback --change-set {merged.change_set_id}')}"
        if merged.again:
            yield next_line(f"sync --session-id {short(merged.again[0])}")


def _shared(home: SharedHome) -> tuple[object, ...]:
    titles = home.title if home.title == home.into_title else f"{home.title} / {home.into_title}"
    why = home.witness or "two homes"
    return home.from_id, home.into_id, why, titles[:_TITLE], home.from_price, home.into_price, _stays(home)


def _stays(home: SharedHome) -> str | None:
    if home.witness is None:
        return None
    return "the first" if home.taken else "the second"


def loss_lines(removed: Removed) -> Iterator[str]:
    """What was lost with a source, or would be, and whether that can be undone."""
    staged = f"{counted(removed.sessions, 'session')}, {counted(removed.rows, 'staged row')}"
    if removed.status == "deleted":
        verb = "Would delete" if removed.dry_run else "Deleted"
        yield f"{verb} source {removed.source}: {staged}, {removed.quarantined} in quarantine."
        if removed.dry_run:
            yield "Nothing of it ever went live. This cannot be undone."
        return
    verb = "Would mark" if removed.dry_run else "Marked"
    shown = counted(removed.shown, "listing")
    yield f"{verb} {shown} of source {removed.source} as removed; its history stays."
    if removed.dry_run:
        yield f"Its {staged} stay too; what waits for a sync is discarded. A rollback undoes it."
    if removed.change_set_id is not None:
        yield f"to undo that: {command(f'rollback --change-set {removed.change_set_id}')}"
