"""Every check of live, and each source by the same thresholds, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.render import Result, table
from cli.views.quality.report import empty_fields

if TYPE_CHECKING:
    from services.reports.quality import Check, SourceQuality

_MARK: Final = {True: "✓", False: "✗", None: "–"}


def render_checks(checks: Sequence[Check], sources: Sequence[SourceQuality]) -> Result:
    """Every check in a line, then each source, the worst first; exit code 1 when a check fails."""
    passed = all(check.passed is not False for check in checks)
    rows = [(_MARK[each.passed], each.name, each.value, each.threshold, each.explanation) for each in checks]
    text = [table(["", "check", "value", "threshold", "what it is"], rows), *_sources(sources)]
    return Result({"success": passed, "checks": checks, "sources": sources}, text, 0 if passed else 1)


def _sources(sources: Sequence[SourceQuality]) -> Iterator[object]:
    columns = ["source", "active", "completeness", "errors", "hours since", "last score", "misses"]
    rows = [
        (
            *(each.source, each.listings, each.completeness, each.errors, each.freshness_hours),
            *(each.quality, ", ".join(each.missed) or None),
        )
        for each in sources
    ]
    if rows:
        yield table(columns, rows, title="By source, the worst first")
    for each in sources:
        empty = empty_fields(each.never_filled, each.also_never_filled)
        yield from (f"{each.source}: {line}" for line in empty)
        yield from (f"{each.source}: {field.sentence}" for field in each.unread)
