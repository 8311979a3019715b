"""How good the data is: one session's report, the catalogue against its thresholds, what is set aside."""

from services.quality.checks import QUALITY_THRESHOLDS, DataQualityService

__all__ = ["QUALITY_THRESHOLDS", "DataQualityService"]
