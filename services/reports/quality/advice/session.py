"""Advice on a session as a whole: it failed, is held, old, small, or its prices moved."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from services.reports.quality.advice.words import read_again, scrape_again, session_of, share_of, when
from services.reports.quality.model import PastSession, QualityReport, Recommendation

_STALE_HOURS: Final = 24.0
_FEWER: Final = 0.8
"""A session of fewer rows than this share of the usual number is told."""
_PRICE_MOVE: Final = 0.2
"""A median price that moves by more than this share from one session to the next is told."""
_FEWEST: Final = 20
"""Rows below which a median says little."""


def session_advice(report: QualityReport) -> Iterator[Recommendation]:
    """What is wrong with the session itself."""
    yield from _failed(report)
    if not report.reads_rows:
        yield from _held(report)
        yield from _failed_pages(report)
        return
    yield from _newer(report)
    yield from _not_validated(report)
    yield from _held(report)
    yield from _failed_pages(report)
    yield from _volume(report)
    yield from _prices(report)
    yield from _stale(report)


def _failed(report: QualityReport) -> Iterator[Recommendation]:
    if report.status == "completed":
        if report.rows == 0 and report.reads_rows:
            yield Recommendation(
                "no_rows",
                1.0,
                "The session has no rows.",
                report.verdict_reason or "Nothing was found where listings are looked for.",
                "Look at what was read, and read again.",
                f"session-details --session-id {session_of(report)}",
            )
        return
    interrupted = report.status in ("interrupted", "running")
    problem = {
        "failed": "The session failed, so none of its rows will go live.",
        "interrupted": "The session was interrupted: nothing has been heard of its writer.",
        "running": "The session is still being written, so this report is of what there is by now.",
    }[report.status]
    resumes = report.kind == "scrape" and report.status == "interrupted"
    yield Recommendation(
        f"session_{report.status}",
        0.3 if report.status == "running" else 1.0,
        problem,
        report.error or ("No error was recorded." if not interrupted else "It has not ended."),
        "Resume it." if resumes else "See what happened, then read the source again.",
        f"scrape --resume {session_of(report)}"
        if resumes
        else f"session-details --session-id {session_of(report)}",
    )


def _newer(report: QualityReport) -> Iterator[Recommendation]:
    """A session that came after this one and did not end well: this report is of an older state."""
    newer = report.newer
    if newer is None or newer.status in ("completed", "running"):
        return
    session = str(newer.session_id)[:8]
    resumes = newer.status == "interrupted" and report.kind == "scrape"
    ended = "was interrupted" if newer.status == "interrupted" else newer.status
    yield Recommendation(
        "newer_session_failed",
        0.8,
        f"The session of {when(newer.started_at)} came after this one and {ended}, so what the source has "
        "changed since is not known.",
        newer.error or "No error was recorded.",
        "Resume it." if resumes else "See what happened, then read the source again.",
        f"scrape --resume {session}" if resumes else f"session-details --session-id {session}",
    )


def _not_validated(report: QualityReport) -> Iterator[Recommendation]:
    if report.plan is not None or report.status != "completed" or not report.rows:
        return
    yield Recommendation(
        "not_validated",
        0.6,
        "No rule has looked at these rows, so neither their score nor what is wrong with them is known.",
        "The session waits for its sync.",
        "Try the sync: nothing is applied, and this report is complete then.",
        f"sync --dry-run --session-id {session_of(report)}",
    )


def _held(report: QualityReport) -> Iterator[Recommendation]:
    if report.plan is None or report.plan.status != "held":
        return
    reasons = "; ".join(reason.sentence for reason in report.plan.reasons)
    plan = str(report.plan.id)[:8]
    yield Recommendation(
        "held",
        0.85,
        "The plan of this session is held, so live still shows the state before it.",
        reasons or "No reason was recorded.",
        f"Compare it with what the source shows; then approve it, or drop it with plans discard {plan}.",
        f"plans show {plan}",
    )


def _failed_pages(report: QualityReport) -> Iterator[Recommendation]:
    failed = sum(each.pages for each in report.errors)
    if not failed:
        return
    worst = report.errors[0]
    first = worst.examples[0]
    kinds = ", ".join(f"{each.pages:,} × {each.kind}" for each in report.errors)
    yield Recommendation(
        "failed_pages",
        0.7 * share_of(failed, max(report.pages + failed, failed)),
        f"{failed:,} page{' was' if failed == 1 else 's were'} not read: {kinds}.",
        f"{first['url']}: {first['message']}",
        "Look at these pages in a browser; what has passed by itself is read by the next scrape.",
        f"session-details --session-id {session_of(report)}",
    )


def _volume(report: QualityReport) -> Iterator[Recommendation]:
    before = [each.rows for each in _complete_before(report)]
    if report.verdict != "complete" or len(before) < 2 or not report.rows:
        return
    usual = median(before)
    if report.rows >= _FEWER * usual:
        return
    yield Recommendation(
        "few_rows",
        0.8 * (1 - report.rows / usual),
        f"The session has {report.rows:,} rows, where the {len(before)} complete ones before had "
        f"{usual:,.0f} (median).",
        "The source shows less, is partly down, or blocks; or its list is no longer read to its end.",
        "Open the source in a browser and compare the number of listings.",
        f"session-details --session-id {session_of(report)}",
    )


def _complete_before(report: QualityReport) -> list[PastSession]:
    return [each for each in report.history[:-1] if each.verdict == "complete"]


def _prices(report: QualityReport) -> Iterator[Recommendation]:
    known = [each for each in report.history if each.price_median and each.rows >= _FEWEST]
    if len(known) < 2 or known[-1].session_id != report.session_id:
        return
    last, now = known[-2], known[-1]
    assert last.price_median and now.price_median  # noqa: S101 - chosen so
    move = now.price_median / last.price_median - 1
    if abs(move) <= _PRICE_MOVE:
        return
    kind = f" ({now.price_of})" if now.price_of else ""
    yield Recommendation(
        "price_level",
        min(0.6, 0.3 + abs(move) / 4),
        f"The median price{kind} is {now.price_median:,.0f}, {move:+.0%} against the session of "
        f"{when(last.completed_at)} ({last.price_median:,.0f}).",
        "So many homes rarely change price at once: the currency, the decimal mark or the field that the "
        "price is read from may have changed.",
        "Compare some prices with the source.",
        f"plans show {str(report.plan.id)[:8]}"
        if report.plan
        else f"session-details --session-id {session_of(report)}",
        "price",
    )


def _stale(report: QualityReport) -> Iterator[Recommendation]:
    age = report.hours_since_end
    if age is None or age <= _STALE_HOURS or report.status != "completed" or report.newer is not None:
        return
    waits = report.sync_status == "pending"
    again = f"sync --session-id {session_of(report)}" if waits else read_again(report)
    if again is not None and not waits and report.kind != "import":
        again = scrape_again(report.base_url or "", report.source)
    yield Recommendation(
        "stale",
        min(0.5, age / 24 / 30),
        f"These rows are {age / 24:,.1f} days old, and the newest there are."
        if not waits
        else f"The session ended {age / 24:,.1f} days ago and waits for its sync.",
        "Nothing newer was brought in of this part of the source." if not waits else "No sync was run since.",
        "Bring it in again, or schedule it." if not waits else "Sync it.",
        again,
    )
