"""What to do first: each module knows one kind of problem, its cause and the command that comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from services.reports.quality.advice.duplicates import duplicate_advice
from services.reports.quality.advice.fields import field_advice
from services.reports.quality.advice.places import place_advice
from services.reports.quality.advice.rows import row_advice
from services.reports.quality.advice.session import session_advice
from services.reports.quality.advice.unusual import unusual_advice
from services.reports.quality.model import QualityReport, Recommendation

_KINDS: Final[tuple[Callable[[QualityReport], Iterator[Recommendation]], ...]] = (
    session_advice,
    field_advice,
    row_advice,
    place_advice,
    duplicate_advice,
)


def advised(report: QualityReport) -> QualityReport:
    """The report with what to do about it, the most harmful first."""
    kinds = _KINDS if report.reads_rows else (session_advice,)
    found = [each for advise in kinds for each in advise(report)]
    found += unusual_advice(report, found)
    ordered = sorted(found, key=lambda each: (-each.harm, each.kind, each.field or "", each.problem))
    return replace(report, recommendations=tuple(ordered))
