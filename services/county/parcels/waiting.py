"""Records that wait for their parcel: listed, shown with candidates, and decided by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records
from services.sources import require_source

Standing = Literal["waiting", "left", "linked"]

MOST_CANDIDATES: Final = 5
_START: Final = re.compile(r"[0-9a-f-]{8,36}")


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    """A record without its parcel, or with a doubtful one, and its likeliest candidate."""

    record: UUID
    kind: str
    source: str
    record_id: str
    why: str
    since: datetime
    parcel_id: str | None
    parcel_id_normalized: str | None
    address: str | None
    city: str | None
    candidate: UUID | None
    candidate_parcel_id: str | None
    candidate_address: str | None
    score: float | None
    reasons: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as a record's details show it."""

    property_id: UUID
    parcel_id_normalized: str
    parcel_id: str | None
    address: str | None
    unit: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A parcel that a record may be of: `score` 0 … 1, with what speaks for it."""

    property_id: UUID
    parcel_id_normalized: str
    parcel_id: str | None
    address: str | None
    unit: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    is_active: bool
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """What somebody said of a record: link (to `parcel`), leave (of no parcel) or undo."""

    id: int
    decided: str
    parcel: UUID | None
    reason: str | None
    actor: str
    created_at: datetime
    undoes: int | None


@dataclass(frozen=True, slots=True)
class WaitingDetails:
    """One record: where it stands, the parcel it has (`parcel`) or its id names (`named`), its candidates."""

    record: UUID
    kind: str
    source: str
    record_id: str
    is_active: bool
    property_id: UUID | None
    parcel_id: str | None
    parcel_id_normalized: str | None
    address: str | None
    unit: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    standing: str | None
    why: str | None
    since: datetime | None
    parcel: Parcel | None
    named: Parcel | None
    candidates: tuple[Candidate, ...]
    decisions: tuple[RecordDecision, ...]


async def list_waiting(
    database: Database,
    *,
    standing: Standing = "waiting",
    kind: str | None = None,
    source: str | None = None,
    after: WaitingRecord | None = None,
    limit: int = 50,
) -> list[WaitingRecord]:
    """Records of a standing, the longest waiting first. Raises NotFoundError for an unknown source."""
    await require_source(database, source)
    place = None if after is None else [after.since.isoformat(), str(after.record)]
    return records(
        WaitingRecord, await database.rows("waiting_records", standing, kind, source, place, limit)
    )


async def find_record(database: Database, text: str) -> tuple[str, UUID]:
    """The kind and id of the record that a person means: source/id, or the start of its own id.

    Raises NotFoundError where there is none, or several.
    """
    source, _, name = text.partition("/")
    start = text.lower().replace("-", "") if _START.fullmatch(text.lower()) else None
    found = await database.rows("find_records", source, name, start)
    if len(found) == 1:
        return found[0]["kind"], found[0]["record"]
    raise NotFoundError(
        f'several records are meant by "{text}"' if found else f'there is no record "{text}"',
        next_step="give source/id, as county waiting list shows them, or more of the record's id",
    )


async def show_waiting(database: Database, kind: str, record_id: UUID) -> WaitingDetails:
    """One record with its candidates and what was decided of it."""
    found = await database.value("record_with_candidates", kind, record_id, MOST_CANDIDATES)
    if found is None:
        raise NotFoundError(f"there is no record {record_id} among {kind}")
    return record(WaitingDetails, found)


async def find_parcel(database: Database, kind: str, record_id: UUID, text: str) -> UUID:
    """The parcel of the record's county that a person means: by its key, or its id as anybody prints it.

    Raises NotFoundError where there is none, or where the id may be read in two orders and both are parcels.
    """
    found = await database.rows("parcels_for_record", kind, record_id, text)
    found = [row for row in found if row["parcel_id_normalized"] == text] or found
    if len(found) == 1:
        parcel: UUID = found[0]["property_id"]
        return parcel
    both = " and ".join(sorted(row["parcel_id_normalized"] for row in found))
    raise NotFoundError(
        f'"{text}" may be {both}: both are parcels' if found else f'the county has no parcel "{text}"',
        next_step="give the id of a candidate, as county waiting show --json has it (property_id)",
    )


async def decide(
    database: Database,
    kind: str,
    record_id: UUID,
    parcel: UUID | None,
    *,
    actor: str,
    reason: str | None = None,
) -> int | None:
    """Say that a record is of a parcel, or (None) of none. Gives the decision; None where it was said before.

    It holds while the record has the parcel id that it has now; that it is of no parcel, until a parcel comes
    that has its id. Raises NotFoundError for an unknown parcel, UsageError for one of another county.
    """
    decision: int | None = await database.value("decide_record", kind, record_id, parcel, reason, actor)
    return decision


async def undo_decision(database: Database, decision: int, *, actor: str) -> int:
    """Take back what was said of a record last; it stands again as its id says. Gives the new decision."""
    done: int = await database.value("undo_record_decision", decision, actor)
    return done
