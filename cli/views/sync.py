"""A sync: its figures in a sentence, its exit code, and the document that --json prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from cli.program import command, next_line, runnable
from cli.text import counted, red, short
from config.metrics import ABSENCES, OUTCOMES, outcome_of

if TYPE_CHECKING:
    from config.source import Source
    from services.reports.sessions import SyncRecord
    from services.results import Metrics, SyncResult, UnreadField

REFUSED: Final = 3
PARTLY_DONE: Final = 4


def figures(metrics: Metrics | SyncRecord) -> str:
    """What became of the rows, and beside them of listings without a row.

    "67 rows = 4 new + 5 updated + 55 unchanged + 2 quarantined + 1 superseded; 1 missing"
    """
    rows = counted(metrics.total_scraped or 0, "row")
    parts = " + ".join(_terms(metrics, OUTCOMES))
    outside = ", ".join(_terms(metrics, ABSENCES))
    return rows + (f" = {parts}" if parts else "") + (f"; {outside}" if outside else "")


def _terms(metrics: Metrics | SyncRecord, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if count := getattr(metrics, name):
            yield f"{count:,} {outcome_of(name)}"


def source_created(source: Source, *, dry_run: bool = False) -> str:
    """The line for a source that was not known before; a dry run adds none."""
    money = source.currency or "no currency: bare amounts stay without one"
    if dry_run:
        return f"Source {source.name} is new ({money}); approving the plan adds it."
    return f"Created source {source.name} ({money})."


def sync_lines(result: SyncResult) -> list[str]:
    """One sync as a person reads it, a line each: what happened, why, and what to do next."""
    if result.status == "stale":
        return [f"Nothing to do for session {short(result.session_id)}: {result.error}."]
    return [*_headline(result), *(f"note: {runnable(warning)}" for warning in result.warnings)]


def decision_lines(plan: str, approving: str = "to apply it") -> list[str]:
    """The two commands that decide on a plan, by the start of its id, a line each."""
    return [
        f"{approving}: {command(f'sync --approve {plan}')}",
        f"to drop it: {command(f'plans discard {plan}')}",
    ]


def unread_lines(unread: Iterable[UnreadField]) -> list[str]:
    """A line for each field with cells that could not be read, where no sync reports them."""
    return [f"note: {field.sentence}" for field in unread]


def _headline(result: SyncResult) -> Iterator[str]:
    line, plan = figures(result.metrics), short(result.plan_id)
    if result.status == "held":
        yield red(f"REFUSED plan {plan}: nothing was changed. It would have been: {line}")
        yield from (f"  - {reason.sentence}" for reason in result.reasons)
        yield next_line(f"plans show {plan}")
        yield from decision_lines(plan, "to apply it all the same")
    elif result.status == "planned":
        yield f"{line}{quality(result.metrics)}"
        yield f"Plan {plan}: nothing applied."
        yield next_line(f"sync --approve {plan}")
    else:
        yield f"{line}    applied in {result.execution_time_ms / 1000:.1f} s{quality(result.metrics)}"


def quality(metrics: Metrics) -> str:
    """ " · quality 0.98", the score that `quality-report` has too; nothing of a session without rows."""
    score = metrics.data_quality_score
    if score is None:
        return " · quality not assessed" if metrics.total_scraped else ""
    return f" · quality {score:.2f}"


def document(result: SyncResult) -> dict[str, Any]:
    """What `sync --json` prints; a refusal says so as every error does."""
    found = sync_fields(result)
    if result.status == "held":
        plan = short(result.plan_id)
        found["error"] = {
            "code": result.reasons[0].code if result.reasons else "held",
            "message": result.error,
            "next": runnable(f"plans show {plan}, then sync --approve {plan} or plans discard {plan}"),
        }
    return found


def sync_fields(result: SyncResult) -> dict[str, Any]:
    """The result's fields and its success, without the failures of subscribers: `status` prints those."""
    fields = asdict(result) | {"success": result.success}
    del fields["follow_up_failures"]
    return fields


def exit_code(result: SyncResult) -> int:
    """3 for a refusal; what was applied, planned or overtaken by a newer session is done."""
    return REFUSED if result.status == "held" else 0


def document_of(
    session: Mapping[str, Any],
    sync: SyncResult | None = None,
    *,
    status: str = "staged",
    error: Mapping[str, Any] | None = None,
    unread: Sequence[UnreadField] = (),
) -> dict[str, Any]:
    """What --json prints for one session: its sync, or `status` and what was unread where there was none."""
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
        "unread": unread,
        "session": session,
    }
