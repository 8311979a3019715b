"""`demo`: a sample portal, or a sample county, through the real program."""

from __future__ import annotations

import click

from cli.progress import pages
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.views.demo import day_line, render_demo, scan_line
from config.errors import UsageError


@click.command(epilog=example("demo", "demo --county"))
@click.option("--county", is_flag=True, help="Three days of a sample county, and its leads.")
@runs
async def demo(run: Run, *, county: bool) -> Result:
    """Take a sample portal through four days: no site, no keys and no database of yours.

    A start, price cuts and new homes, an outage that is refused, a removal and a return; in the end its
    index is scanned alone, and a home is removed as its own page proves. It runs on the embedded database, as
    a source of its own, and leaves everything there to look at.

    With --county: a small county's layers are loaded on three days, with changes and an outage that is
    refused; its parcels become leads with scores and reasons, and one of them is told of.
    """
    if run.settings.database_url is not None:
        raise UsageError(
            "the demo writes sample listings, so it runs on the embedded database only",
            next_step="unset DATABASE_URL and run it again",
        )
    return await (_county(run) if county else _portal(run))


async def _portal(run: Run) -> Result:
    from demo.story import DayResult, ScanResultOfDay, run_story
    from services.reports.doctor import examine

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


async def _county(run: Run) -> Result:
    from cli.views.demo_county import day_lines, render_county_demo
    from demo.county.story import CountyDay, run_county_story
    from services.reports.doctor import examine

    days: list[CountyDay] = []
    async with run.database() as database:
        async for day in run_county_story(database):
            days.append(day)
            if not run.as_json:
                for line in day_lines(day):
                    say(line)
        findings = await examine(database)
    return render_county_demo(days, findings)
