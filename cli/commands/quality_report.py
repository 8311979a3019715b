"""`quality-report`: how good one session's rows are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cli.options import any_session_option, only_source_option
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.views.sync import counted, short


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

    async with run.database() as database:
        if session_id is None:
            session = await latest_session(database, source=source)
        else:
            session = await find_session(database, session_id)
        report = await DataQualityService(database).generate_quality_report(session)
    return Result(report, list(_told(report)))


def _told(report: dict[str, Any]) -> Iterator[object]:
    rows = report["rows"] or 0
    yield (
        f"Session {short(report['session_id'])} of {report['source']}: {counted(rows, 'row')}, "
        f"{report['verdict']}, {report['quarantined']:,} in quarantine"
    )
    if report["quality"]:
        yield table(
            ["score", ""], [(name.replace("_", " "), value) for name, value in report["quality"].items()]
        )
    else:
        yield "Not scored yet    next: sync --dry-run --session-id " + short(report["session_id"])
    yield table(
        ["field", "rows with a value", "share"],
        [
            (f["field"], f["filled"], f"{f['filled'] / rows:.0%}")
            for f in report["fields"]
            if f["assessed"] and rows
        ],
    )
    if report["rules"]:
        names = ("rule", "version", "severity", "outcome", "rows", "example")
        yield table(names, [tuple(rule[name] for name in names) for rule in report["rules"]])
    if report["errors"]:
        yield table(["pages that failed", "pages"], report["errors"].items())
    yield "Not assessed: " + ", ".join(report["not_assessed"])
