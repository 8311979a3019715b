"""`demo`: four days of the sample portal, through the real program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.progress import pages
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import short
from cli.views.scrape import scrape_session
from cli.views.sync import figures, sync_fields
from config.errors import UsageError

if TYPE_CHECKING:
    from demo.story import DayResult


@click.command(epilog=example("demo"))
@runs
async def demo(run: Run) -> Result:
    """Take a sample portal through four days: no site, no keys and no database of yours.

    A start, price cuts and new homes, an outage that is refused, a removal and a return. It runs on
    the embedded database, as a source of its own, and leaves everything there to look at.
    """
    from demo.story import run_story
    from services.reports.doctor import examine

    if run.settings.database_url is not None:
        raise UsageError(
            "the demo writes sample listings, so it runs on the embedded database only",
            next_step="unset DATABASE_URL and run it again",
        )
    days, refused = [], None
    async with run.database() as database:
        with pages(run, max_pages=10) as (on_progress, _):
            async for result in run_story(database, on_progress=on_progress):
                days.append(_document(result))
                if not run.as_json:
                    click.echo(_line(result))
                if result.scraped.sync and result.scraped.sync.status == "held":
                    refused = result.scraped.sync.plan_id
        findings = await examine(database)
    red = [finding for finding in findings if not finding.green]
    doctor = "doctor: all green" if not red else f"doctor: {len(red)} red (see: doctor)"
    document = {"days": days, "doctor": findings}
    return Result(
        document, [f"     {doctor}", *_next(days[-1]["source"], refused)], exit_code=1 if red else 0
    )


def _document(result: DayResult) -> dict[str, Any]:
    synced = result.scraped.sync
    return {
        "day": result.day.name.title(),
        "source": result.scraped.source,
        "session": scrape_session(result.scraped),
        "sync": None if synced is None else sync_fields(synced),
    }


def _line(result: DayResult) -> str:
    day, synced = result.day.name.title(), result.scraped.sync
    if synced is None:
        raise TypeError("the demo syncs every day")
    if synced.status == "held":
        return (
            f"{day}  REFUSED plan {short(synced.plan_id)} (exit 3): {synced.reasons[0].sentence}. "
            "Nothing changed."
        )
    return f"{day}  {_explained(result, figures(synced.metrics)):<104} {synced.verdict}"


def _explained(result: DayResult, line: str) -> str:
    """The figures, with what a newcomer cannot know from them."""
    if result.only_price_cuts:
        line = line.replace(" updated", " updated (all price cuts)")
    line = line.replace(" missing", " missing (first miss)").replace(" removed", " removed (2 misses)")
    return line.replace(" reactivated", " reactivated (back on the market)")


def _next(source: str, refused: object) -> list[str]:
    return [
        "Look around:",
        f"  property-manager plans show {short(refused)}",
        f"  property-manager status --source {source}",
        f"  property-manager quarantine list --source {source}",
        "  property-manager watch --since 0 --no-follow",
        "  property-manager scrape --help",
    ]
