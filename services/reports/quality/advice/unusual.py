"""Advice on what is unusual beside the last sessions, where nothing has said it yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from services.quality import Anomaly
from services.reports.quality.advice.words import session_of
from services.reports.quality.model import QualityReport, Recommendation

_SAID_BY: Final = {
    "volume": ("few_rows", "no_rows"),
    "null rate": ("field_lost",),
    "price level": ("price_level",),
}
"""The recommendations that say the same, with their cause."""
_HARM: Final = {"severe": 0.5, "mild": 0.12}
_CAUSES: Final = {
    "volume": "The source shows more or less than usual, or not all of it was read.",
    "null rate": "The source no longer says it in some rows, or it is no longer found there.",
    "distribution": "The field may be read from another place, or in another unit.",
    "repeated value": "One value in so many rows is often a placeholder, or of a part that all pages share.",
    "price level": "The currency, the decimal mark or the place of the price may have changed.",
}


def unusual_advice(report: QualityReport, told: Iterable[Recommendation]) -> Iterator[Recommendation]:
    """What is unusual and not among what is told already."""
    known = {(each.kind, each.field) for each in told}
    for each in report.anomalies:
        if not any((kind, _field(each)) in known for kind in _SAID_BY.get(each.kind, ())):
            yield _advice(report, each)


def _field(found: Anomaly) -> str | None:
    """The field that a recommendation of the same names."""
    return "price" if found.kind == "price level" else None if found.kind == "volume" else found.field


def _advice(report: QualityReport, found: Anomaly) -> Recommendation:
    sentence = found.sentence[:1].upper() + found.sentence[1:]
    return Recommendation(
        "unusual",
        _HARM[found.severity],
        sentence if sentence.endswith(".") else f"{sentence}.",
        f"{_CAUSES[found.kind]} It is {abs(found.times):,.0f} times the usual spread off, of "
        f"{found.sessions} sessions.",
        "Compare some rows with the source; what you approve is usual from then on.",
        f"plans show {str(report.plan.id)[:8]}"
        if report.plan
        else f"session-details --session-id {session_of(report)}",
        found.field,
    )
