"""One county record: each value, and the changes that brought it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.render import Result
from cli.text import counted, short

if TYPE_CHECKING:
    from services.county.records.explain import ExplainedField, ExplainedRecord, RecordChange


def render_record(found: ExplainedRecord) -> Result:
    """A record's fields, a line each, with when each was set and by whom."""
    return Result(asdict(found), list(_lines(found)))


def _lines(found: ExplainedRecord) -> Iterator[str]:
    yield f"{found.record_id} of {found.source} ({found.kind})"
    for field in found.fields:
        yield from _field(found, field)


def _field(found: ExplainedRecord, field: ExplainedField) -> Iterator[str]:
    newest, *older = field.changes
    line = found.rows.get(newest.change_set_id, {}).get("line")
    place = f", line {line} of its layer" if line else ""
    yield f"{field.field}: {_value(field.value)} — {_said(newest)}{place}"
    yield from (f"  before: {_value(change.new)} — {_said(change)}" for change in older[:3])
    if len(older) > 3:
        yield f"  and {counted(len(older) - 3, 'older change')}: see --json"


def _said(change: RecordChange) -> str:
    session = f", session {short(change.session_id)}" if change.session_id else ""
    return (
        f"{change.at:%Y-%m-%d %H:%M} UTC by {change.actor}{session}"
        f" (change set {change.change_set_id}): {change.reason}"
    )


def _value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return "nothing" if value is None else str(value)
