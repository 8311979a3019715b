"""Records and their parcels: matched by id, waiting where they match none, decided by people."""

from services.county.parcels.linking import Linked, Waits, link, waits
from services.county.parcels.waiting import (
    Candidate,
    RecordDecision,
    Standing,
    WaitingDetails,
    WaitingRecord,
    decide,
    find_parcel,
    find_record,
    list_waiting,
    show_waiting,
    undo_decision,
)

__all__ = [
    "Candidate",
    "Linked",
    "RecordDecision",
    "Standing",
    "WaitingDetails",
    "WaitingRecord",
    "Waits",
    "decide",
    "find_parcel",
    "find_record",
    "link",
    "list_waiting",
    "show_waiting",
    "undo_decision",
    "waits",
]
