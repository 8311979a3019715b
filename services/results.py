"""What a sync did, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

Status = Literal["applied", "planned", "held", "stale"]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of a sync: new … superseded count rows and sum to `total_scraped`; the rest does not."""

    total_scraped: int = 0
    new_properties: int = 0
    updated_properties: int = 0
    unchanged_properties: int = 0
    reactivated_properties: int = 0
    quarantined_properties: int = 0
    superseded_rows: int = 0
    missing_properties: int = 0
    removed_properties: int = 0
    significant_updates: int = 0
    changed_fields: int = 0
    data_quality_score: float | None = None
    completeness_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plan is held: a code for programs, a sentence a person can act on."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class UnreadCell:
    """A cell that could not be read, was doubtful or missing; `line` of its file, or `url` of its page."""

    kind: Literal["unreadable", "doubtful", "missing"]
    text: str | None
    why: str
    readings: tuple[str, ...]
    """What a doubtful text may stand for."""
    line: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class UnreadField:
    """How many cells of a field could not be read, were doubtful or missing, the first of each as examples.

    A `missing` one was not found on its page, or what stands there is none: an unknown word for a status.
    """

    field: str
    unreadable: int
    doubtful: int
    examples: tuple[UnreadCell, ...]
    sentence: str
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a row that lost to another row of its id, and of that row."""

    field: str
    lost: Any
    kept: Any


@dataclass(frozen=True, slots=True)
class SupersededRow:
    """A row that lost to another row of its id, `winner`, and how they differ; lines are of the file."""

    row_no: int
    winner: int
    property_id: str
    line: int | None
    winner_line: int | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """One sync: `applied`; `planned` by a dry run; `held` by the guard; `stale` beside a newer session."""

    session_id: UUID
    status: Status
    verdict: str | None = None
    source: str | None = None
    plan_id: UUID | None = None
    metrics: Metrics = Metrics()
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: tuple[UnreadField, ...] = ()
    superseded: tuple[SupersededRow, ...] = ()
    """The first rows that differ from the row of their id that is used, without contacts."""
    position: int | None = None
    execution_time_ms: int = 0
    error: str | None = None
    follow_up_failures: tuple[str, ...] = ()
    """What kept a subscriber of the change feed from catching up; the sync stands all the same."""

    @property
    def success(self) -> bool:
        """Whether everything asked for was done; beside a newer session there is nothing left to do."""
        return self.status != "held"
