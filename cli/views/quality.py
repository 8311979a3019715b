"""The quality of one session, and of the catalogue against its thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, short
from cli.views.sync import unread_lines

if TYPE_CHECKING:
    from services.reports.quality import Check, QualityReport

_MARK: Final = {True: "✓", False: "✗", None: "–"}


def render_report(report: QualityReport) -> Result:
    """One session: score, fields, rules, failed pages, and what is not assessed."""
    return Result(report, list(_lines(report)))


def render_checks(checks: Sequence[Check]) -> Result:
    """Every check in a line; exit code 1 when one fails."""
    passed = all(check.passed is not False for check in checks)
    rows = [(_MARK[each.passed], each.name, each.value, each.threshold, each.explanation) for each in checks]
    drawn = table(["", "check", "value", "threshold", "what it is"], rows)
    return Result({"success": passed, "checks": checks}, [drawn], 0 if passed else 1)


def _lines(report: QualityReport) -> Iterator[object]:
    yield (
        f"Session {short(report.session_id)} of {report.source}: {counted(report.rows, 'row')}, "
        f"{report.verdict}, {report.quarantined:,} in quarantine"
    )
    if report.quality:
        scores = asdict(report.quality).items()
        yield table(["score", ""], [(name.replace("_", " "), value) for name, value in scores])
    else:
        yield "Not scored yet."
        yield next_line(f"sync --dry-run --session-id {short(report.session_id)}")
    yield _fields(report)
    yield _counts(report)
    yield from unread_lines(report.unread)
    if report.rules:
        rules = [
            (each.rule, each.version, each.severity, each.outcome, each.rows, each.example)
            for each in report.rules
        ]
        yield table(["rule", "version", "severity", "outcome", "rows", "example"], rules)
    if report.errors:
        yield table(["pages that failed", "pages"], report.errors.items())
    yield "Not assessed: " + ", ".join(report.not_assessed)


def _fields(report: QualityReport) -> object:
    """How many rows have a value of each field, and how many a cell that was no value."""
    unread = {each.field: each for each in report.unread}
    rows = [
        (
            *(each.field, each.filled, f"{each.filled / report.rows:.0%}"),
            *((found.unreadable, found.doubtful) if (found := unread.get(each.field)) else (0, 0)),
        )
        for each in report.fields
        if report.rows and (each.assessed or each.field in unread)
    ]
    return table(["field", "rows with a value", "share", "unreadable", "doubtful"], rows)


def _counts(report: QualityReport) -> str:
    """How many fields nothing fills, and how many have cells that cannot be read: two things."""
    never = len(report.never_filled)
    unread = sum(each.unreadable + each.doubtful > 0 for each in report.unread)
    return f"Never filled: {counted(never, 'field')}. With cells that are unread: {counted(unread, 'field')}."
