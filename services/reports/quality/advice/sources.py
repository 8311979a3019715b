"""Advice on sources: each threshold that one misses, with what is known of the reason."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Final

from services.reports.quality.advice.words import many, percent
from services.reports.quality.model import Recommendation, SourceQuality

_SAID: Final = {
    "code": "as the caller set it",
    "source": "of the source's own file",
    "default": "the usual one",
}
_HARM: Final = {
    "completeness": 0.6,
    "errors": 0.8,
    "freshness_hours": 0.9,
    "duplicates": 0.4,
    "geographic_diversity": 0.2,
}


def source_advice(sources: Iterable[SourceQuality]) -> tuple[Recommendation, ...]:
    """What to do about the sources that miss a threshold, the most harmful first."""
    found = [each for source in sources for each in _missed(source)]
    return tuple(sorted(found, key=lambda each: (-each.harm, each.problem)))


def _missed(source: SourceQuality) -> Iterator[Recommendation]:
    name = shlex.quote(source.source)
    thresholds = {each.name: each for each in source.thresholds}
    for check in source.missed:
        value, limit = getattr(source, check), thresholds[check]
        assert limit.threshold is not None and limit.origin is not None  # noqa: S101 - else none was missed
        low = check in ("completeness", "geographic_diversity")
        far = (limit.threshold - value if low else 1 - limit.threshold / value) if value else 1.0
        what = check.replace("_", " ")
        yield Recommendation(
            f"{check}_missed",
            round(_HARM[check] * min(1.0, max(0.1, far)), 4),
            f"{source.source}: {what} is {value:g}, {'below' if low else 'above'} {limit.threshold:g} "
            f"({_SAID[limit.origin]}).",
            _CAUSES[check](source),
            _FIXES[check],
            "duplicates list --source " + name
            if check == "duplicates"
            else f"quarantine list --source {name}"
            if check == "errors"
            else f"list-sessions --source {name}"
            if check == "freshness_hours"
            else f"quality-report --source {name}",
            None,
        )


def _completeness(source: SourceQuality) -> str:
    if source.never_filled:
        return f"None of its listings has {', '.join(source.never_filled)}."
    worst = source.unread[:1]
    return worst[0].sentence + "." if worst else "Some of its listings lack weighted fields."


def _errors(source: SourceQuality) -> str:
    return f"{percent(source.errors or 0)} of the rows of its last syncs were set aside by rules."


def _freshness(source: SourceQuality) -> str:
    return f"Its last applied sync was {(source.freshness_hours or 0) / 24:,.1f} days ago."


def _duplicates(source: SourceQuality) -> str:
    verb = many(source.waiting, "pair waits", "pairs wait")
    return f"It shows homes more than once; {source.waiting:,} {verb} for a person as well."


def _diversity(source: SourceQuality) -> str:
    return f"Its listings are in {source.places:,} {many(source.places, 'place', 'places')}, most in a few."


_CAUSES: Final = {
    "completeness": _completeness,
    "errors": _errors,
    "freshness_hours": _freshness,
    "duplicates": _duplicates,
    "geographic_diversity": _diversity,
}
_FIXES: Final = {
    "completeness": "See which fields are empty, and since when.",
    "errors": "Correct what these rows have in common, then take them back with quarantine reprocess.",
    "freshness_hours": "See how its last sessions ended, then bring it in again, or schedule it.",
    "duplicates": "Decide on the pairs that wait.",
    "geographic_diversity": "See whether whole places are missing.",
}
