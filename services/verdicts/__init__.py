"""Whether a session can be believed, and whether its source may be scraped: pauses, and pages of a day."""

from services.verdicts.budget import DailyBudget, budget_of
from services.verdicts.evidence import keep_page, remove_pages
from services.verdicts.judge import Doubt, doubts
from services.verdicts.pauses import (
    Pause,
    pause_source,
    paused_sources,
    require_not_paused,
    resume_source,
)

__all__ = [
    "DailyBudget",
    "Doubt",
    "Pause",
    "budget_of",
    "doubts",
    "keep_page",
    "pause_source",
    "paused_sources",
    "remove_pages",
    "require_not_paused",
    "resume_source",
]
