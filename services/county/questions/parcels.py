"""One parcel with everything that is known of it, and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from config.county.kinds import KINDS, PROPERTIES
from database.handle import Database
from database.records import record
from services.county.questions.records import CountyRecord, columns_of, record_of
from services.county.scoring import LeadDetails

MOST: Final = 100
"""How many records of a kind are shown of a parcel."""
_DAYS: Final = 30
"""Of how many days on which it changed its score is told."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What made a value what it is: when, from which source and session, and what it was before."""

    at: datetime
    source: str
    session_id: UUID | None
    origin: str
    actor: str
    reason: str
    was: Any


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record of a parcel; it waits where it has the parcel's key and is not linked with it."""

    record: CountyRecord
    origins: Mapping[str, Origin]

    @property
    def waits(self) -> bool:
        """Whether no parcel is linked with it."""
        return self.record.property_id is None

    def origin_of(self, field: str) -> Origin | None:
        """Since when the field is as it is, and why; None where the audit says nothing of the record."""
        return self.origins.get(field) or self.origins.get("")

    def document(self) -> dict[str, Any]:
        """The record with the origin of each field, as JSON shows it."""
        named = {name or "created": origin for name, origin in self.origins.items()}
        return {**self.record.document(), "provenance": named}


@dataclass(frozen=True, slots=True)
class KnownParcel:
    """A parcel and its records by kind, the newest first.

    `parcel` is None where records wait for it: its county's roll has no such parcel yet. `found_by` says
    by what it was found: its id as printed, its key, or an id in the other order of section and range.
    `more` are the kinds of
    which it has more records than are here; `score` is None where it was never scored as a lead.
    """

    county: str
    state: str
    county_fips: str
    parcel_id_normalized: str
    found_by: str
    parcel: KnownRecord | None
    records: Mapping[str, tuple[KnownRecord, ...]]
    more: tuple[str, ...]
    score: LeadDetails | None

    @property
    def waiting(self) -> int:
        """How many of its records are not linked with it."""
        return sum(each.waits for known in self.records.values() for each in known)

    def document(self) -> dict[str, Any]:
        """Everything known, as JSON shows it."""
        return {
            "county": self.county,
            "state": self.state,
            "county_fips": self.county_fips,
            "parcel_id_normalized": self.parcel_id_normalized,
            "found_by": self.found_by,
            "parcel": self.parcel and self.parcel.document(),
            **{kind: [each.document() for each in known] for kind, known in self.records.items()},
            "more": self.more,
            "waiting": self.waiting,
            "score": self.score,
        }


async def known_parcel(
    database: Database, written: str, *, county: str | None = None, most: int = MOST
) -> KnownParcel:
    """All that is known of a parcel, by its id as it is written, with dashes or without, or by ours.

    Raises NotFoundError for one of which nothing is known, UsageError where several counties have it.
    """
    columns = {name: columns_of(kind, personal=True) for name, kind in KINDS.items()}
    found = await database.value("county_parcel", written, county, columns, most + 1)
    records = {kind: [_known(kind, row) for row in rows] for kind, rows in found["records"].items()}
    parcel = found["parcel"]
    score = None if parcel is None else await database.value("lead", UUID(parcel["id"]), _DAYS)
    return KnownParcel(
        county=found["county"],
        state=found["state"],
        county_fips=found["county_fips"],
        parcel_id_normalized=found["parcel_id_normalized"],
        found_by=found["found_by"],
        parcel=None if parcel is None else _known(PROPERTIES.name, parcel),
        records={kind: tuple(known[:most]) for kind, known in records.items()},
        more=tuple(kind for kind, known in records.items() if len(known) > most),
        score=None if score is None else record(LeadDetails, score),
    )


def _known(kind: str, row: Mapping[str, Any]) -> KnownRecord:
    origins = {
        field: Origin(
            at=datetime.fromisoformat(each["at"]),
            source=each["source"],
            session_id=None if each["session_id"] is None else UUID(each["session_id"]),
            origin=each["origin"],
            actor=each["actor"],
            reason=each["reason"],
            was=each["was"],
        )
        for field, each in row["provenance"].items()
    }
    return KnownRecord(record_of(KINDS[kind], row), origins)
