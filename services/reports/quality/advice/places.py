"""Advice on places: swapped, at 0, 0, or far from where the source usually is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from services.reports.quality.advice.words import of_rows, place_of, session_of, share_of
from services.reports.quality.model import PlaceExample, QualityReport, Recommendation

_KINDS: Final = {
    "swapped": (
        "coordinates_swapped",
        "{rows} {has} latitude and longitude swapped",
        "With the two exchanged they lie where the source's other listings are.",
        "Swap the two in the mapping or the recipe.",
        0.7,
    ),
    "mirrored": (
        "coordinates_mirrored",
        "{rows} {has} a minus too few or too many in the coordinates",
        "With the other sign they lie where the source's other listings are: west and south are negative.",
        "Correct the sign in the mapping or the recipe.",
        0.7,
    ),
    "zero": (
        "coordinates_zero",
        "{rows} {is_} at 0, 0, in the sea off Africa",
        "The source writes 0 where it has no coordinates.",
        "Nothing is lost: they count as without a place. Tell the source.",
        0.15,
    ),
    "outside": (
        "coordinates_outside",
        "{rows} {is_} outside the usual region of {source}",
        "Their coordinates do not belong to them, or the source has homes in a new place.",
        "Compare the place on the map with the address.",
        0.5,
    ),
}


def place_advice(report: QualityReport) -> Iterator[Recommendation]:
    """What is wrong with the coordinates."""
    places = report.places
    for kind in _KINDS:
        if count := getattr(places, kind):
            yield _advice(report, kind, count)


def _advice(report: QualityReport, kind: str, count: int) -> Recommendation:
    name, problem, cause, fix, weight = _KINDS[kind]
    examples = [each for each in report.places.examples if each.kind == kind]
    words = {"has": "has", "is_": "is"} if count == 1 else {"has": "have", "is_": "are"}
    said = problem.format(rows=of_rows(count, report.rows), source=report.source, **words)
    shown = ", ".join(map(_shown, examples))
    return Recommendation(
        name,
        weight * share_of(count, report.rows),
        f"{said}{f': {shown}' if shown else ''}.",
        cause,
        fix,
        _next(report, examples),
        "latitude",
    )


def _shown(example: PlaceExample) -> str:
    at = "" if example.latitude is None else f" at {example.latitude:g}, {example.longitude:g}"
    city = f" ({example.city})" if example.city else ""
    return f"{place_of(example)}{at}{city}"


def _next(report: QualityReport, examples: list[PlaceExample]) -> str:
    if report.sync_status == "completed" and examples and examples[0].property_id is not None:
        source, listing = shlex.quote(report.source), shlex.quote(examples[0].property_id)
        return f"explain --source {source} --property-id {listing} --field latitude"
    return f"session-details --session-id {session_of(report)}"
