"""Advice on rows: set aside, warned of, not checked, or given way to another row of their id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from config.text import format_value
from services.reports.quality.advice.words import many, of_rows, place_of, quoted, session_of, share_of
from services.reports.quality.model import (
    ExampleRow,
    QualityReport,
    Recommendation,
    RuleFindings,
    RuleQuarantine,
)

_HARM: Final = {"error": 0.9, "warning": 0.3, "info": 0.1}


def row_advice(report: QualityReport) -> Iterator[Recommendation]:
    """What is wrong with single rows."""
    for aside in report.quarantine.rules:
        if aside.open:
            yield _set_aside(report, aside)
    for found in report.rules:
        if found.outcome == "errored":
            yield _not_checked(report, found)
        elif found.outcome == "failed" and found.severity != "error":
            yield _warned(report, found)
    yield from _superseded(report)


def _set_aside(report: QualityReport, aside: RuleQuarantine) -> Recommendation:
    rule = aside.rule or "no rule"
    waiting = sum(each.open for each in report.quarantine.rules)
    return Recommendation(
        "quarantined",
        _HARM["error"] * share_of(aside.open, report.rows),
        f"{of_rows(aside.open, report.rows)} {many(aside.open, 'is', 'are')} set aside by {rule}, not live: "
        f"{_examples(aside.examples)}.",
        _cause(aside.examples),
        "Correct the rule, the mapping or the recipe; then take the rows back with quarantine reprocess."
        if waiting
        else "",
        f"quarantine list --session-id {session_of(report)}",
        aside.field,
    )


def _warned(report: QualityReport, found: RuleFindings) -> Recommendation:
    return Recommendation(
        "rule_failed",
        _HARM[found.severity] * share_of(found.rows, report.rows),
        f"{of_rows(found.rows, report.rows)} {many(found.rows, 'fails', 'fail')} {found.rule} "
        f"({found.severity}), which sets no row aside"
        f"{': ' + _examples(found.examples) if found.examples else ''}.",
        _cause(found.examples) if found.examples else found.example or "The example no longer holds.",
        "If the values are right, widen the rule; else correct where they are read.",
        f"rules show {found.rule}",
        found.field,
    )


def _not_checked(report: QualityReport, found: RuleFindings) -> Recommendation:
    rows = max(found.rows, 1)
    return Recommendation(
        "rule_could_not_run",
        max(0.5, 0.8 * share_of(rows, report.rows)),
        f"The rule {found.rule} could not be checked on {of_rows(found.rows, report.rows)}, so nobody knows "
        "whether they pass.",
        found.example or "No reason was recorded.",
        "Correct the rule, or switch it off.",
        f"rules show {found.rule}",
        found.field,
    )


def _superseded(report: QualityReport) -> Iterator[Recommendation]:
    found = report.superseded
    if not found.differing:
        return
    first = found.examples[0]
    fields = ", ".join(each.field for each in first.differences[:3])
    yield Recommendation(
        "repeated_ids",
        0.8 * share_of(found.differing, report.rows),
        f"{of_rows(found.differing, report.rows)} {many(found.differing, 'repeats', 'repeat')} the id of "
        f"another row and {many(found.differing, 'says', 'say')} something else; one of each id is used.",
        f"{first.property_id}: row {first.row_no} and row {first.winner} differ"
        + (f" in {fields}." if fields else "."),
        "If they are different homes, the id is read from the wrong place.",
        f"session-details --session-id {session_of(report)} --superseded",
    )


def _examples(examples: tuple[ExampleRow, ...]) -> str:
    """What the source wrote, of each example."""
    return ", ".join(dict.fromkeys(f"{_raw(each)} ({place_of(each)})" for each in examples))


def _raw(example: ExampleRow) -> str:
    if example.raw:
        return quoted(" ".join(format_value(cell) for cell in example.raw.values()))
    return "no text" if example.value is None else quoted(example.value)


def _cause(examples: tuple[ExampleRow, ...]) -> str:
    reasons = list(dict.fromkeys(each.reason for each in examples))
    text = "; ".join(reasons) or "No reason was recorded"
    return f"{text[:1].upper()}{text[1:]}."
