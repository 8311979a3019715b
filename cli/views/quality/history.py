"""A session beside those before it: what moved, and what is unusual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cli.charts import compact
from cli.views.quality.page import Cell, Section, Spark, Table
from config.text import format_minute, format_share, format_value

if TYPE_CHECKING:
    from services.reports.quality import QualityReport


def history(report: QualityReport) -> Section:
    """The session beside those before it."""
    if len(report.history) < 2:
        return Section(
            "history", "Against the last sessions", ["This is the first session that can be compared."]
        )
    now = report.history[-1]
    applied = [each for each in report.history[:-1] if each.sync_status == "completed"]
    last = (applied or report.history[:-1])[-1]
    rows: list[Sequence[Cell]] = []
    price = f"median price ({now.price_of})" if now.price_of else "median price"
    for name, attribute in (
        ("rows", "rows"),
        ("completeness", "completeness"),
        ("score", "score"),
        ("set aside", "quarantined"),
        (price, "price_median"),
    ):
        values = [getattr(each, attribute) for each in report.history]
        if any(each is not None for each in values):
            rows.append(
                (
                    name,
                    getattr(last, attribute),
                    getattr(now, attribute),
                    _move(getattr(last, attribute), values[-1]),
                    Spark(values),
                )
            )
    first = report.history[0].completed_at
    since = "" if first is None else f" since {format_minute(first)}"
    title = f"The last {len(report.history)} sessions of this part of the source{since}"
    columns = ("figure", "last", "now", "change", "trend")
    return Section("history", "Against the last sessions", [], [Table(title, columns, rows)])


def unusual(report: QualityReport) -> Section:
    """What is off by many usual spreads."""
    rows: list[Sequence[Cell]] = [
        (
            *(each.kind, each.field or each.homes, each.severity, _figure_of(each.kind, each.usual)),
            *(_figure_of(each.kind, each.value), f"{abs(each.times):,.0f}×", each.sessions),
        )
        for each in report.anomalies
    ]
    columns = ("what", "of", "how much", "usual", "now", "usual spreads off", "sessions")
    table = Table("Unusual beside the last sessions", columns, rows)
    return Section("unusual", "Unusual", [], [table] if rows else [])


def _figure_of(kind: str, value: float) -> str:
    """A figure of an anomaly: rows and prices are numbers, the rest are shares."""
    return format_value(round(value)) if kind in ("volume", "price level") else format_share(value)


def _move(last: float | None, now: float | None) -> str | None:
    if last is None or now is None:
        return None
    if last == now:
        return "none"
    return f"{now / last - 1:+.1%}" if last else f"+{compact(now)}"
