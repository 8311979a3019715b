"""Rows set aside: a page of them, and one with what was staged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.program import command
from cli.render import Result, table
from cli.text import short

if TYPE_CHECKING:
    from services.reports.quarantine import QuarantineDetails, QuarantinedRow

_INTERNAL: Final = {"raw", "evidence", "kept", "fingerprint", "fingerprint_version", "session_id"}
"""Staged columns that are printed otherwise, or not at all."""


def render_quarantine(rows: Sequence[QuarantinedRow], *, more: bool) -> Result:
    """A page of rows; `more` says that others follow."""
    after = rows[-1].id if more else None
    lines = [
        (
            *(each.id, each.source, each.property_id, each.title),
            *("; ".join(reason.reason for reason in each.reasons), short(each.session_id)),
        )
        for each in rows
    ]
    text: list[object] = [table(["row", "source", "listing", "title", "why", "session"], lines)]
    if not rows:
        text = ["No rows are set aside."]
    if more:
        text.append(f"… more: {command(f'quarantine list --after {after}')}")
    return Result({"rows": rows, "after": after}, text)


def render_quarantined(found: QuarantineDetails) -> Result:
    """One row: why it is set aside, its staged columns, its raw content."""
    return Result(found, list(_lines(found)))


def _lines(found: QuarantineDetails) -> Iterator[object]:
    yield f"Row {found.id} of {found.source}, session {short(found.session_id)}: {found.status}"
    reasons = [(each.rule, each.version, each.value, each.reason) for each in found.reasons]
    yield table(["rule", "version", "value", "reason"], reasons)
    staged = {name: value for name, value in found.staged.items() if value is not None}
    yield table(
        ["column", "staged"], [(name, str(staged[name])) for name in sorted(staged.keys() - _INTERNAL)]
    )
    yield f"raw: {json.dumps(staged.get('raw'), ensure_ascii=False)}"
