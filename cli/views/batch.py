"""Several sessions synced together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.program import next_line, runnable
from cli.render import Result
from cli.text import red, short
from cli.views.sync import PARTLY_DONE, REFUSED, document, sync_lines

if TYPE_CHECKING:
    from services.workflows.sync_pending import BatchResult, SessionFailure


def render_batch(batch: BatchResult) -> Result:
    """What became of each session that waited."""
    return Result(_document(batch), list(_lines(batch)), _exit_code(batch))


def _document(batch: BatchResult) -> dict[str, Any]:
    return {
        "success": _exit_code(batch) == 0,
        "sessions": [document(result) for result in batch.synced],
        "failed": [{"session_id": failure.session_id, "error": _error(failure)} for failure in batch.failed],
        "left_to_others": batch.left,
        "follow_up_failures": batch.follow_up_failures,
    }


def _error(failure: SessionFailure) -> dict[str, str | None]:
    return {
        "code": failure.code,
        "message": failure.message,
        "next": runnable(failure.next_step or "") or None,
    }


def _lines(batch: BatchResult) -> Iterator[str]:
    if not batch.synced and not batch.failed and not batch.left:
        yield "No session waits for its sync."
    for result in batch.synced:
        first, *others = sync_lines(result)
        yield f"{result.source} {short(result.session_id)}: {first}"
        yield from others
    for failure in batch.failed:
        yield red(f"session {short(failure.session_id)}: {failure.message}")
        if failure.next_step:
            yield next_line(failure.next_step)
    for session_id in batch.left:
        yield f"session {short(session_id)}: another worker is syncing its source; it is left to that worker"
    yield from (f"note: {failure}" for failure in batch.follow_up_failures)


def _exit_code(batch: BatchResult) -> int:
    if batch.failed:
        return PARTLY_DONE if batch.synced else 1
    return REFUSED if batch.held else 0
