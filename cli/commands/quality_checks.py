"""`quality-checks`: the live catalogue against its thresholds."""

from __future__ import annotations

import click

from cli.options import only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.quality.checks import render_checks


@click.command(name="quality-checks", epilog=example("quality-checks --source acme"))
@click.option("--session-id", metavar="ID", help="Judge this session's sync, by the start of its id.")
@only_source_option
@runs
async def quality_checks(run: Run, *, session_id: str | None, source: str | None) -> Result:
    """Hold live against its thresholds.

    Completeness, errors and freshness; exit code 1 when a threshold is missed. What is not assessed is
    marked – and never counts as passed. Then each source, the worst first, with the fields that none of its
    listings has. Completeness is here that of live, over all weighted fields; `quality-report` also has it
    over the fields that a session has.
    """
    from services.reports.find import find_session
    from services.reports.quality import DataQualityService

    async with run.database() as database:
        session = None if session_id is None else await find_session(database, session_id)
        service = DataQualityService(database)
        checks = await service.run_quality_checks(source=source, session_id=session)
        sources = await service.compare_sources(source=source, session_id=session)
    return render_checks(checks, sources)
