"""Rows set aside: a page of them, and one with what was staged."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from cli.program import command
from cli.render import Result, table
from cli.text import counted, short
from cli.views.planned import render_sync
from config.text import format_time

if TYPE_CHECKING:
    from services.reports.quarantine import QuarantineDetails, QuarantinedRow
    from services.results import SyncResult

_INTERNAL: Final = {"raw", "evidence", "kept", "fingerprint", "fingerprint_version", "session_id"}
"""Staged columns that are printed otherwise, or not at all."""


def render_quarantine(
    rows: Sequence[QuarantinedRow], counts: Mapping[str, int], asked: Sequence[str], *, more: bool
) -> Result:
    """A page of rows, and how many there are of each status; `asked` are the options that chose them."""
    after = rows[-1].id if more else None
    decided = any(each.decision is not None for each in rows)
    lines = [
        (
            *(each.id, each.source, each.property_id, each.title),
            *("; ".join(reason.reason for reason in each.reasons), short(each.session_id)),
            *((_decision(each),) if decided else ()),
        )
        for each in rows
    ]
    columns = ["row", "source", "listing", "title", "why", "session", *(["discarded"] if decided else [])]
    text: list[object] = [table(columns, lines)] if rows else ["No rows are set aside."]
    if len(counts) > 1 or (counts and not rows):
        text.append("In all: " + ", ".join(f"{number:,} {status}" for status, number in counts.items()))
    if more:
        text.append(f"… more: {command(shlex.join(['quarantine', 'list', *asked, '--after', str(after)]))}")
    return Result({"rows": rows, "counts": counts, "after": after}, text)


def render_discarded(number: int, reason: str) -> Result:
    """How many rows were discarded; they are kept."""
    line = f"Discarded {counted(number, 'row')}; they are kept: see quarantine list --status discarded."
    return Result({"discarded": number, "reason": reason}, [line])


def render_syncs(results: Sequence[SyncResult]) -> Result:
    """What was reprocessed of each source; the exit code is that of the worst."""
    each = [render_sync(result) for result in results]
    text = [
        line for result, one in zip(results, each, strict=True) for line in (f"{result.source}:", *one.text)
    ]
    return Result({"syncs": [one.document for one in each]}, text, max(one.exit_code for one in each))


def _decision(row: QuarantinedRow) -> str | None:
    return None if row.decision is None else f"{row.decision} ({row.decided_by})"


def render_quarantined(found: QuarantineDetails) -> Result:
    """One row: why it is set aside, its staged columns, its raw content."""
    return Result(found, list(_lines(found)))


def _lines(found: QuarantineDetails) -> Iterator[object]:
    yield f"Row {found.id} of {found.source}, session {short(found.session_id)}: {found.status}"
    if found.decision is not None and found.decided_at is not None:
        yield f"discarded by {found.decided_by}, {format_time(found.decided_at)}: {found.decision}"
    if found.reprocessed_in is not None:
        yield f"staged again in session {short(found.reprocessed_in)}"
    reasons = [(each.rule, each.version, each.value, each.reason) for each in found.reasons]
    yield table(["rule", "version", "value", "reason"], reasons)
    staged = {name: value for name, value in found.staged.items() if value is not None}
    yield table(
        ["column", "staged"], [(name, str(staged[name])) for name in sorted(staged.keys() - _INTERNAL)]
    )
    yield f"raw: {json.dumps(staged.get('raw'), ensure_ascii=False)}"
