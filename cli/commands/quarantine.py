"""`quarantine`: the rows that could not go live, why, and another try once that is mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import click

from cli.options import only_source_option, rows_option
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.views.sync import short, sync_shown

_INNER: Final = {"raw", "evidence", "kept", "fingerprint", "fingerprint_version", "session_id"}
"""Staged columns that a person is told otherwise, or not at all."""


@click.group(epilog=example("quarantine list --source acme", "quarantine show 12"))
def quarantine() -> None:
    """Look at rows set aside; try them again."""


@quarantine.command(
    name="list", epilog=example("quarantine list --source acme", "quarantine list --after 120")
)
@only_source_option
@click.option("--session-id", metavar="ID", help="Only this session, by the start of its id.")
@click.option(
    "--status",
    type=click.Choice(["open", "replaced", "reprocessed"]),
    default="open",
    show_default=True,
    help="What became of them.",
)
@click.option("--after", type=click.IntRange(0), default=0, metavar="ID", help="Go on behind this row.")
@rows_option
@runs
async def list_(
    run: Run, *, source: str | None, session_id: str | None, status: str, after: int, limit: int
) -> Result:
    """List rows that could not go live, with the rule and the reason."""
    from services.reports.find import find_session
    from services.reports.quarantine import list_quarantine
    from services.staging.sources import require_source

    async with run.database() as database:
        await require_source(database, source)
        session = None if session_id is None else await find_session(database, session_id)
        found = await list_quarantine(
            database, source=source, session_id=session, status=status, after=after, limit=limit + 1
        )
    rows, more = found[:limit], len(found) > limit
    place = rows[-1]["id"] if more else None
    lines = [
        (row["id"], row["source"], row["property_id"], row["title"], _reasons(row), short(row["session_id"]))
        for row in rows
    ]
    shown: list[object] = [table(["row", "source", "listing", "title", "why", "session"], lines)]
    if not rows:
        shown = ["No rows are set aside."]
    if more:
        shown.append(f"… more: quarantine list --after {place}")
    return Result({"rows": rows, "after": place}, shown)


@quarantine.command(epilog=example("quarantine show 12"))
@click.argument("row", type=click.IntRange(1))
@runs
async def show(run: Run, *, row: int) -> Result:
    """Show one row that was set aside: why, what was staged, and its raw content."""
    from services.reports.quarantine import show_quarantined

    async with run.database() as database:
        found = await show_quarantined(database, row)
    return Result(found, list(_told(found)))


def _told(found: dict[str, Any]) -> Iterator[object]:
    yield f"Row {found['id']} of {found['source']}, session {short(found['session_id'])}: {found['status']}"
    names = ("rule", "version", "value", "reason")
    yield table(names, [tuple(reason.get(name) for name in names) for reason in found["reasons"]])
    staged = {name: value for name, value in found["staged"].items() if value is not None}
    yield table(["column", "staged"], [(f, str(staged[f])) for f in sorted(staged.keys() - _INNER)])
    yield f"raw: {json.dumps(staged.get('raw'), ensure_ascii=False)}"


@quarantine.command(
    epilog=example("quarantine reprocess --source acme", "quarantine reprocess --source acme 12 15")
)
@click.option("--source", metavar="NAME", required=True, help="The source whose rows are tried again.")
@click.argument("rows", nargs=-1, type=click.IntRange(1))
@runs
async def reprocess(run: Run, *, source: str, rows: tuple[int, ...]) -> Result:
    """Read a source's rows again from their raw content, after a rule or a parser was mended.

    They become a session of their own, which is synced. Without ROWS: all that are open.
    """
    from services.workflows.reprocess import reprocess as read_again

    async with run.database() as database:
        return sync_shown(await read_again(database, source, ids=list(rows) or None))


def _reasons(row: dict[str, Any]) -> str:
    return "; ".join(str(reason.get("reason")) for reason in row["reasons"])
