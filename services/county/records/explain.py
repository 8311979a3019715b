"""Where the values of one county record come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.county.kinds import KINDS
from config.errors import NotFoundError, UsageError
from database.handle import Database
from database.records import record
from parsing.nearest import nearest


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One change of a field: what it was and became, by whom, when and why."""

    at: datetime
    kind: str
    origin: str
    actor: str
    reason: str
    session_id: UUID | None
    change_set_id: int
    position: int
    undoes: int | None
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """A field of a record, and its changes, newest first."""

    field: str
    value: Any
    changes: tuple[RecordChange, ...]


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """A county record with everything that decided its fields."""

    kind: str
    source: str
    record_id: str
    id: UUID
    fields: tuple[ExplainedField, ...]
    image: dict[str, Any]
    """Live, as its audit has it."""
    rows: dict[int, dict[str, Any]]
    """Change set → the staged row that its values came from, as far as it is kept."""
    sessions: dict[str, dict[str, Any]]


async def explain_record(
    database: Database, kind: str, record_id: str, *, source: str | None = None, field: str | None = None
) -> ExplainedRecord:
    """What decided the fields of a record, or one of them. Raises NotFoundError and UsageError."""
    if kind not in KINDS:
        near = nearest(kind, list(KINDS))
        raise UsageError(
            f"there is no kind of record {kind!r}",
            next_step=f"did you mean {near}?" if near else f"name one of {', '.join(KINDS)}",
        )
    names = [each.name for each in KINDS[kind].fields]
    if field is not None and field not in (*names, "record_status"):
        raise UsageError(f"{kind} has no field {field!r}", next_step=f"name one of {', '.join(names)}")
    found = await database.value("explain_record", kind, source, record_id)
    if found is None:
        raise NotFoundError(
            f"there is no record {record_id!r} of {kind}" + (f" in {source}" if source else ""),
            next_step="ids are as the source's file says: see county properties, county records",
        )
    fields = [each for each in found["fields"] if field is None or each["field"] == field]
    return record(
        ExplainedRecord,
        {**found, "fields": fields, "rows": {int(key): row for key, row in found["rows"].items()}},
    )
