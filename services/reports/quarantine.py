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
    """A staged row that cannot go live."""

    id: int
    source: str
    session_id: UUID
    row_no: int
    property_id: str | None
    reasons: tuple[QuarantineReason, ...]
    status: str
    created_at: datetime
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
    staged: dict[str, Any]


async def list_quarantine(
    database: Database,
    *,
    source: str | None = None,
    session_id: UUID | None = None,
    status: str = "open",
    after: int = 0,
    limit: int = 50,
) -> list[QuarantinedRow]:
    """Rows that cannot go live, with rule, version, value and reason; `after` is the last id of a page."""
    await require_source(database, source)
    rows = await database.rows("quarantine_list", source, session_id, status, after, limit)
    return records(QuarantinedRow, rows)


async def show_quarantined(database: Database, quarantine_id: int) -> QuarantineDetails:
    """One row set aside, with its staged columns and raw content."""
    row = await database.row("quarantine_row", quarantine_id)
    if row is None:
        raise NotFoundError(f"there is no quarantined row {quarantine_id}", next_step="see quarantine list")
    return record(QuarantineDetails, row)
