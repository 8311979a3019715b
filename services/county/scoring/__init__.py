"""Leads: parcels scored by what their records say, why, and how that moved.

    done = await score_leads(database)
    for lead in await list_leads(database, tier="A", limit=20): …

The sums are SQL (`sql/county/scoring`); how many points a signal gives is a version of rows, see `versions`.
"""

from services.county.scoring.leads import (
    TIERS,
    EnteredTier,
    Lead,
    LeadDetails,
    Parcel,
    Reason,
    TierCount,
    TierDay,
    drop_score_years,
    entered_tier,
    find_parcel,
    list_leads,
    show_lead,
    tier_counts,
    tier_days,
)
from services.county.scoring.score import Scored, score_leads
from services.county.scoring.trials import Trial, replay, simulate
from services.county.scoring.versions import (
    ScoreVersion,
    add_version,
    list_versions,
    read_weights,
    use_version,
)

__all__ = [
    "TIERS",
    "EnteredTier",
    "Lead",
    "LeadDetails",
    "Parcel",
    "Reason",
    "ScoreVersion",
    "Scored",
    "TierCount",
    "TierDay",
    "Trial",
    "add_version",
    "drop_score_years",
    "entered_tier",
    "find_parcel",
    "list_leads",
    "list_versions",
    "read_weights",
    "replay",
    "score_leads",
    "show_lead",
    "simulate",
    "tier_counts",
    "tier_days",
    "use_version",
]
