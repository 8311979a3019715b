"""Quality as the database reports it; what is not assessed yet is said to be so."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from database.direct import Database

QUALITY_THRESHOLDS: Final = MappingProxyType(
    {"completeness": 0.85, "duplicates": 0.02, "errors": 0.05, "freshness_hours": 24.0}
)


class Check(BaseModel):
    """One figure against its threshold; `passed` is None where it is not assessed."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None
    threshold: float | None
    passed: bool | None
    explanation: str


class DataQualityService:
    """Reports on sessions and on live. Async; built with one database handle."""

    def __init__(self, database: Database, quality_thresholds: dict[str, float] | None = None) -> None:
        self._database = database
        self.quality_thresholds: dict[str, float] = {**QUALITY_THRESHOLDS, **(quality_thresholds or {})}

    async def generate_quality_report(self, session_id: UUID) -> dict[str, Any]:
        """One session: score and parts, completeness a field, findings a rule, quarantine, page errors."""
        report: dict[str, Any] = await self._database.value("quality_report", session_id)
        return report

    async def validate_staging_data(self, session_id: UUID) -> dict[str, Any]:
        """What the rules found in a session, as its last sync or dry run left it."""
        report = await self.generate_quality_report(session_id)
        return {key: report[key] for key in ("session_id", "rules", "quarantined", "quality", "not_assessed")}

    async def run_quality_checks(
        self, *, source: str | None = None, session_id: UUID | None = None
    ) -> list[Check]:
        """The live catalogue against `quality_thresholds`."""
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
