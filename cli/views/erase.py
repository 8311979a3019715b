"""Erasures: one that was done or tried, and a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cli.render import Result, table
from cli.text import counted

if TYPE_CHECKING:
    from services.erasure import ErasureRecord
    from services.workflows.erase import Forgotten

_KINDS: Final = {
    "email": "an e-mail address",
    "phone": "a phone number",
    "listing": "a listing's personal data",
}


def render_erasure(done: Forgotten) -> Result:
    """What was overwritten, by table, and what is kept out from now on."""
    erasure = done.erasure
    rows = sum(erasure.counts.values())
    tables = ", ".join(f"{name} {count:,}" for name, count in sorted(erasure.counts.items()))
    verb = "Would erase" if erasure.dry_run else "Erased"
    lines = [f"{verb} {_KINDS[erasure.kind]}: {counted(rows, 'row')}{f' ({tables})' if tables else ''}."]
    if done.pages.pages:
        lines.append(f"{verb} it in {counted(done.pages.pages, 'kept page')}.")
    if done.pages.unread:
        pages = counted(done.pages.unread, "kept page")
        lines.append(f"note: {pages} could not be searched: {done.pages.first_unread}")
        lines.append("note: run the same on the host that keeps them")
    if done.problem_pages:
        lines.append(f"Removed {counted(done.problem_pages, 'page')} that showed why a source was paused.")
    if not rows and not done.pages.pages:
        lines.append("note: nothing that is stored holds it; check the spelling")
    if not erasure.dry_run:
        lines.append(f"It is kept out from now on: erasure {erasure.id}.")
    if erasure.open_sessions:
        sessions = counted(erasure.open_sessions, "session")
        lines.append(f"note: rows were being staged in {sessions}: what lands from now on is without it")
    document = {
        "erasure_id": erasure.id,
        "kind": erasure.kind,
        "dry_run": erasure.dry_run,
        "rows": rows,
        "counts": erasure.counts,
        "log_places": done.log_places,
        "kept_pages": done.pages.pages,
        "problem_pages": done.problem_pages,
        "kept_pages_unread": done.pages.unread,
        "open_sessions": erasure.open_sessions,
    }
    return Result(document, lines)


def render_erasures(found: Sequence[ErasureRecord]) -> Result:
    """Erasures, a line each."""
    rows = [
        (
            *(each.id, each.requested_at, each.kind, each.actor),
            f"{each.source} {each.property_id}" if each.kind == "listing" else None,
            sum(each.counts.values()),
            _state(each),
        )
        for each in found
    ]
    columns = ["id", "asked", "what", "by", "listing", "rows", "state"]
    return Result({"erasures": found}, [table(columns, rows) if rows else "No erasures yet."])


def _state(erasure: ErasureRecord) -> str:
    if erasure.lifted_at is not None:
        return f"lifted by {erasure.lifted_by}"
    return "kept out" if erasure.completed_at is not None else "kept out; interrupted: run it again"
