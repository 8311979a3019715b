"""`quality-checks`: the live catalogue against its thresholds."""

from __future__ import annotations

from typing import Final

import click

from cli.options import only_source_option
from cli.render import Result, table
from cli.run import Run, example, runs

_MARK: Final = {True: "✓", False: "✗", None: "–"}


@click.command(name="quality-checks", epilog=example("quality-checks --source acme"))
@click.option("--session-id", metavar="ID", help="Judge this session's sync, by the start of its id.")
@only_source_option
@runs
async def quality_checks(run: Run, *, session_id: str | None, source: str | None) -> Result:
    """Hold live against its thresholds.

    Completeness, errors and freshness; exit code 1 when a threshold is missed. What is not assessed is
    marked – and never counts as passed.
    """
    from services.reports.find import find_session
    from services.reports.quality import DataQualityService
    from services.staging.sources import require_source

    async with run.database() as database:
        await require_source(database, source)
        session = None if session_id is None else await find_session(database, session_id)
        checks = await DataQualityService(database).run_quality_checks(source=source, session_id=session)
    passed = all(check.passed is not False for check in checks)
    rows = [(_MARK[c.passed], c.name, c.value, c.threshold, c.explanation) for c in checks]
    shown = table(["", "check", "value", "threshold", "what it is"], rows)
    return Result({"success": passed, "checks": checks}, [shown], 0 if passed else 1)
