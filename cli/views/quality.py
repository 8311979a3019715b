"""The quality of one session, and of the catalogue against its thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, short
from cli.views.sync import unread_lines

if TYPE_CHECKING:
    from services.reports.quality import Check, QualityReport, SourceQuality

_MARK: Final = {True: "✓", False: "✗", None: "–"}
_MEANINGS: Final = {
    "overall": "2/3 validation, 1/3 freshness",
    "validation": "40 % completeness, 40 % rows without errors, 20 % without warnings (one counts half)",
    "completeness": "over the weighted fields that this session has",
    "completeness_of_all": "over all weighted fields, as quality-checks has it of live",
    "error_rate": "rows set aside",
    "warning_rate": "rows that a rule warns of, or with a cell that is unreadable or doubtful",
    "freshness": "1 if synced within a day, 0 after a week",
}
"""The score of a session and its parts, in the order in which they are printed."""


def render_report(report: QualityReport) -> Result:
    """One session: score, fields, rules, failed pages, and what is not assessed."""
    return Result(report, list(_lines(report)))


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
        empty = _empty_fields(each.never_filled, each.also_never_filled)
        yield from (f"{each.source}: {line}" for line in empty)
        yield from (f"{each.source}: {field.sentence}" for field in each.unread)


def _empty_fields(weighted: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """The fields that nothing fills, those that weigh in completeness first."""
    if weighted:
        yield f"never filled, and weighs in completeness: {', '.join(weighted)}"
    if others:
        yield f"never filled: {counted(len(others), 'other field')} ({', '.join(others)})"


def _lines(report: QualityReport) -> Iterator[object]:
    yield (
        f"Session {short(report.session_id)} of {report.source}: {counted(report.rows, 'row')}, "
        f"{report.verdict}, {report.quarantined:,} in quarantine"
    )
    if report.quality:
        scores = asdict(report.quality)
        yield table(["score", "", "what it is"], _scores(scores))
    else:
        yield "Not scored yet."
        yield next_line(f"sync --dry-run --session-id {short(report.session_id)}")
    yield _fields(report)
    yield from map(_capital, _empty_fields(*_never_filled(report)))
    yield from unread_lines(report.unread)
    if report.unread:
        session = short(report.session_id)
        yield f"each of them: {command(f'session-details --session-id {session} --unread')}"
    if report.rules:
        rules = [
            (*(each.rule, each.version, each.severity, each.outcome, each.rows), each.unchanged, each.example)
            for each in report.rules
        ]
        columns = ["rule", "version", "severity", "outcome", "rows", "unchanged", "example"]
        yield table(columns, rules)
    if report.errors:
        yield table(["pages that failed", "pages"], report.errors.items())
    yield "Not assessed: " + ", ".join(report.not_assessed)


def _scores(scores: Mapping[str, float | None]) -> list[tuple[object, ...]]:
    return [(name.replace("_", " "), scores[name], meaning) for name, meaning in _MEANINGS.items()]


def _never_filled(report: QualityReport) -> tuple[list[str], list[str]]:
    weights = {each.field: each.weight for each in report.fields}
    weighted = [name for name in report.never_filled if weights[name]]
    return weighted, [name for name in report.never_filled if not weights[name]]


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


def _fields(report: QualityReport) -> object:
    """How many rows have a value of each field, and how many a cell that was no value."""
    unread = {each.field: each for each in report.unread}
    rows = [
        (
            *(each.field, each.filled, f"{each.filled / report.rows:.0%}", each.weight or None),
            *((found.unreadable, found.doubtful) if (found := unread.get(each.field)) else (0, 0)),
        )
        for each in report.fields
        if report.rows and (each.filled or each.weight or each.field in unread)
    ]
    return table(["field", "rows with a value", "share", "weight", "unreadable", "doubtful"], rows)
