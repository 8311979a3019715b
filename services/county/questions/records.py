"""County records as questions give them: a page at a time, each value of the type that its field declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from config.county.kinds import HOUSEKEEPING, Kind

_NOT_SHOWN: Final = frozenset({"raw", "change_set_id"})
_NUMBERS: Final = frozenset({"money", "number", "latitude", "longitude"})

EQUITY: Final = "equity_percent"
"""What of a record's market value no lien is on, in percent; null where nobody says what is owed."""


@dataclass(frozen=True, slots=True)
class CountyRecord:
    """One record of a county: which it is, where it came from, and the fields of its kind.

    `record[name]` is a field; money and measures are Decimals, days dates. `property_id` is the parcel's id,
    None while the record waits for its parcel; of a parcel it is its own.
    """

    kind: str
    id: UUID
    source: str
    record_id: str
    property_id: UUID | None
    record_status: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    fields: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def county(self) -> str:
        """The county's name, as its file has it: orange-fl."""
        return self.source.partition(".")[0]

    def document(self) -> dict[str, Any]:
        """The record on one level, as JSON shows it."""
        own = {name: getattr(self, name) for name in self.__slots__ if name != "fields"}
        return {**own, **self.fields}


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in the order of their question; `after` continues behind them, None at the end."""

    records: tuple[CountyRecord, ...]
    after: str | None
    question: Mapping[str, Any]


def columns_of(kind: Kind, *, personal: bool) -> list[str]:
    """The columns that a question shows; those that name or reach a person only where it is asked for."""
    fields = [
        field.name for field in kind.fields if field.read != "shape" and (personal or not field.personal)
    ]
    kept = [name for name, _, _ in HOUSEKEEPING if name not in _NOT_SHOWN]
    if kind.name == "properties":
        kept.remove("property_id")
    return [*kept, *fields, *([EQUITY] if kind.name == "property_records" else [])]


def record_of(kind: Kind, row: Mapping[str, Any]) -> CountyRecord:
    """A record from what the database says of it as JSON, in which numbers are texts."""
    readers = {field.name: _reader(field.read) for field in kind.fields}
    readers[EQUITY] = Decimal
    deleted = row["deleted_at"]
    parcel = row["id"] if kind.name == "properties" else row["property_id"]
    return CountyRecord(
        kind=kind.name,
        id=UUID(row["id"]),
        source=row["source"],
        record_id=row["record_id"],
        property_id=None if parcel is None else UUID(parcel),
        record_status=row["record_status"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        deleted_at=None if deleted is None else datetime.fromisoformat(deleted),
        fields={
            name: None if row[name] is None else read(row[name])
            for name, read in readers.items()
            if name in row
        },
    )


def _reader(read: str) -> Callable[[Any], Any]:
    """What makes a value of the type that a field declares."""
    if read in _NUMBERS:
        return Decimal
    return {"date": date.fromisoformat, "moment": datetime.fromisoformat}.get(read, lambda value: value)
