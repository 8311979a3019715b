"""The figures of a sync, in the order in which they are reported."""

from __future__ import annotations

from typing import Final

OUTCOMES: Final = (
    "new_properties",
    "updated_properties",
    "unchanged_properties",
    "reactivated_properties",
    "quarantined_properties",
    "superseded_rows",
)
"""What can become of a staged row: each row has exactly one outcome, so they sum to `total_scraped`."""

ABSENCES: Final = ("missing_properties", "removed_properties")
"""What can become of a listing that a session does not show."""

METRICS: Final = (
    "total_scraped",
    *OUTCOMES,
    *ABSENCES,
    "significant_updates",
    "changed_fields",
    "data_quality_score",
    "completeness_rate",
)
"""Every figure, by the name of its column in `sync_metadata`."""


def outcome_of(metric: str) -> str:
    """The word for an outcome or absence: "new" for `new_properties`, "superseded" for `superseded_rows`."""
    return metric.partition("_")[0]
