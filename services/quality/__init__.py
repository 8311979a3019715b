"""Quality as measures: what was measured of each session, how it developed, and what is unusual in it."""

from services.quality.anomalies import Anomaly, anomalies
from services.quality.live import LiveMeasure, live_measures
from services.quality.measures import Measure, measures
from services.quality.trends import TrendFigure, trend

__all__ = [
    "Anomaly",
    "LiveMeasure",
    "Measure",
    "TrendFigure",
    "anomalies",
    "live_measures",
    "measures",
    "trend",
]
