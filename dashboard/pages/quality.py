"""Quality: how the sources do, how one develops, and the whole report of one session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from config.errors import NotFoundError, UsageError
from dashboard.page import Asked, Data, Page
from dashboard.pages._contacts import report_for_readers
from services.reports.quality import DataQualityService, QualityReport
from services.reports.quality.board import LinePoint, quality_lines, source_scores
from services.reports.rules import rules_caught
from services.reports.sessions import latest_session

_SOURCES: Final = 50
_SESSIONS: Final = 30
_FINDINGS: Final = 20_000
_EMPTIED: Final = 6
_HOMES: Final = 3
_DECIDED: Final = {
    "completed": "applied",
    "pending": "waits for its sync",
    "held": "held by the guard",
    "stale": "overtaken by a newer session",
    "discarded": "discarded",
    "planned": "planned by a dry run",
}


async def board(asked: Asked) -> Data:
    """Each source with the scores of its last sessions."""
    found = await source_scores(asked.database, after=asked.text("after"), limit=_SOURCES + 1)
    shown = found[:_SOURCES]
    return {
        "sources": [
            {
                "name": each.source,
                "held": each.held,
                "last": each.last,
                "scores": [session.score for session in each.read],
            }
            for each in shown
        ],
        "after": shown[-1].source if len(found) > _SOURCES else None,
    }


async def source(asked: Asked) -> Data:
    """How one source's quality developed, and what its last session says is to be done."""
    name = asked.text("name")
    if name is None:
        raise UsageError("no source is named", next_step="choose one on the page Quality")
    points = await quality_lines(asked.database, name, sessions=_SESSIONS)
    try:
        report = await _report(asked, await latest_session(asked.database, source=name))
    except NotFoundError:
        report = None
    return {
        "name": name,
        "shares": _shares(points),
        "rows": _dated(each for each in points if each.figure == "rows" and each.value),
        "prices": _prices(points),
        "emptied": _emptied(points),
        "sessions": len({each.session_id for each in points}),
        "last": None
        if report is None
        else {
            "session_id": report.session_id,
            "completed_at": report.completed_at,
            "quality": report.quality,
            "recommendations": report.recommendations,
            "pages": _pages_of(report),
        },
    }


async def report(asked: Asked) -> Data:
    """All that is known of one session's quality, what to do first at the top."""
    session: UUID = asked.path["session"]
    found = await _report(asked, session)
    return {
        "report": found,
        "decided": _DECIDED.get(found.sync_status or "", ""),
        "pages": _pages_of(found),
        **_derived(found),
    }


async def rules(asked: Asked) -> Data:
    """Every rule, those that caught the most first, and what each caught of late."""
    found = await rules_caught(asked.database, newest=_FINDINGS)
    return {
        "rules": sorted(found, key=lambda rule: (not rule.active, -rule.failed - rule.unchecked, rule.name)),
        "newest": _FINDINGS,
    }


async def _report(asked: Asked, session: UUID) -> QualityReport:
    found = await DataQualityService(asked.database).generate_quality_report(session)
    return found if asked.user.is_staff else report_for_readers(found)


def _pages_of(found: QualityReport) -> dict[str, str]:
    """Next step → the page of the dashboard that shows the same, where there is one."""
    short = str(found.session_id)[:8]
    pages = {
        f"quarantine list --session-id {short}": f"/quarantine?session={found.session_id}",
        f"session-details --session-id {short}": f"/sessions/{found.session_id}",
        "duplicates list": "/duplicates",
    }
    if found.plan is not None:
        pages[f"plans show {str(found.plan.id)[:8]}"] = f"/plans/{found.plan.id}"
    return pages


def _derived(found: QualityReport) -> dict[str, Any]:
    """What the template shows of a report, in the order of harm."""
    unread = {each.field: each for each in found.unread}
    lost = {each.field: each for each in found.lost}
    fields = [each for each in found.fields if each.weight or each.field in unread or each.field in lost]
    return {
        "fields": [
            {
                "fill": each,
                "share": each.filled / found.rows if found.rows else 0.0,
                "lost": lost.get(each.field),
                "unread": unread.get(each.field),
            }
            for each in sorted(fields, key=lambda each: (-each.weight, each.field))
        ],
        "rules": sorted(found.rules, key=lambda each: (each.severity != "error", -each.rows)),
        "shares": [
            each
            for each in found.measures
            if each.field is None and each.rule_name is None and each.value is not None
        ],
        "trend": [
            (each.completed_at, each.score, each.completeness)
            for each in found.history
            if each.completed_at is not None
        ],
    }


def _shares(points: Sequence[LinePoint]) -> list[tuple[datetime, float | None, float | None]]:
    """(when, completeness, share of rows without error) of each session."""
    found: dict[datetime, dict[str, float]] = defaultdict(dict)
    for each in points:
        if each.figure in ("completeness weighted of all", "validity rows"):
            found[each.completed_at][each.figure] = each.value
    return [
        (moment, values.get("completeness weighted of all"), values.get("validity rows"))
        for moment, values in sorted(found.items())
    ]


def _dated(points: Iterable[LinePoint]) -> list[tuple[datetime, float]]:
    return [(each.completed_at, each.value) for each in points]


def _prices(points: Sequence[LinePoint]) -> list[dict[str, Any]]:
    """The median price of the homes that most sessions have, in time."""
    found: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for each in points:
        if each.figure == "median price" and each.homes is not None:
            found[each.homes].append((each.completed_at, each.value))
    most = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:_HOMES]
    return [{"homes": homes, "rows": rows} for homes, rows in most if len(rows) > 1]


def _emptied(points: Sequence[LinePoint]) -> list[dict[str, Any]]:
    """The fields that are emptier in the last session than they usually were, the most first."""
    rates: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for each in points:
        if each.figure == "null rate" and each.field is not None:
            rates[each.field].append((each.completed_at, each.value))
    if not rates:
        return []
    newest = max(moment for values in rates.values() for moment, _ in values)
    found: list[dict[str, Any]] = []
    for field, values in rates.items():
        moment, now = values[-1]
        before = sorted(value for _, value in values[:-1])
        if moment == newest and before and now - before[len(before) // 2] >= 0.02:
            found.append({"field": field, "now": now, "usual": before[len(before) // 2]})
    return sorted(found, key=lambda each: each["usual"] - each["now"])[:_EMPTIED]


PAGES = (
    Page("/quality", "quality.html", board, title="Quality", menu="Quality", topics=("feed", "plans")),
    Page(
        "/quality/source",
        "quality_source.html",
        source,
        title="Quality of a source",
        within="Quality",
        topics=("feed",),
        whole_session=True,
    ),
    Page("/quality/rules", "rules.html", rules, title="Rules", within="Quality", topics=("feed", "plans")),
    Page(
        "/quality/session/{session:uuid}",
        "quality_report.html",
        report,
        title="Quality of a session",
        within="Quality",
        whole_session=True,
    ),
)
