"""One parcel with everything known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted
from cli.views.county_questions import COLUMNS, address_of, cells
from config.county.kinds import KINDS, Kind
from config.text import format_day, format_value

if TYPE_CHECKING:
    from services.county.questions import KnownParcel, KnownRecord
    from services.county.scoring import LeadDetails

_LONGEST: Final = 60
_REASONS: Final = 5
_OF_THE_PARCEL: Final = frozenset({"parcel", "address", "city"})
"""Columns that say again of each record whose it is."""
_KEYS: Final = frozenset({"state", "county_fips", "parcel_id_normalized", "roll_year"})


def render_parcel(found: KnownParcel) -> Result:
    """The parcel, its newest values with their origin, and its records of each kind."""
    return Result(found.document(), list(_lines(found)), as_stored=True)


def _lines(found: KnownParcel) -> Iterator[object]:
    yield _head(found)
    if found.found_by == "id in the other order":
        yield "Found with section and range exchanged, as counties print both orders: compare the address."
    if found.parcel is None:
        yield f"{found.county} has no such parcel yet: its records wait for it."
        yield next_line("county waiting list")
    else:
        yield _values("Parcel", KINDS["properties"], found.parcel)
    if found.score is not None:
        yield from _score(found.score)
    values = found.records["property_records"]
    if values:
        newest = f"Appraiser's record of {values[0].record['roll_year']}"
        yield _values(newest, KINDS["property_records"], values[0])
        if values[0].record["equity_percent"] is None:
            yield "Equity is unknown: nobody says what is owed on it."
    for kind in KINDS.values():
        if known := found.records.get(kind.name):
            yield _records(found, kind, known)
    without = [f"{kind.singular}s" for kind in KINDS.values() if found.records.get(kind.name) == ()]
    if without:
        yield f"Nothing is known of: {', '.join(without)}."
    if found.parcel is not None and found.waiting:
        yield f"{counted(found.waiting, 'record')} with its key not matched with it yet."
        yield next_line("county match")


def _head(found: KnownParcel) -> str:
    parts = [f"Parcel {found.parcel_id_normalized}", f"{found.county} ({found.county_fips}, {found.state})"]
    if found.parcel is not None:
        record = found.parcel.record
        place = (address_of(record), record["city"], record["postal_code"])
        parts += [", ".join(part for part in place if part)]
        parts += [] if record.record_status == "active" else [record.record_status]
    return " · ".join(part for part in parts if part)


def _score(score: LeadDetails) -> Iterator[object]:
    """The score as a lead, with what adds to it the most."""
    yield (
        f"As a lead: {score.total:g} of 100, tier {score.tier}, confidence {score.confidence:g}, "
        f"as of {score.as_of}: distress {score.distress:g}, value {score.value:g}, "
        f"location {score.location:g}, urgency {score.urgency:g}."
    )
    best = sorted((each for each in score.reasons if each.adds), key=lambda each: -each.adds)[:_REASONS]
    for reason in best:
        yield f"  +{reason.adds:g}: {reason.says}"


def _values(title: str, kind: Kind, known: KnownRecord) -> object:
    """Every field that has a value: what it is, where it came from and since when."""
    rows = []
    for field in kind.fields:
        value = known.record.fields.get(field.name)
        if value is None or field.name in _KEYS:
            continue
        origin = known.origin_of(field.name)
        rows.append(
            (
                field.name.replace("_", " "),
                format_value(value, longest=_LONGEST),
                None if origin is None else format_day(origin.at),
                known.record.source if origin is None else _origin(known.record.source, origin),
            )
        )
    return table(["field", "value", "since", "from"], rows, title=title)


def _origin(source: str, origin: Any) -> str:
    """The layer that said so; who it was where it was no load."""
    return source if origin.origin == "sync" else f"{origin.origin} by {origin.actor}"


def _records(found: KnownParcel, kind: Kind, known: tuple[KnownRecord, ...]) -> object:
    columns = tuple(each for each in COLUMNS[kind.name] if each[0] not in _OF_THE_PARCEL)
    rows = [
        (*cells(each.record, columns), *_standing(each), format_day(each.record.updated_at)) for each in known
    ]
    more = ", the newest of more" if kind.name in found.more else ""
    names = [name for name, _ in columns]
    return table([*names, "is", "from", "since"], rows, title=f"{counted(len(known), kind.singular)}{more}")


def _standing(known: KnownRecord) -> tuple[str, str]:
    """Whether it is live and matched, and the layer that it is of."""
    status = known.record.record_status
    said = "waits" if known.waits else "matched"
    return (said if status == "active" else status, known.record.source)
