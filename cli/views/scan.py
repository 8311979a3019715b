"""Index scans and what followed from them: a line each, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, red
from cli.views.sync import PARTLY_DONE, REFUSED
from cli.views.verification import is_doubtful, verification_document, verification_lines
from config.text import format_time

if TYPE_CHECKING:
    from config.errors import PropertyManagerError
    from services.scans import TierState
    from services.workflows.scan import ScanResult
    from services.workflows.tiers import TierRun


def render_tier_runs(runs: Sequence[TierRun]) -> Result:
    """Several sources' turns; exit code 3 where something was refused, 4 where a source gave nothing."""
    lines = [line for run in runs for line in _run_lines(run)]
    code = max((_exit_code(run) for run in runs), key=lambda code: (code == REFUSED, code), default=0)
    nothing = "Nothing is due: see crawl status."
    return Result(
        {"success": code == 0, "runs": [run_document(run) for run in runs]}, lines or [nothing], code
    )


def with_tiers(result: Result, states: Sequence[TierState]) -> Result:
    """A result with the tiers of the sources below it."""
    document = {**result.document, "tiers": states} if isinstance(result.document, dict) else result.document
    return Result(document, [*result.text, *tier_table(states)], result.exit_code)


def tier_table(states: Sequence[TierState]) -> list[object]:
    """The tiers of the sources: when each was looked at, how often, and why; nothing where there are none."""
    if not states:
        return []
    rows = [
        (
            state.source,
            state.tier,
            "all" if state.pages is None else f"{state.pages:,}",
            f"{state.every_hours:.3g} h",
            "never" if state.last_at is None else format_time(state.last_at),
            "now" if state.is_due or state.due_at is None else format_time(state.due_at),
            "" if state.last_shown is None else f"{state.last_moved:,} of {state.last_shown:,}",
            state.why,
        )
        for state in states
    ]
    heads = ("source", "tier", "pages", "every", "last scan", "next", "moved", "why so often")
    return [table(heads, rows, title="tiers")]


def scan_line(scanned: ScanResult) -> str:
    """A scan as it ends: "acme whole: 3 index pages, 66 listings: 1 new, 2 repriced, 63 unmoved; …"."""
    found = scanned.found
    named = {
        "new": found.new,
        "repriced": found.repriced,
        "relisted": found.relisted,
        "unmoved": found.unmoved,
    }
    what = ", ".join(f"{count:,} {name}" for name, count in named.items() if count)
    missing = f"; {found.missing:,} missing" if found.missing else ""
    asked = f", {counted(found.candidates, 'candidate')} for removal" if found.candidates else ""
    aside = f", {found.aside:,} set aside before" if found.aside else ""
    back = f", {found.returned:,} shown again" if found.returned else ""
    again = f" (and {found.seam_pages:,} again)" if found.seam_pages else ""
    parts = f" in {found.parts:,} parts" if found.parts else ""
    verdict = found.verdict if found.reason is None else f"{found.verdict}: {found.reason}"
    return (
        f"{scanned.source} {scanned.tier}: {counted(found.pages, 'index page')}{parts}{again}, "
        f"{counted(found.shown, 'listing')}: {what or 'nothing compared'}{aside}{missing}{asked}{back}; "
        f"{counted(found.queued, 'detail page')} queued ({verdict})"
    )


def _run_lines(run: TierRun) -> Iterator[object]:
    for scanned in run.scans:
        yield scan_line(scanned)
        if scanned.found.verdict == "suspect":
            yield red(f"  {run.source} is paused; once its site is well again:")
            yield next_line(f"sources resume {run.source}")
    if run.scans and run.why:
        yield f"  how often: {run.why}"
    if run.verification is not None:
        yield from verification_lines(run.verification)
    if run.stale:
        yield f"{run.source} stale: {counted(run.stale, 'detail page')} queued that were not read for long"
    if run.error is not None:
        yield from _error_lines(run.source, run.error)


def _error_lines(source: str, error: PropertyManagerError) -> Iterator[object]:
    yield red(f"{source}: {error.message}")
    if error.next_step is not None:
        yield next_line(error.next_step)


def run_document(run: TierRun) -> dict[str, Any]:
    """A source's turn as JSON."""
    error = run.error
    return {
        "source": run.source,
        "tier": run.tier,
        "why": run.why,
        "scans": [
            {"session_id": each.session_id, "url": each.url, **asdict(each.found)} for each in run.scans
        ],
        "verification": verification_document(run.verification),
        "stale": run.stale,
        "queued": run.queued,
        "error": None
        if error is None
        else {"code": error.code, "message": error.message, "next": error.next_step},
    }


def _exit_code(run: TierRun) -> int:
    if run.error is not None:
        return REFUSED if run.error.exit_code == REFUSED else PARTLY_DONE
    if is_doubtful(run.verification) or any(each.found.verdict == "suspect" for each in run.scans):
        return REFUSED
    return PARTLY_DONE if any(not each.found.finished for each in run.scans) else 0
