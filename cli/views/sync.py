"""A sync told in one sentence, its exit code, and the document that --json prints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from cli.render import Result
from config.metrics import ABSENCES, OUTCOMES, outcome_of

if TYPE_CHECKING:
    from config.source import Source
    from services.pipeline import Metrics, SyncResult
    from services.workflows.scrape import ScrapeResult

REFUSED: Final = 3
PARTLY_DONE: Final = 4


def figures(metrics: Metrics) -> str:
    """What became of the rows, and beside them of listings without a row.

    "67 rows = 4 new + 5 updated + 55 unchanged + 2 quarantined + 1 superseded; 1 missing"
    """
    rows = counted(metrics.total_scraped, "row")
    parts = " + ".join(_terms(metrics, OUTCOMES))
    outside = ", ".join(_terms(metrics, ABSENCES))
    return rows + (f" = {parts}" if parts else "") + (f"; {outside}" if outside else "")


def _terms(metrics: Metrics, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if count := getattr(metrics, name):
            yield f"{count:,} {outcome_of(name)}"


def counted(count: int, thing: str) -> str:
    """ "1 row", "2 rows"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def source_created(source: Source) -> str:
    """What is said of a source that nobody named before."""
    money = source.currency or "no currency: bare amounts stay without one"
    return f"Created source {source.name} ({money})."


def short(identifier: object) -> str:
    """The start of an id: what people type; every command takes it."""
    return str(identifier)[:8]


def red(text: str) -> str:
    """Red for a terminal that wants colours; click drops it where the output is no terminal."""
    return text if os.environ.get("NO_COLOR") else click.style(text, fg="red")


def told(result: SyncResult) -> list[str]:
    """One sync as a person reads it, a line each: what happened, why, and what to do next."""
    if result.status == "stale":
        return [f"Nothing to do for session {short(result.session_id)}: {result.error}."]
    return [*_headline(result), *(f"note: {warning}" for warning in result.warnings)]


def _headline(result: SyncResult) -> Iterator[str]:
    line, plan = figures(result.metrics), short(result.plan_id)
    if result.status == "held":
        yield red(f"REFUSED plan {plan}: nothing was changed. It would have been: {line}")
        yield from (f"  - {reason.sentence}" for reason in result.reasons)
        yield f"see: plans show {plan}"
        yield f"to apply it all the same: sync --approve {plan}    to drop it: plans discard {plan}"
    elif result.status == "planned":
        yield f"{line}{_quality(result.metrics)}"
        yield f"Plan {plan}: nothing applied.    next: sync --approve {plan}"
    else:
        yield f"{line}    applied in {result.execution_time_ms / 1000:.1f} s{_quality(result.metrics)}"


def _quality(metrics: Metrics) -> str:
    score = metrics.data_quality_score
    return "" if score is None else f" · quality {score:.2f}"


def document(result: SyncResult) -> dict[str, Any]:
    """What `sync --json` prints; a refusal says so as every error does."""
    found = asdict(result) | {"success": result.success}
    if result.status == "held":
        plan = short(result.plan_id)
        found["error"] = {
            "code": result.reasons[0].code if result.reasons else "held",
            "message": result.error,
            "next": f"plans show {plan}, then sync --approve {plan} or plans discard {plan}",
        }
    return found


def exit_code(result: SyncResult) -> int:
    """3 for a refusal; what was applied, planned or overtaken by a newer session is done."""
    return REFUSED if result.status == "held" else 0


def sync_shown(result: SyncResult) -> Result:
    """One sync as a command shows it."""
    return Result(document(result), told(result), exit_code(result))


def scrape_shown(scraped: ScrapeResult) -> Result:
    """One scrape, and its sync unless that was left out."""
    return Result(
        document_of(scrape_session(scraped), scraped.sync), _scrape_told(scraped), _scrape_exit_code(scraped)
    )


def document_of(
    session: Mapping[str, Any],
    sync: SyncResult | None = None,
    *,
    status: str = "staged",
    error: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What --json prints for one session: its sync, or `status` where there was none."""
    if sync is not None:
        return document(sync) | {"session": session}
    return {
        "session_id": session["id"],
        "success": error is None,
        "status": status,
        "verdict": session["verdict"],
        "source": session["source"],
        "plan_id": None,
        "error": error,
        "metrics": None,
        "session": session,
    }


def scrape_session(scraped: ScrapeResult) -> dict[str, Any]:
    """The value of "session" in what `scrape --json` prints."""
    names = ("source", "kind", "rows", "pages", "failed", "verdict", "reason")
    return {"id": scraped.session_id, **{name: getattr(scraped, name) for name in names}}


def _scrape_told(scraped: ScrapeResult) -> list[str]:
    session = short(scraped.session_id)
    read = f"{counted(scraped.rows, 'row')} from {counted(scraped.pages, 'page')} of {scraped.source}"
    reason = f" ({scraped.reason})" if scraped.reason else ""
    lines = [f"Session {session}: {read}, {scraped.verdict}{reason}."]
    if scraped.failed:
        lines.append(
            f"{counted(scraped.failed, 'page')} failed    see: session-details --session-id {session}"
        )
    if scraped.sync is None:
        return [*lines, f"Staged, not synced.    next: sync --session-id {session}"]
    return [*lines, *told(scraped.sync)]


def _scrape_exit_code(scraped: ScrapeResult) -> int:
    held = scraped.sync is not None and scraped.sync.status == "held"
    if held or scraped.verdict == "suspect":
        return REFUSED
    return PARTLY_DONE if scraped.failed else 0
