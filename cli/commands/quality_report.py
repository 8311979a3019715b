"""`quality-report`: how good one session's rows are, and what to do first."""

from __future__ import annotations

from pathlib import Path

import click

from cli.options import any_session_option, form_option, html_option, only_source_option
from cli.render import Result
from cli.run import Run, example, runs


@click.command(
    name="quality-report",
    epilog=example(
        "quality-report",
        "quality-report --session-id 5c1f --json",
        "quality-report --source acme --html acme.html",
        "quality-report --source acme --format markdown > acme.md",
    ),
)
@any_session_option
@only_source_option
@html_option
@form_option
@runs
async def quality_report(
    run: Run, *, session_id: str | None, source: str | None, html: Path | None, form: str
) -> Result | None:
    """Report on one session's rows, what to do first at the top.

    Each problem with its cause and the command that comes next, the most harmful first. Then the score and
    its parts, how full each field is and was, what the rules found with what the source wrote, rows set
    aside, duplicates, places, what changed against the last sessions, and what is not assessed.
    """
    from cli.views.quality.forms import refuse_two_forms, rendered
    from cli.views.quality.report import report_page
    from services.reports.find import find_session
    from services.reports.quality import DataQualityService
    from services.reports.sessions import latest_session

    refuse_two_forms(html, form, as_json=run.as_json)
    async with run.database(reading=True) as database:
        if session_id is None:
            session = await latest_session(database, source=source)
        else:
            session = await find_session(database, session_id)
        report = await DataQualityService(database).generate_quality_report(session)
    return rendered(report, report_page(report), html=html, form=form)
