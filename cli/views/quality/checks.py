"""Every check of live, and each source by the same thresholds, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.text import counted
from cli.views.quality.measured import empty_fields
from cli.views.quality.page import Cell, Figure, Meter, Page, Section, Spark, Table, Tone, tone_of
from config.text import format_value

if TYPE_CHECKING:
    from services.reports.quality import Check, Recommendation, SourceQuality

_MARK: Final = {True: "✓", False: "✗", None: "–"}
_TONE: Final[dict[bool | None, Tone]] = {True: "good", False: "poor", None: "none"}
_ORIGIN: Final = {"code": "the caller", "source": "the source's file", "default": "usual"}


def passed(checks: Sequence[Check]) -> bool:
    """Whether no check fails; what is not assessed neither passes nor fails."""
    return all(check.passed is not False for check in checks)


def checks_page(
    checks: Sequence[Check], sources: Sequence[SourceQuality], advice: Sequence[Recommendation]
) -> Page:
    """The page of the catalogue, or of one source."""
    missed = sum(check.passed is False for check in checks)
    of = counted(len(sources), "source")
    return Page(
        title="Quality of the catalogue" if len(sources) != 1 else f"Quality of {sources[0].source} in live",
        subtitle=f"{of}, {counted(missed, 'threshold')} missed"
        if missed
        else f"{of}; no threshold is missed",
        figures=[_figure(each) for each in checks],
        advice=advice,
        all_well="No source misses a threshold.",
        sections=[_checks(checks), *([_sources(sources)] if sources else []), *_each(sources)],
        footer="The worst source counts, so that many good ones hide no dead one.",
    )


def _figure(check: Check) -> Figure:
    limit = "no threshold" if check.threshold is None else f"threshold {check.threshold:g}"
    value = "not assessed" if check.value is None else format_value(check.value)
    return Figure(check.name.replace("_", " "), value, limit, None, _TONE[check.passed])


def _checks(checks: Sequence[Check]) -> Section:
    rows: list[Sequence[Cell]] = [
        (
            *(each.name, _MARK[each.passed], each.value, each.threshold),
            *(None if each.origin is None else _ORIGIN[each.origin], each.explanation),
        )
        for each in checks
    ]
    columns = ("check", "", "value", "threshold", "from", "what it is")
    steps = [each.next_step for each in checks if each.next_step]
    return Section("checks", "Checks", [], [Table("Live against its thresholds", columns, rows)], steps)


def _sources(sources: Sequence[SourceQuality]) -> Section:
    rows: list[Sequence[Cell]] = [
        (
            *(each.source, each.listings, _share(each.completeness), each.errors, each.freshness_hours),
            *(each.duplicates or None, _scores(each)),
            ", ".join(name.removesuffix("_hours").replace("_", " ") for name in each.missed) or None,
        )
        for each in sources
    ]
    columns = ("source", "active", "filled", "errors", "hours", "doubles", "scores", "misses")
    return Section("sources", "Sources", [], [Table("By source, the worst first", columns, rows)])


def _share(completeness: float | None) -> Meter | None:
    return (
        None
        if completeness is None
        else Meter(completeness, tone_of(completeness, 0.85, 0.6), is_narrow=True)
    )


def _scores(source: SourceQuality) -> Spark | None:
    """The scores of its last syncs, and the last of them."""
    known = [score for score in source.scores if score is not None]
    return Spark(source.scores[-8:], f"{known[-1]:.2f}") if known else None


def _each(sources: Sequence[SourceQuality]) -> Iterator[Section]:
    """What each source lacks; its own thresholds, where it has some."""
    for number, each in enumerate(sources):
        lines = [*empty_fields(each.never_filled, each.also_never_filled)]
        lines += [field.sentence for field in each.unread]
        own = [limit for limit in each.thresholds if limit.origin == "source"]
        if own:
            said = ", ".join(f"{limit.name} {limit.threshold:g}" for limit in own)
            lines.append(f"its file sets {said}")
        if lines:
            yield Section(f"source-{number}", each.source, [f"{each.source}: {line}" for line in lines])
