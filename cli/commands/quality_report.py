"""`quality-report`: how good one session's rows are."""

from __future__ import annotations

import click

from cli.options import any_session_option, only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.quality.report import report_page
from cli.views.quality.terminal import page_lines


@click.command(
    name="quality-report", epilog=example("quality-report", "quality-report --session-id 5c1f --json")
)
@any_session_option
@only_source_option
@runs
async def quality_report(run: Run, *, session_id: str | None, source: str | None) -> Result:
    """Score one session's rows.

    The score and its parts, how full each field is, and what the rules found.
    """
    from services.reports.find import find_session
    from services.reports.quality import DataQualityService
    from services.reports.sessions import latest_session

    async with run.database(reading=True) as database:
        if session_id is None:
            session = await latest_session(database, source=source)
        else:
            session = await find_session(database, session_id)
        report = await DataQualityService(database).generate_quality_report(session)
    return Result(report, list(page_lines(report_page(report))))
