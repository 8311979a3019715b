"""`watch`: the change feed, from any position, as it happens."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.options import only_source_option
from cli.program import command
from cli.render import print_json, say
from cli.run import Run, example, runs
from config.text import format_time

if TYPE_CHECKING:
    from services.feed import Change


@click.command(
    epilog=example("watch", "watch --since 12 --source acme --json", "watch --no-follow --since 0")
)
@click.option("--since", metavar="PLACE", help="Start after this position: 12, or 12.345 as watch prints it.")
@only_source_option
@click.option(
    "--no-follow",
    "--until-now",
    "no_follow",
    is_flag=True,
    help="Stop at the end instead of waiting for more.",
)
@runs
async def watch(run: Run, *, since: str | None, source: str | None, no_follow: bool) -> None:
    """Follow every change of live as it happens.

    In commit order, without gaps. Begins at the end, or at the start with --no-follow. Continues by
    itself when the database was restarted. Ctrl-C ends it; the position to continue from is then printed on
    stderr. With --json each change is one JSON document on a line of its own.
    """
    from services.feed import Place, changes

    place = Place.parse(since) if since else Place() if no_follow else None
    seen = since
    try:
        async with run.database() as database:
            async for change in changes(database, place, source=source, follow=not no_follow):
                seen = str(change.place)
                if run.as_json:
                    print_json({"place": str(change.place), **asdict(change)}, as_stored=True)
                else:
                    say(_line(change))
    except asyncio.CancelledError:  # Ctrl-C is how following ends
        say("", err=True)
    if seen and not run.as_json:
        say(f"to go on: {command(f'watch --since {seen}')}", err=True)


def _line(change: Change) -> str:
    what = change.change_reason or change.change_type
    listing = change.source if change.property_id is None else f"{change.source} {change.property_id}"
    when = format_time(change.committed_at)
    return f"{change.place}  {when}  {listing}  {change.change_type}: {what}"
