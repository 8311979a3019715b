"""Advice on homes that are shown twice."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from services.reports.quality.advice.words import many, percent, share_of
from services.reports.quality.model import QualityReport, Recommendation


def duplicate_advice(report: QualityReport) -> Iterator[Recommendation]:
    """Pairs of listings that wait for a person."""
    found = report.duplicates
    if found is None or not found.waiting or not found.suggested:
        return
    first = found.suggested[0]
    reasons = ", ".join(f"{each.comparison}: {each.says}" for each in first.speaks_for[:3])
    yield Recommendation(
        "duplicates",
        0.5 * min(1.0, share_of(found.waiting, found.listings)),
        f"{found.waiting:,} {many(found.waiting, 'pair', 'pairs')} of listings may each be "
        f"one home: {_named(first.left_side)} and {_named(first.right_side)}, "
        f"{percent(first.probability)} likely.",
        f"{first.vetoed or 'It is not certain enough to be merged by itself'}"
        + (f" ({reasons})." if reasons else "."),
        "Look at the pair; then merge the two, or keep them apart.",
        f"duplicates show {_id(first.left_side)} {_id(first.right_side)}",
    )


def _named(side: dict[str, Any]) -> str:
    return f"{side['source']}/{side['property_id']}"


def _id(side: dict[str, Any]) -> str:
    return shlex.quote(_named(side))
