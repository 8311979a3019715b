"""`quality-checks`: the live catalogue against its thresholds."""

from __future__ import annotations

from pathlib import Path

import click

from cli.options import form_option, html_option, only_source_option
from cli.render import Result
from cli.run import Run, example, runs


@click.command(
    name="quality-checks",
    epilog=example("quality-checks --source acme", "quality-checks --html catalogue.html"),
)
@click.option("--session-id", metavar="ID", help="Judge this session's sync, by the start of its id.")
@only_source_option
@html_option
@form_option
@runs
async def quality_checks(
    run: Run, *, session_id: str | None, source: str | None, html: Path | None, form: str
) -> Result | None:
    """Hold live against its thresholds.

    Completeness, errors, freshness, duplicates and how listings are spread over places, each with its
    threshold and where that came from: a source's file sets its own under [quality]. Exit code 1 when one is
    missed. What is not assessed is marked – and never counts as passed. Then what to do first, and each
    source, the worst first, with the fields that none of its listings has. Completeness is here that of
    live, over all weighted fields; `quality-report` also has it over the fields that a session has.
    """
    from cli.views.quality.checks import checks_page, passed
    from cli.views.quality.forms import refuse_two_forms, rendered
    from services.reports.find import find_session
    from services.reports.quality import DataQualityService, source_advice

    refuse_two_forms(html, form, as_json=run.as_json)
    async with run.database() as database:
        session = None if session_id is None else await find_session(database, session_id)
        service = DataQualityService(database)
        checks = await service.run_quality_checks(source=source, session_id=session)
        sources = await service.compare_sources(source=source, session_id=session)
    advice = source_advice(sources)
    document = {
        "success": passed(checks),
        "checks": checks,
        "sources": sources,
        "recommendations": advice,
    }
    page = checks_page(checks, sources, advice)
    return rendered(document, page, html=html, form=form, exit_code=0 if passed(checks) else 1)
