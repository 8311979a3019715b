"""What an import did: its account, how much it covers, and its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.errors import PropertyManagerError
from importers.intake import Accounting, Verdict
from services.pipeline import SyncResult
from services.results import UnreadField


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """One session of an import, and its sync unless that was left out or failed."""

    session_id: UUID
    partition: str | None
    rows: int
    sync: SyncResult | None = None
    failure: PropertyManagerError | None = None
    unread: tuple[UnreadField, ...] = ()
    """The fields with cells that could not be read or were doubtful."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """One import: its account, how much it covers, and its sessions, one a partition."""

    source: str
    source_is_new: bool
    mapping_note: str | None
    partitioned: bool
    accounting: Accounting
    verdict: Verdict
    reason: str | None
    fell_short: bool
    """Whether part of the input could not be read, so that less was covered than was asked for."""
    sessions: tuple[ImportedSession, ...]
    follow_up_failures: tuple[str, ...] = ()
