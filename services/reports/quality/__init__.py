"""Quality of sessions and of live: measured, held against thresholds, and what to do about it first."""

from services.reports.quality.advice.sources import source_advice
from services.reports.quality.model import (
    Check,
    ExampleRow,
    FieldFill,
    LostField,
    NotAssessed,
    PastSession,
    Places,
    Point,
    Quality,
    QualityReport,
    QuarantineSummary,
    Recommendation,
    RuleFindings,
    SourceQuality,
    StagingValidation,
    Threshold,
)
from services.reports.quality.service import QUALITY_THRESHOLDS, DataQualityService

__all__ = [
    "QUALITY_THRESHOLDS",
    "Check",
    "DataQualityService",
    "ExampleRow",
    "FieldFill",
    "LostField",
    "NotAssessed",
    "PastSession",
    "Places",
    "Point",
    "Quality",
    "QualityReport",
    "QuarantineSummary",
    "Recommendation",
    "RuleFindings",
    "SourceQuality",
    "StagingValidation",
    "Threshold",
    "source_advice",
]
