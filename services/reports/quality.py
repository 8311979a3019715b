"""Quality as the database reports it; what is not assessed is marked."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from config.errors import UsageError
from database.handle import Handle, database_of
from database.records import record, records
from services.results import Metrics, UnreadField
from services.sources import require_source

QUALITY_THRESHOLDS: Final = MappingProxyType(
    {"completeness": 0.85, "duplicates": 0.02, "errors": 0.05, "freshness_hours": 24.0}
)


@dataclass(frozen=True, slots=True)
class Check:
    """One figure against its threshold; `passed` is None where it is not assessed."""

    name: str
    value: float | None
    threshold: float | None
    passed: bool | None
    explanation: str


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source by the thresholds; null is what cannot be measured yet.

    `session_id` is that of its last applied sync, `quality` its score and `unread` what it could not read.
    """

    source: str
    listings: int
    """Active ones in live."""
    completeness: float | None
    errors: float | None
    freshness_hours: float | None
    session_id: UUID | None
    quality: float | None
    missed: tuple[str, ...]
    """The checks whose threshold it misses."""
    never_filled: tuple[str, ...]
    """The weighted fields that no active listing of it has."""
    also_never_filled: tuple[str, ...]
    """The other fields that none has."""
    unread: tuple[UnreadField, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The score of a session, 0 to 1, and its parts; null where no rule ran or no row could be judged."""

    overall: float | None
    validation: float | None
    completeness: float | None
    """Over the weighted fields that the session has."""
    error_rate: float | None
    warning_rate: float | None
    """Rows that a rule warns of, or with a cell that could not be read or is doubtful."""
    completeness_of_all: float | None = None
    """Over all weighted fields, as live and `quality-checks` have it."""
    freshness: float | None = None
    """1 when synced within a day of its end, falling to 0 after a week."""


@dataclass(frozen=True, slots=True)
class FieldFill:
    """How many rows have a value of a field; not assessed where no row has such a field."""

    field: str
    filled: int
    assessed: bool
    weight: float = 0.0
    """Its share in completeness."""


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """How many rows a rule failed, or could not be checked on, with one reason as an example.

    `unchanged` of them are as they were in an earlier session, in which that was found. The example is null
    where it no longer holds.
    """

    rule: str
    version: int
    severity: str
    outcome: str
    rows: int
    example: str | None
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class QualityReport:
    """One session: its score, completeness by field, findings by rule, rows in quarantine, failed pages."""

    session_id: UUID
    source: str
    status: str
    verdict: str | None
    sync_status: str | None
    rows: int
    quality: Quality | None
    metrics: Metrics | None
    not_assessed: tuple[str, ...]
    fields: tuple[FieldFill, ...]
    unread: tuple[UnreadField, ...]
    never_filled: tuple[str, ...]
    """The fields that no row has a cell with content of."""
    rules: tuple[RuleFindings, ...]
    quarantined: int
    errors: dict[str, int]
    """Kind of error → the number of pages that still fail with it."""


@dataclass(frozen=True, slots=True)
class StagingValidation:
    """What the rules found in a session."""

    session_id: UUID
    rules: tuple[RuleFindings, ...]
    quarantined: int
    quality: Quality | None
    not_assessed: tuple[str, ...]


class DataQualityService:
    """Reports on sessions and on live. Async; built with one `Database`, or a supabase AsyncClient."""

    def __init__(self, database: Handle, quality_thresholds: dict[str, float] | None = None) -> None:
        self._database = database_of(database)
        if unknown := sorted({*(quality_thresholds or {})} - {*QUALITY_THRESHOLDS}):
            raise UsageError(
                f"there is no quality threshold {unknown[0]!r}",
                next_step=f"there are {', '.join(QUALITY_THRESHOLDS)}",
            )
        self.quality_thresholds: dict[str, float] = {**QUALITY_THRESHOLDS, **(quality_thresholds or {})}

    async def generate_quality_report(self, session_id: UUID) -> QualityReport:
        """Score a session. Raises NotFoundError for one that does not exist."""
        return record(QualityReport, await self._database.value("quality_report", session_id))

    async def validate_staging_data(self, session_id: UUID) -> StagingValidation:
        """What the rules found in a session, as its last sync or dry run left it."""
        report = await self.generate_quality_report(session_id)
        return StagingValidation(
            session_id=report.session_id,
            rules=report.rules,
            quarantined=report.quarantined,
            quality=report.quality,
            not_assessed=report.not_assessed,
        )

    async def run_quality_checks(
        self, *, source: str | None = None, session_id: UUID | None = None
    ) -> list[Check]:
        """The live catalogue against `quality_thresholds`."""
        await require_source(self._database, source)
        rows = await self._database.rows("quality_checks", source, session_id, self.quality_thresholds)
        return [
            Check(
                name=row["check_name"],
                value=None if row["value"] is None else float(row["value"]),
                threshold=None if row["threshold"] is None else float(row["threshold"]),
                passed=row["passed"],
                explanation=row["explanation"],
            )
            for row in rows
        ]

    async def compare_sources(
        self, *, source: str | None = None, session_id: UUID | None = None
    ) -> list[SourceQuality]:
        """Each source by `quality_thresholds`, those that miss the most of them first."""
        await require_source(self._database, source)
        rows = await self._database.rows("quality_sources", source, session_id, self.quality_thresholds)
        return records(SourceQuality, rows)
