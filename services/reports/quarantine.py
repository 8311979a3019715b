"""Rows set aside: a page of them, and one with its staged columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records
from services.sources import require_source


@dataclass(frozen=True, slots=True)
class QuarantineReason:
    """A rule that a row failed, or that could not be checked on it."""

    rule: str
    version: int
    field: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A staged row that cannot go live; who discarded it, and why in their words, in the two after when."""

    id: int
    source: str
    session_id: UUID
    row_no: int
    property_id: str | None
    reasons: tuple[QuarantineReason, ...]
    status: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision: str | None
    title: str | None
    source_url: str | None


@dataclass(frozen=True, slots=True)
class QuarantineDetails:
    """A staged row that cannot go live, with all its columns in staging."""

    id: int
    source: str
    session_id: UUID
    row_no: int
    property_id: str | None
    reasons: tuple[QuarantineReason, ...]
    status: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision: str | None
    reprocessed_in: UUID | None
    staged: dict[str, Any]


async def list_quarantine(
    database: Database,
    *,
    source: str | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
    status: str | None = "open",
    after: int = 0,
    limit: int = 50,
) -> list[QuarantinedRow]:
    """Rows that cannot go live, with rule, version, value and reason; `after` is the last id of a page.

    With `status` None, whatever became of them.
    """
    await require_source(database, source)
    rows = await database.rows("quarantine_list", source, session_id, rule, status, after, limit)
    return records(QuarantinedRow, rows)


async def count_quarantine(
    database: Database,
    *,
    source: str | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
) -> dict[str, int]:
    """How many rows there are of each status; `removed` are those whose session cleanup has removed."""
    await require_source(database, source)
    rows = await database.rows("quarantine_counts", source, session_id, rule)
    return {row["status"]: row["rows"] for row in rows}


async def show_quarantined(database: Database, quarantine_id: int) -> QuarantineDetails:
    """One row set aside, with its staged columns and raw content."""
    row = await database.row("quarantine_row", quarantine_id)
    if row is None:
        raise NotFoundError(f"there is no quarantined row {quarantine_id}", next_step="see quarantine list")
    return record(QuarantineDetails, row)
