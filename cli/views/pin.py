"""Pins: one that was set, and a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from cli.program import command
from cli.render import Result, table
from config.text import format_value

if TYPE_CHECKING:
    from services.history.edits import Edited, Pin

_COLUMNS: Final = ("source", "listing", "field", "value", "source shows", "since", "pinned by", "reason")
_LONGEST: Final = 60


def render_edit(edited: Edited, field: str, *, with_value: bool) -> Result:
    """What an edit changed, or that the field is pinned as it is."""
    place = f"{field} of {edited.property_id}"
    release = f"unpin --source {edited.source} --property-id {edited.property_id} --field {field}"
    lines = [f"Pinned {place} as it is{': live has that value already' if with_value else ''}."]
    if edited.changes:
        lines = [f"{place}: {_text(each.old)} → {_text(each.new)}, pinned." for each in edited.changes]
    return Result(edited, [*lines, f"to let it follow the source again: {release}"])


def render_pins(pins: Sequence[Pin], *, more: bool) -> Result:
    """Pinned fields, a line each; `more` says that others follow."""
    if not pins:
        return Result({"pins": pins}, ["Nothing is pinned."])
    rows = [
        (
            *(each.source, each.property_id, each.field, _text(each.value)),
            _text(each.shown) if each.differs else None,
            *(each.shown_since, each.pinned_by, each.reason),
        )
        for each in pins
    ]
    return Result(
        {"pins": pins},
        [table(_COLUMNS, rows), *([f"… more: {command('pin --list --limit N')}"] if more else [])],
    )


def _text(value: Any) -> str:
    return "nothing" if value is None else format_value(value, longest=_LONGEST)
