"""What a sync did, or would do."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Metrics(BaseModel):
    """A sync in figures: new … superseded are rows, summing to `total_scraped`; the rest is outside."""

    model_config = ConfigDict(frozen=True)

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


class Reason(BaseModel):
    """Why a plan is held: a code for programs, a sentence a person can act on."""

    model_config = ConfigDict(frozen=True)

    code: str
    sentence: str


class SyncResult(BaseModel):
    """One sync: `applied`; `planned` by a dry run; `held` by the guard; `stale` beside a newer session."""

    model_config = ConfigDict(frozen=True)

    session_id: UUID
    status: Literal["applied", "planned", "held", "stale"]
    verdict: str | None = None
    source: str | None = None
    plan_id: UUID | None = None
    metrics: Metrics = Metrics()
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    position: int | None = None
    execution_time_ms: int = 0
    error: str | None = None

    @property
    def success(self) -> bool:
        """Whether everything asked for was done; beside a newer session there is nothing left to do."""
        return self.status != "held"

    def as_json(self) -> dict[str, Any]:
        """The document `sync --json` prints."""
        return {**self.model_dump(mode="json"), "success": self.success}
