"""What rules found in a session: by rule and field, in quarantine, overtaken by newer rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from cli.text import counted, short
from cli.views.quality.page import Cell, Code, Section, Table
from config.text import format_value, shorten

if TYPE_CHECKING:
    from services.reports.quality import ExampleRow, QualityReport, RuleFindings

_LONGEST: Final = 80


def rules(report: QualityReport) -> Section:
    """What rules found, by rule and by field."""
    rows: list[Sequence[Cell]] = [
        (
            *(each.rule, each.severity, each.field, each.rows, each.unchanged or None),
            *(
                _raw(each.examples),
                f"not checked: {each.example}" if each.outcome == "errored" else each.example,
            ),
        )
        for each in report.rules
    ]
    columns = ("rule", "severity", "field", "rows", "unchanged", "the source wrote", "why")
    tables = [_by_field(report.rules), Table("What the rules found", columns, rows)]
    return Section("rules", "Rules", [], tables if rows else [])


def _by_field(rules: Sequence[RuleFindings]) -> Table:
    """How many rows the rules found of each field, by what that means."""
    found: dict[str, dict[str, int]] = {}
    for each in rules:
        kind = each.severity if each.outcome == "failed" else each.outcome
        counts = found.setdefault(each.field or "the whole row", {})
        counts[kind] = counts.get(kind, 0) + each.rows
    kinds = ("error", "warning", "info", "doubtful", "errored")
    ordered = sorted(found.items(), key=lambda item: [-item[1].get(kind, 0) for kind in kinds])
    rows = [(field, *(counts.get(kind) for kind in kinds)) for field, counts in ordered]
    return Table("Rows by field and severity", ("field", *kinds[:-1], "not checked"), rows)


def _raw(examples: Iterable[ExampleRow]) -> Code | None:
    """What the source wrote in the first example, cell by cell."""
    for each in examples:
        if each.raw:
            text = " · ".join(format_value(cell) for cell in each.raw.values())
            return Code(shorten(text, _LONGEST))
        if each.value is not None:
            return Code(shorten(each.value, _LONGEST))
    return None


def quarantine(report: QualityReport) -> Section:
    """The rows that were set aside, by reason."""
    statuses = report.quarantine.statuses
    if not statuses:
        return Section("quarantine", "Quarantine")
    rows: list[Sequence[Cell]] = [
        (
            *(each.rule, each.field, each.rows, each.open),
            *(_raw(each.examples), each.examples[0].reason if each.examples else None),
        )
        for each in report.quarantine.rules
    ]
    parts = ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items()))
    columns = ("rule", "field", "rows", "open", "the source wrote", "why")
    return Section(
        "quarantine",
        "Quarantine",
        [f"{counted(sum(statuses.values()), 'row')} of this session set aside: {parts}."],
        [Table("Set aside, by rule", columns, rows)],
        [f"quarantine list --session-id {short(report.session_id)}"] if statuses.get("open") else [],
    )


def superseded(report: QualityReport) -> Section:
    """Rows whose id another row of the session repeats."""
    found = report.superseded
    if not found.rows:
        return Section("superseded", "Repeated ids")
    rows: list[Sequence[Cell]] = [
        (each.property_id, each.row_no, each.winner, _differences(each.differences))
        for each in found.examples
    ]
    columns = ("id", "row", "used row", "differs in")
    return Section(
        "superseded",
        "Repeated ids",
        [
            f"{counted(found.rows, 'row')} gave way to another row of the same id; "
            f"{found.differing:,} of them {'says' if found.differing == 1 else 'say'} something else."
        ],
        [Table("Rows that differ from the one that is used", columns, rows)] if rows else [],
        [f"session-details --session-id {short(report.session_id)} --superseded"] if found.differing else [],
    )


def _differences(differences: Sequence[object]) -> str:
    parts = [
        f"{each.field} {format_value(each.lost, longest=30)} → {format_value(each.kept, longest=30)}"  # type: ignore[attr-defined]
        for each in differences[:3]
    ]
    more = len(differences) - 3
    return ", ".join(parts) + (f", {more} more" if more > 0 else "") or "contacts"
