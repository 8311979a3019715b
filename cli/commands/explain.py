"""`explain`: where a value comes from, link by link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli.render import Result, table
from cli.run import Run, example, runs
from cli.text import short
from cli.times import TIME_FORMAT, parse_time
from config.text import format_time, format_value

if TYPE_CHECKING:
    from services.history.explanation import Change, Explanation

_EARLIER = 10


@click.command(
    epilog=example(
        "explain --source acme --property-id A-17 --field price",
        "explain --source acme --property-id A-17 --at 2026-11-03",
    )
)
@click.option("--source", metavar="NAME", required=True, help="Source of the listing.")
@click.option("--property-id", metavar="ID", required=True, help="The listing, by the source's own id.")
@click.option("--field", metavar="NAME", help="One field, told whole; by default a line for each.")
@click.option("--at", metavar="TIME", help=f"As it stood then: {TIME_FORMAT}.")
@runs
async def explain(run: Run, *, source: str, property_id: str, field: str | None, at: str | None) -> Result:
    """Show where a listing's values come from.

    From the value back: the change that set it, what the rules said, the session, the row as it came, and
    the file and line or the page and time it was read at.
    """
    from services.history.explain import explain as explained

    then, now = None if at is None else parse_time(at), datetime.now(UTC)
    async with run.database() as database:
        found = await explained(database, source, property_id, field, now=now, at=then)
    document = {"source": source, "property_id": property_id, "at": then, "fields": found.fields}
    if not found.fields:
        name, asked = f"{source} {property_id}", format_time(then or now)
        said = f"{name} was not yet known at {asked}; first known at {format_time(found.first_known)}."
        return Result({**document, "first_known": found.first_known}, [said])
    if field is not None:
        return Result(document, list(_whole(found.fields[0])))
    lines = [(one.field, one.line) for one in found.fields]
    return Result(document, [table(["field", "value ← where it comes from"], lines)])


def _whole(one: Explanation) -> Iterator[object]:
    yield one.line
    links = [(name, value) for name, value in _links(one) if value is not None]
    if links:
        yield table(["", ""], links)
    if one.earlier:
        rows = [
            (format_time(each.at), each.origin, each.actor, each.reason) for each in one.earlier[:_EARLIER]
        ]
        more = len(one.earlier) - len(rows)
        title = "Before that" + (f", the last {len(rows)} of {len(one.earlier)}" if more else "")
        yield table(["at", "origin", "by", "what"], rows, title=title)
    if one.history_begins is not None:
        yield f"History begins on {format_time(one.history_begins)}: what was before is folded."


def _links(one: Explanation) -> Iterator[tuple[str, str | None]]:
    from services.history.lineage import format_issue

    if one.pin is not None:
        pinned = f"by {one.pin['pinned_by']}" + (f": {one.pin['reason']}" if one.pin["reason"] else "")
        yield "pinned", pinned
        if one.pin["shown_since"] is not None:
            yield "source shows", format_value(one.pin["shown"])
    if one.change is not None:
        yield "change", _change(one.change)
    yield "rules", _rules(one)
    if one.session is not None:
        session = one.session
        ended = format_time(session.completed_at or session.started_at)
        yield (
            "session",
            f"{short(session.id)} {session.kind} of {session.base_url or session.scope}, "
            f"{session.verdict or 'no verdict'}, ended {ended}",
        )
        if session.cleaned_at is not None:
            yield "staged row", f"raw row cleaned on {format_time(session.cleaned_at)}"
    if one.raw is not None:
        raw = one.raw
        cells = "; ".join(
            f"{name} = {json.dumps(cell, ensure_ascii=False)}" for name, cell in raw.cells.items()
        )
        gone = None if raw.erased_at is None else f", erased on {format_time(raw.erased_at)}"
        said = f": {cells}" if cells else gone or ", which does not speak of it"
        yield "staged row", f"row {raw.row_no}{said}"
        for issue in raw.issues:
            yield "noted", format_issue(issue)
        yield "read at", raw.where
        yield "line", None if raw.line is None else f"{one.session and one.session.base_url} line {raw.line}"
        yield "url", raw.url
        yield "fetched", None if raw.fetched_at is None else format_time(raw.fetched_at)


def _change(change: Change) -> str:
    who = change.origin if change.actor == change.origin else f"{change.origin} by {change.actor}"
    undone = "" if change.undoes is None else f", undoes change set {change.undoes['change_set_id']}"
    return (
        f"{change.id} ({change.kind}) in change set {change.change_set_id}, "
        f"{who} on {format_time(change.at)}: {change.reason}{undone}"
    )


def _rules(one: Explanation) -> str | None:
    if one.findings:
        return "; ".join(
            f"{each['rule']} v{each['version']} {each['outcome']} ({each['severity']}): {each['reason']}"
            for each in one.findings
        )
    return {True: "passed all that apply", False: "not validated", None: None}[one.validated]
