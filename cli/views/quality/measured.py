"""What was measured of a session: its scores, its measures, its fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.text import counted, short
from cli.views.quality.page import Cell, Meter, Section, Table, tone_of
from cli.views.sync import figures
from config.text import format_share

if TYPE_CHECKING:
    from services.reports.quality import QualityReport

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
_BETTER_LOW: Final = ("error_rate", "warning_rate")


def scores(report: QualityReport) -> Section:
    """The score of the session and its parts."""
    if not report.reads_rows:
        looked_at = "lists of results" if report.kind == "index" else "whether pages are gone"
        return Section("score", "Score", [f"This session looked at {looked_at}: it read no rows to judge."])
    if report.quality is None:
        return Section(
            "score",
            "Score",
            ["Not scored yet."],
            steps=[f"sync --dry-run --session-id {short(report.session_id)}"]
            if report.status == "completed"
            else [],
        )
    rows: list[Sequence[Cell]] = []
    for name, meaning in _MEANINGS.items():
        value = getattr(report.quality, name)
        tone = tone_of(None if value is None else 1 - value if name in _BETTER_LOW else value, 0.85, 0.6)
        rows.append(
            (
                name.replace("_", " "),
                value,
                None if value is None else Meter(value, tone, in_percent=False),
                meaning,
            )
        )
    lines = [] if report.metrics is None else [f"{figures(report.metrics)}."]
    return Section("score", "Score", lines, [Table("Score", ("score", "", "", "what it is"), rows)])


def measures(report: QualityReport) -> Section:
    """What was measured of the record as a whole; the measures of fields and of rules are in the document."""
    rows: list[Sequence[Cell]] = []
    open_ones: dict[str, list[str]] = {}
    for each in report.measures:
        if each.field is not None or each.rule_name is not None:
            continue
        if each.value is None:
            open_ones.setdefault(each.reason or "no reason was recorded", []).append(
                f"{each.characteristic} ({each.measure})"
            )
        else:
            rows.append(
                (
                    *(each.characteristic, each.measure, each.numerator, each.denominator),
                    Meter(each.value, tone_of(each.value, 0.95, 0.8)),
                )
            )
    lines = [f"Not assessed: {', '.join(names)}: {reason}." for reason, names in open_ones.items()]
    columns = ("characteristic", "measure", "passed", "of", "share")
    tables = [Table("Measures, as ISO/IEC 25012 names them", columns, rows)] if rows else []
    return Section("measures", "Measures", lines if rows else [], tables)


def fields(report: QualityReport) -> Section:
    """How many rows have a value of each field, and how many a cell that was no value."""
    unread = {each.field: each for each in report.unread}
    lost = {each.field: each for each in report.lost}
    rows: list[Sequence[Cell]] = []
    others: list[str] = []
    for each in report.fields:
        share = each.filled / report.rows if report.rows else 0.0
        found = unread.get(each.field)
        if each.weight or found or each.field in lost:
            before = lost[each.field].share_before if each.field in lost else None
            rows.append(
                (
                    *(each.field, Meter(share, tone_of(share, 0.85, 0.5), mark=before), each.filled),
                    *(None if before is None else format_share(before), each.weight or None),
                    *((found.unreadable or None, found.doubtful or None) if found else (None, None)),
                )
            )
        elif each.filled:
            others.append(f"{each.field} {format_share(share)}")
    lines = []
    if others:
        lines.append(f"Other fields: {', '.join(others)}.")
    lines += [f"{line[:1].upper()}{line[1:]}" for line in empty_fields(*_never_filled(report))]
    lines += [f"note: {each.sentence}" for each in report.unread]
    steps = [f"session-details --session-id {short(report.session_id)} --unread"] if report.unread else []
    columns = ("field", "filled", "rows", "before", "weight", "unread", "doubtful")
    tables = [Table("How full the fields are", columns, rows)] if report.rows else []
    return Section("fields", "Fields", lines if report.rows else [], tables, steps)


def empty_fields(weighted: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """The fields that nothing fills, those that weigh in completeness first."""
    if weighted:
        yield f"never filled, and weighs in completeness: {', '.join(weighted)}"
    if others:
        yield f"never filled: {counted(len(others), 'other field')} ({', '.join(others)})"


def _never_filled(report: QualityReport) -> tuple[list[str], list[str]]:
    weights = {each.field: each.weight for each in report.fields}
    weighted = [name for name in report.never_filled if weights[name]]
    return weighted, [name for name in report.never_filled if not weights[name]]
