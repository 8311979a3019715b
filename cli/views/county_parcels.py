"""Records and their parcels: what was matched, what waits, and one record with its candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted
from config.text import format_day, format_minute

if TYPE_CHECKING:
    from services.county.parcels import Linked, WaitingDetails, WaitingRecord, Waits

_KINDS: Final = {
    "tax_sales": "tax sale",
    "tax_certificates": "tax certificate",
    "foreclosures": "foreclosure",
    "property_records": "appraiser record",
    "code_violations": "code case",
}
_WHY: Final = {
    "no_id": "its parcel id is missing or unreadable",
    "no_parcel": "no parcel has its id",
    "other_order": "its id may be read in two orders, and the parcel that it names has another address",
    "other_address": "the parcel that its id names has another address",
}
_STANDINGS: Final = {
    "waiting": "waits",
    "left": "was left without a parcel",
    "linked": "is linked, with a doubt",
}
_NONE: Final = {
    "waiting": "No record waits for its parcel.",
    "left": "No record was left without a parcel.",
    "linked": "No record is linked to a parcel of another address.",
}


def render_matched(linked: Linked) -> Result:
    """What was looked at, what was linked, and what waits."""
    text: list[object] = [
        f"{counted(linked.changes, 'change')} looked at: {linked.linked:,} records found their parcel, "
        f"{linked.unlinked:,} lost it, {linked.waiting:,} wait."
    ]
    text += _counts(linked.waits)
    if linked.waiting:
        text.append(next_line("county waiting list"))
    return Result(linked, text)


def _counts(waits: Sequence[Waits]) -> list[object]:
    if not waits:
        return []
    rows = [(_KINDS[each.kind], each.records, _STANDINGS[each.standing], _WHY[each.why]) for each in waits]
    return [table(["kind", "records", "standing", "why"], rows)]


def render_waiting(
    found: Sequence[WaitingRecord], standing: str, counts: Sequence[Waits], *, more: bool
) -> Result:
    """Records that wait, a line each, with their likeliest parcel."""
    document = {"records": found, "counts": counts}
    if not found:
        return Result(document, [_NONE[standing], *_counts(counts)])
    rows = [
        (
            f"{each.source}/{each.record_id}",
            _KINDS[each.kind],
            format_day(each.since),
            each.parcel_id,
            each.address,
            _WHY[each.why],
            "–" if each.score is None else f"{each.candidate_parcel_id} ({each.score:.2f})",
            ", ".join(each.reasons or ()),
        )
        for each in found
    ]
    columns = ["record", "kind", "since", "parcel id", "address", "why", "likeliest parcel", "as"]
    text: list[object] = [table(columns, rows)]
    if more:
        text.append("… more: give a larger --limit")
    text.append(next_line(f"county waiting show {found[0].source}/{found[0].record_id}"))
    return Result(document, text)


def render_details(found: WaitingDetails) -> Result:
    """One record, its candidates, and what was decided of it."""
    name = f"{found.source}/{found.record_id}"
    text: list[object] = [
        table(
            ["field", f"{_KINDS[found.kind]} {name}"],
            [
                (field.replace("_", " "), value)
                for field in ("parcel_id", "parcel_id_normalized", "address", "unit", "city")
                if (value := getattr(found, field)) is not None
            ],
        ),
        _standing(found),
    ]
    if found.candidates:
        rows = [
            (f"{each.score:.2f}", each.parcel_id_normalized, each.address, each.city, ", ".join(each.reasons))
            for each in found.candidates
        ]
        text.append(table(["score", "parcel", "address", "city", "what speaks for it"], rows))
    elif found.property_id is None:
        text.append("No parcel of the county is like it.")
    if found.decisions:
        rows_of = [
            (each.id, format_minute(each.created_at), each.actor, each.decided, each.reason or each.undoes)
            for each in found.decisions
        ]
        text.append(table(["decision", "when", "who", "what", "why or of which"], rows_of))
    if found.standing == "waiting":
        if found.candidates:
            first = found.candidates[0].parcel_id_normalized
            text.append(next_line(f"county waiting decide {name} --parcel {first}"))
            text.append(f"or: {command(f'county waiting decide {name} --leave')}")
        else:
            text.append(next_line(f"county waiting decide {name} --leave"))
    return Result(found, text)


def _standing(found: WaitingDetails) -> str:
    why = f": {_WHY[found.why]}" if found.why else ""
    if found.parcel is not None:
        where = f" ({found.parcel.address})" if found.parcel.address else ""
        doubt = f"; {_WHY[found.why]}" if found.why else ""
        return f"It is of parcel {found.parcel.parcel_id_normalized}{where}{doubt}."
    since = "" if found.since is None else f" since {format_day(found.since)}"
    return f"It {_STANDINGS.get(found.standing or '', 'has no parcel')}{since}{why}."


def render_decided(decision: int | None, found: WaitingDetails) -> Result:
    """What was decided, and where the record stands now."""
    name = f"{found.source}/{found.record_id}"
    said = "That was decided before." if decision is None else f"Decision {decision}: {name}."
    text: list[object] = [said, _standing(found)]
    if decision is not None:
        text.append(f"to take it back: {command(f'county waiting undo {decision}')}")
    return Result({"decision": decision, "record": found}, text)
