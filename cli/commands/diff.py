"""`diff`: what of a source differs between two moments, or two sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.times import TIME_FORMAT, parse_time
from cli.views.history import render_difference
from config.errors import UsageError

if TYPE_CHECKING:
    from database.handle import Database


@click.command(
    epilog=example(
        "diff --source acme --from 2026-11-03 --to 2026-11-10",
        "diff --source acme --from 2026-11-03 --json",
        "diff --session-id 5c1f --session-id 91c0",
    )
)
@click.option("--source", metavar="NAME", help="The source, when moments are compared.")
@click.option("--from", "begin", metavar="TIME", help=f"The earlier moment: {TIME_FORMAT}.")
@click.option("--to", "end", metavar="TIME", help="The later moment; by default now.")
@click.option(
    "--session-id",
    "sessions",
    metavar="ID",
    multiple=True,
    help="Give it twice: live as the one session left it, and as the other did.",
)
@rows_option
@click.option("--after", metavar="LISTING", help="Continue after this listing, the last one printed.")
@runs
async def diff(
    run: Run,
    *,
    source: str | None,
    begin: str | None,
    end: str | None,
    sessions: tuple[str, ...],
    limit: int,
    after: str | None,
) -> Result:
    """Show what of a source differs between two moments.

    Which listings came, went or came back, and each field old → new. What was changed and changed back
    in between is not listed; `history` has every step. Instead of moments, two sessions that were synced
    can be given.
    """
    from services.history.changes import source_difference

    if sessions and (source or begin or end):
        raise click.UsageError("give --session-id twice, or --source and --from, not both")
    if sessions and len(sessions) != 2:
        raise click.UsageError("give --session-id twice: a difference is between two")
    if not sessions and (source is None or begin is None):
        raise click.UsageError("give --source and --from, or --session-id twice")
    async with run.database(reading=True) as database:
        if sessions:
            of, first, last = await _moments(database, sessions)
            asked = ["--session-id", sessions[0], "--session-id", sessions[1]]
        else:
            of, first = source or "", parse_time(begin or "")
            last = datetime.now(UTC) if end is None else parse_time(end)
            asked = ["--source", of, "--from", first.isoformat(), "--to", last.isoformat()]
        found = await source_difference(database, of, first, last, after=after, limit=limit + 1)
    shown = replace(found, listings=found.listings[:limit])
    return render_difference(shown, asked=asked, more=len(found.listings) > limit)


async def _moments(database: Database, sessions: tuple[str, ...]) -> tuple[str, datetime, datetime]:
    """The source of two sessions, and when each was committed, the earlier one first."""
    from services.history.changes import session_moment
    from services.reports.find import find_session

    found = [
        await session_moment(database, await find_session(database, text, cleaned=True)) for text in sessions
    ]
    (one, first), (other, last) = sorted(found, key=lambda each: each[1])
    if one != other:
        raise UsageError(f"one session is of {one}, the other of {other}", next_step="list-sessions")
    return one, first, last
