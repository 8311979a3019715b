"""Quality as measures: what was measured of each session, how it developed, and what is unusual in it."""

from services.quality.measures import Measure, measures
from services.quality.trends import TrendFigure, trend

__all__ = ["Measure", "TrendFigure", "measures", "trend"]
