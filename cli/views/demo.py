"""The demo: its days, a line each, and what to look at afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.program import command
from cli.render import Result
from cli.text import short
from cli.views.doctor import findings_document
from cli.views.scrape import scrape_session
from cli.views.sync import figures, sync_fields

if TYPE_CHECKING:
    from demo.story import DayResult
    from services.reports.doctor import Finding


def render_demo(days: Sequence[DayResult], findings: Sequence[Finding]) -> Result:
    """What is printed after the last day; exit code 1 when a check of `doctor` is red."""
    failed = sum(not finding.green for finding in findings)
    doctor = f"doctor: {failed} red (see: {command('doctor')})" if failed else "doctor: all green"
    syncs = [result.scraped.sync for result in days if result.scraped.sync is not None]
    refused = next((sync.plan_id for sync in syncs if sync.status == "held"), None)
    document = {"days": [_document(result) for result in days], "doctor": findings_document(findings)}
    text = [f"     {doctor}", *_next(days[-1].scraped.source, refused)]
    return Result(document, text, exit_code=1 if failed else 0)


def _document(result: DayResult) -> dict[str, Any]:
    synced = result.scraped.sync
    return {
        "day": result.day.name.title(),
        "source": result.scraped.source,
        "session": scrape_session(result.scraped),
        "sync": None if synced is None else sync_fields(synced),
    }


def day_line(result: DayResult) -> str:
    """A day as it ends: its figures, or why its plan was refused."""
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
        *(
            f"  {command(text)}"
            for text in (
                f"plans show {short(refused)}",
                f"status --source {source}",
                f"quarantine list --source {source}",
                f"search --source {source} --limit 5",
                "watch --since 0 --no-follow",
                "scrape --help",
            )
        ),
    ]
