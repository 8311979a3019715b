"""One session's report as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.text import counted, short
from cli.views.quality.findings import quarantine, rules, superseded
from cli.views.quality.history import history, unusual
from cli.views.quality.homes import duplicates, places
from cli.views.quality.measured import fields, measures, scores
from cli.views.quality.page import Cell, Figure, Link, Page, Section, Table, tone_of
from config.text import format_minute, format_share

if TYPE_CHECKING:
    from services.reports.quality import QualityReport

_DECIDED: Final = {
    "completed": "applied",
    "pending": "waits for its sync",
    "held": "held by the guard",
    "stale": "overtaken by a newer session",
    "discarded": "dropped",
}


def report_page(report: QualityReport) -> Page:
    """The page of one session."""
    return Page(
        title=f"Quality of {report.source}",
        subtitle=_subtitle(report),
        figures=list(_figures(report)),
        advice=report.recommendations,
        all_well="Nothing is wrong that the checks know of.",
        sections=[section for section in _sections(report) if section.lines or section.tables],
        footer=f"Session {report.session_id}",
    )


def _subtitle(report: QualityReport) -> str:
    ended = "has not ended" if report.completed_at is None else f"of {format_minute(report.completed_at)}"
    state = [
        report.status if report.verdict is None else report.verdict,
        _DECIDED.get(report.sync_status or "", ""),
    ]
    return (
        f"Session {short(report.session_id)}: {report.kind} {ended}, {', '.join(filter(None, state))}, "
        f"{counted(report.rows, 'row')}, {report.quarantined:,} in quarantine"
    )


def _figures(report: QualityReport) -> Iterator[Figure]:
    quality = report.quality
    overall = quality.overall if quality else None
    yield Figure(
        "Score",
        "not scored yet" if overall is None else f"{overall if overall == 1 else min(overall, 0.99):.2f}",
        "2/3 validation, 1/3 freshness",
        overall,
        tone_of(overall, 0.9, 0.6),
    )
    yield Figure("Rows", f"{report.rows:,}", report.verdict or report.status)
    share = report.quarantined / report.rows if report.rows else None
    tone = tone_of(None if share is None else 1 - share, 0.95, 0.8)
    yield Figure("In quarantine", f"{report.quarantined:,}", "rows set aside", share, tone)
    completeness = quality.completeness_of_all if quality else None
    if completeness is not None:
        yield Figure(
            "Completeness",
            format_share(completeness),
            "over all weighted fields",
            completeness,
            tone_of(completeness, 0.85, 0.6),
        )
    if report.hours_since_end is not None:
        hours = report.hours_since_end
        age = f"{hours:,.0f} h" if hours < 72 else f"{hours / 24:,.0f} days"
        yield Figure(
            "Age",
            age,
            "since the session ended",
            None,
            "good" if hours <= 24 else "fair" if hours <= 168 else "poor",
        )


def _sections(report: QualityReport) -> Iterator[Section]:
    yield scores(report)
    if not report.reads_rows:
        yield _pages(report)
        return
    yield measures(report)
    yield fields(report)
    yield rules(report)
    yield quarantine(report)
    yield superseded(report)
    yield duplicates(report)
    yield places(report)
    yield history(report)
    yield unusual(report)
    yield _pages(report)
    yield _not_assessed(report)


def _pages(report: QualityReport) -> Section:
    rows: list[Sequence[Cell]] = [
        (each.kind, each.pages, Link(each.examples[0]["url"]), each.examples[0]["message"])
        for each in report.errors
    ]
    columns = ("error", "pages", "the first", "message")
    return Section(
        "pages", "Pages that failed", [], [Table("Pages that were not read", columns, rows)] if rows else []
    )


def _not_assessed(report: QualityReport) -> Section:
    lines = [f"Not assessed: {each.what}, as {each.why}." for each in report.not_assessed]
    steps = [each.next_step for each in report.not_assessed if each.next_step]
    return Section("not-assessed", "Not assessed", lines, steps=steps)
