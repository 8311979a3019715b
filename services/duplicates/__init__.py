"""Which listings are of one home: found by comparison, decided by people, never forgotten."""

from services.duplicates.find import MERGE_AT, REVIEW_AT, Found, find_duplicates
from services.duplicates.homes import (
    HomeEvent,
    HomeField,
    home_fields,
    keep_apart,
    list_events,
    merge_listings,
    show_home,
    undo,
)
from services.duplicates.pairs import Pair, PairDetails, find_listing, list_pairs, show_pair

__all__ = [
    "MERGE_AT",
    "REVIEW_AT",
    "Found",
    "HomeEvent",
    "HomeField",
    "Pair",
    "PairDetails",
    "find_duplicates",
    "find_listing",
    "home_fields",
    "keep_apart",
    "list_events",
    "list_pairs",
    "merge_listings",
    "show_home",
    "show_pair",
    "undo",
]
