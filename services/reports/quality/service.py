"""The public class: reports on sessions, and live against its thresholds."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final
from uuid import UUID

from config.errors import UsageError
from config.source import Thresholds
from database.handle import Handle, database_of
from database.records import records
from services.quality import anomalies, measures
from services.reports.quality.advice import advised
from services.reports.quality.documents import report_of
from services.reports.quality.model import Check, QualityReport, SourceQuality, StagingValidation
from services.sources import require_source

QUALITY_THRESHOLDS: Final = MappingProxyType(
    {"completeness": 0.85, "duplicates": 0.02, "errors": 0.05, "freshness_hours": 24.0}
)
"""What is usual; a source's file may say otherwise, and so may the caller."""
_NAMES: Final = tuple(Thresholds.model_fields)


class DataQualityService:
    """Reports on sessions and on live. Async; built with one `Database`, or a supabase AsyncClient."""

    def __init__(self, database: Handle, quality_thresholds: dict[str, float] | None = None) -> None:
        self._database = database_of(database)
        if unknown := sorted({*(quality_thresholds or {})} - {*_NAMES}):
            raise UsageError(
                f"there is no quality threshold {unknown[0]!r}",
                next_step=f"there are {', '.join(_NAMES)}",
            )
        self.quality_thresholds: dict[str, float] = {**QUALITY_THRESHOLDS, **(quality_thresholds or {})}
        """Those given here win over a source's own, which win over the usual ones."""
        self._thresholds = {"code": quality_thresholds or {}, "default": {**QUALITY_THRESHOLDS}}

    async def generate_quality_report(self, session_id: UUID) -> QualityReport:
        """Report on a session and what to do first. Raises NotFoundError for one that does not exist."""
        found = report_of(await self._database.value("quality_report", session_id))
        measured = await measures(self._database, session_id)
        unusual = await anomalies(self._database, session_id)
        return advised(replace(found, measures=tuple(measured), anomalies=tuple(unusual)))

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
        rows = await self._database.rows("quality_checks", source, session_id, self._thresholds)
        return [
            Check(
                name=row["check_name"],
                value=None if row["value"] is None else float(row["value"]),
                threshold=None if row["threshold"] is None else float(row["threshold"]),
                passed=row["passed"],
                explanation=row["explanation"],
                origin=row["origin"],
                next_step=row["next_step"],
            )
            for row in rows
        ]

    async def compare_sources(
        self, *, source: str | None = None, session_id: UUID | None = None
    ) -> list[SourceQuality]:
        """Each source by `quality_thresholds`, those that miss the most of them first."""
        await require_source(self._database, source)
        rows = await self._database.rows("quality_sources", source, session_id, self._thresholds)
        return records(SourceQuality, rows)
