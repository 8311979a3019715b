"""What changed: of one listing, and of a source between two moments."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.program import command
from cli.render import Result, table
from cli.text import counted, short
from config.text import format_time, format_value

if TYPE_CHECKING:
    from services.history.changes import FieldDifference, ListingChange, ListingDifference, SourceDifference

_LONGEST: Final = 40
_COLUMNS: Final = ("when", "field", "old → new", "by", "session")
_KINDS: Final = {"new": "new", "removed": "gone", "back": "back on the market", "changed": "changed"}
"""What became of a listing → what it is called."""


def render_history(
    source: str, property_id: str, field: str | None, changes: Sequence[ListingChange], *, more: bool
) -> Result:
    """A page of a listing's changes, a line each, and how to get the next page."""
    before = changes[-1].change_id if more else None
    document = {"source": source, "property_id": property_id, "changes": changes, "before": before}
    what = f" of {field}" if field else ""
    if not changes:
        return Result(document, [f"No change{what} of {source} {property_id}."], as_stored=True)
    rows = [
        (format_time(each.changed_at), each.field_name, _change(each), _actor(each), _session(each))
        for each in changes
    ]
    text: list[object] = [table(_COLUMNS, rows, title=f"{source} {property_id}, newest first")]
    if before is not None:
        words = ["history", "--source", source, "--property-id", property_id]
        words += [*(["--field", field] if field else []), "--before", str(before)]
        text.append(f"… more: {command(shlex.join(words))}")
    return Result(document, text, as_stored=True)


def render_difference(found: SourceDifference, *, asked: Sequence[str], more: bool) -> Result:
    """What a source differs in between two moments; `asked` are the options that name them."""
    after = found.listings[-1].property_id if more else None
    listings = found.listings
    document = {
        **{name: getattr(found, name) for name in ("source", "begin", "end")},
        "counts": {kind: getattr(found, kind) for kind in _KINDS},
        "listings": listings,
        "after": after,
    }
    text: list[object] = [_summary(found)]
    if listings:
        text.append(table(["listing", "what", "old → new"], list(map(_difference, listings))))
    if after is not None:
        text.append(f"… more: {command(shlex.join(['diff', *asked, '--after', after]))}")
    return Result(document, text, as_stored=True)


def _change(change: ListingChange) -> str:
    if change.field_name is None:
        return "first seen" if change.origin != "compact" else "as it stood; older changes are folded"
    return f"{_value(change.old_value)} → {_value(change.new_value)}"


def _value(value: object) -> str:
    return format_value(value, longest=_LONGEST)


def _actor(change: ListingChange) -> str:
    return change.origin if change.actor == change.origin else f"{change.origin} by {change.actor}"


def _session(change: ListingChange) -> str | None:
    return None if change.session_id is None else short(change.session_id)


def _summary(found: SourceDifference) -> str:
    told = [f"{count:,} {name}" for kind, name in _KINDS.items() if (count := getattr(found, kind))]
    between = f"{found.source} from {format_time(found.begin)} to {format_time(found.end)}"
    return f"{between}: {', '.join(told) if told else 'nothing differs'}."


def _difference(listing: ListingDifference) -> tuple[str, str, str]:
    fields = "; ".join(_fields(listing.fields)) or listing.title
    return listing.property_id, _KINDS[listing.what], fields


def _fields(fields: Sequence[FieldDifference]) -> Iterator[str]:
    for each in fields:
        times = f" ({counted(each.changes, 'change')})" if each.changes > 1 else ""
        yield f"{each.field} {_value(each.old)} → {_value(each.new)}{times}"
