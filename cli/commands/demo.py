"""`demo`: four days of the sample portal and an evening, through the real program."""

from __future__ import annotations

import click

from cli.progress import pages
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.views.demo import day_line, render_demo, scan_line
from config.errors import UsageError


@click.command(epilog=example("demo"))
@runs
async def demo(run: Run) -> Result:
    """Take a sample portal through four days: no site, no keys and no database of yours.

    A start, price cuts and new homes, an outage that is refused, a removal and a return; in the end its
    index is scanned alone, and a home is removed as its own page proves. It runs on the embedded database, as
    a source of its own, and leaves everything there to look at.
    """
    from demo.story import DayResult, ScanResultOfDay, run_story
    from services.reports.doctor import examine

    if run.settings.database_url is not None:
        raise UsageError(
            "the demo writes sample listings, so it runs on the embedded database only",
            next_step="unset DATABASE_URL and run it again",
        )
    days: list[DayResult] = []
    evening: list[ScanResultOfDay] = []
    async with run.database() as database:
        with pages(run, max_pages=10) as (on_progress, _):
            async for result in run_story(database, on_progress=on_progress):
                if isinstance(result, DayResult):
                    days.append(result)
                else:
                    evening.append(result)
                if not run.as_json:
                    say(day_line(result) if isinstance(result, DayResult) else scan_line(result))
        findings = await examine(database)
    return render_demo(days, evening, findings)
