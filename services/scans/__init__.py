"""Index scans in the database: sightings as they land, tiers and their pace, and the proofs of removals."""

from services.scans.checks import Asked, Check, CheckWriter, draw_canaries, queue_checks
from services.scans.sightings import ScanFigures, SightingWriter, interrupted_scan
from services.scans.tiers import TIERS, TierState, tier_states

__all__ = [
    "TIERS",
    "Asked",
    "Check",
    "CheckWriter",
    "ScanFigures",
    "SightingWriter",
    "TierState",
    "draw_canaries",
    "interrupted_scan",
    "queue_checks",
    "tier_states",
]
