"""The measures of a session, by the characteristics of ISO/IEC 25012."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from database.handle import Database
from database.records import records

CHARACTERISTICS: Final = (
    "completeness",
    "coverage",
    "validity",
    "uniqueness",
    "freshness",
    "consistency",
    "integrity",
    "accuracy",
    "credibility",
)
"""Every characteristic that is measured, in the order of reports; docs/quality.md defines them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of two counts, of the record as a whole or of one field, all rules together or one rule.

    Where nothing could be counted it is not assessed: `value` and both counts are None, `reason` says why.
    """

    characteristic: str
    measure: str
    field: str | None
    rule_name: str | None
    rule_version: int | None
    numerator: int | None
    denominator: int | None
    value: float | None
    """numerator ÷ denominator, 0 to 1."""
    reason: str | None
    rules_version: int | None
    """The set of rules that was active; None where none ran."""
    measured_at: datetime | None

    @property
    def assessed(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


async def measures(database: Database, session_id: UUID) -> list[Measure]:
    """What was measured of a session when it was last planned, in the order of reports.

    Of a session that was never planned, every characteristic as not assessed. Raises NotFoundError.
    """
    return records(Measure, await database.rows("quality_measures", session_id))
