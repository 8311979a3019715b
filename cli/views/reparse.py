"""A reparse: the kept pages that were read, and the sync of their session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.program import command
from cli.render import Result
from cli.text import counted, red, short
from cli.views.preview import planned_lines, preview_document
from cli.views.sync import PARTLY_DONE, REFUSED, document_of, exit_code

if TYPE_CHECKING:
    from services.reports.previews import Preview
    from services.workflows.reparse import ReparseResult


def render_reparse(done: ReparseResult, preview: Preview | None = None) -> Result:
    """What was read, and its sync; of a dry run what it would bring live."""
    session: dict[str, Any] = {
        "id": done.session_id,
        "source": done.source,
        "verdict": None if done.sync is None else "partial",
        **asdict(done.read),
    }
    document = document_of(session, done.sync, status="failed", unread=done.unread)
    return Result(document | preview_document(preview), list(_lines(done, preview)), _exit_code(done))


def _lines(done: ReparseResult, preview: Preview | None) -> Iterator[object]:
    read, session = done.read, short(done.session_id)
    pages = counted(read.pages, "kept page")
    yield f"Session {session}: {counted(read.rows, 'row')} from {pages} of {done.source}, nothing fetched."
    if read.outdated:
        yield (
            f"{counted(read.outdated, 'listing')} left as it is: a later row of it was staged, or it was "
            "removed since."
            if read.outdated == 1
            else f"{counted(read.outdated, 'listing')} left as they are: later rows of them were staged, or "
            "they were removed since."
        )
    if read.failed:
        why = command(f"session-details --session-id {session}")
        yield f"{counted(read.failed, 'page')} gave no listing; why: {why}"
    if done.sync is None:
        yield red("Nothing was staged.")
    else:
        yield from planned_lines(done.sync, preview)


def _exit_code(done: ReparseResult) -> int:
    if done.sync is None:
        return REFUSED
    return exit_code(done.sync) or (PARTLY_DONE if done.read.failed else 0)
