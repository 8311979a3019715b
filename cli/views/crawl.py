"""The queue of pages: what was put into it, what waits, and what a run has fetched."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.sync import PARTLY_DONE, REFUSED
from cli.views.verification import is_doubtful, verification_document, verification_lines
from config.text import format_span

if TYPE_CHECKING:
    from scrapers.crawl.queue_report import QueueReport
    from services.frontier import CrawlWorker, QueuedPages, SourceCrawl
    from services.workflows.crawl import SourceCrawled
    from services.workflows.enqueue import EnqueuedPages

PRIORITIES: Final = {1: "new", 2: "repriced", 3: "verification", 4: "stale", 5: "sample"}
_KINDS: Final = {
    "unchanged": "unchanged",
    "gone": "gone",
    "unknown": "not proven gone",
    "retried": "tried again later",
    "failed": "failed",
    "refused": "refused by the site",
    "disallowed": "disallowed by robots.txt",
    "unreadable": "without a listing that can be read",
}


def queue_line(source: str, report: QueueReport) -> str:
    """How far a worker is: "acme: 120 pages, 4.0 a second, 118 items, 2 failed, 880 wait, 4 minutes left"."""
    said = [
        f"{source}: {counted(report.pages.total(), 'page')}",
        f"{report.pages_a_second:.1f} a second",
        counted(report.items, "item"),
    ]
    if report.failed:
        said.append(f"{report.failed:,} failed")
    if report.waiting is not None:
        said.append(f"{report.waiting:,} waiting")
    if report.seconds_left:
        said.append(f"{format_span(timedelta(seconds=report.seconds_left))} left")
    return ", ".join(said)


def crawl_lines(found: Sequence[SourceCrawl]) -> str:
    """How far all workers of each source are, a line a source."""
    return "\n".join(_head(each) for each in found if each.workers or each.waiting)


def render_enqueued(queued: Sequence[EnqueuedPages]) -> Result:
    """What was put into the queue, a line a source."""
    lines = []
    for each in queued:
        new = " (new)" if each.source_is_new else ""
        waits = f"; {counted(each.known, 'page')} waited already" if each.known else ""
        lines.append(f"{each.source}{new}: {counted(each.queued, 'page')} queued{waits}.")
    return Result({"sources": queued}, [*lines, next_line("crawl run")])


def render_crawls(found: Sequence[SourceCrawl]) -> Result:
    """What waits and who fetches it, source by source."""
    document = {"sources": [_status_document(each) for each in found]}
    lines: list[object] = []
    for each in found:
        lines += _status_lines(each)
    if not found:
        lines = ["No page was ever queued.", next_line("crawl enqueue URL")]
    return Result(document, lines)


def _status_document(crawl: SourceCrawl) -> dict[str, Any]:
    left = crawl.time_left
    return {
        "source": crawl.source,
        "waiting": crawl.waiting,
        "done": crawl.done,
        "failed": crawl.failed,
        "pages_a_second": round(crawl.pages_a_second, 3),
        "seconds_left": None if left is None else left.total_seconds(),
        "queue": [{**_plain(each), "priority_name": PRIORITIES[each.priority]} for each in crawl.queue],
        "workers": [
            {**_plain(each), "pages_a_second": round(each.pages_a_second, 3)} for each in crawl.workers
        ],
    }


def _plain(record: QueuedPages | CrawlWorker) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _head(crawl: SourceCrawl) -> str:
    pace = f"{crawl.pages_a_second:.1f} pages a second" if crawl.workers else "no worker runs"
    left = f", {format_span(crawl.time_left)} left" if crawl.time_left else ""
    failed = f", {crawl.failed:,} failed" if crawl.failed else ""
    queue = f"{counted(crawl.waiting, 'page')} waiting, {crawl.done:,} done{failed}"
    return f"{crawl.source}: {queue}; {pace}{left}."


def _status_lines(crawl: SourceCrawl) -> Iterator[object]:
    yield _head(crawl)
    if crawl.queue:
        yield table(
            ["priority", "reason", "pages", "tried again later", "oldest"],
            (
                (
                    f"{each.priority} {PRIORITIES[each.priority]}",
                    *(each.reason, each.pages, each.later),
                    f"{format_span(datetime.now(UTC) - each.oldest)} ago",
                )
                for each in crawl.queue
            ),
        )
    if crawl.workers:
        yield table(
            ["worker", "session", "pages", "items", "failed", "pages a second"],
            (
                (
                    *(each.worker, short(each.session_id), each.pages, each.items, each.failed),
                    f"{each.pages_a_second:.1f}",
                )
                for each in crawl.workers
            ),
        )
    elif crawl.queue:
        yield next_line(f"crawl run --source {crawl.source}")


def render_crawled(crawled: Sequence[SourceCrawled], *, allow_private: bool = False) -> Result:
    """What one worker has fetched, source by source."""
    lines = [line for each in crawled for line in _crawled_lines(each, _with(allow_private))]
    if not crawled:
        lines = ["No page is due.", next_line("crawl status")]
    return Result(
        {"sources": [_crawled_document(each) for each in crawled]}, lines, max(map(_code, crawled), default=0)
    )


def render_several(
    documents: Sequence[dict[str, Any]], codes: Sequence[int], *, allow_private: bool = False
) -> Result:
    """What several workers have fetched, each as it says itself, and what follows from all of it."""
    lines: list[str] = []
    steps: list[str] = []
    for number, document in enumerate(documents, 1):
        if (error := document.get("error")) is not None:
            lines.append(red(f"worker {number}: {error['message']}"))
            steps += [error["next"]] if error.get("next") else []
        for each in document.get("sources", ()):
            lines += _worker_lines(f"worker {number}, {each['source']}", each)
            steps += _worker_steps(each, _with(allow_private))
    if not lines:
        lines, steps = ["No page is due."], ["crawl status"]
    lines += [next_line(step) for step in dict.fromkeys(steps)]
    return Result({"workers": documents}, lines, max(codes, default=0))


def _worker_lines(name: str, crawled: dict[str, Any]) -> Iterator[str]:
    """What one of several workers has fetched of one source, from its JSON document."""
    if crawled["error"] is not None:
        yield red(f"{name}: {crawled['error']['message']}")
        return
    yield f"{name}: {_fetched(crawled['pages'], crawled['items'])}."
    for synced in crawled["syncs"]:
        done, session = synced["metrics"], short(synced["session_id"])
        yield (
            f"{name}: session {session} {synced['status']}: {done['new_properties']:,} new, "
            f"{done['updated_properties']:,} updated, {done['unchanged_properties']:,} unchanged."
        )
        if synced["status"] == "held":
            yield red(f"{name}: {synced['error']}")
    if (asked := crawled["verification"]) is not None:
        said = f"{asked['gone']:,} gone, {asked['alive']:,} alive"
        yield f"{name}: {asked['asked']:,} asked whether gone: {said}."
        if asked["suspect"] is not None:
            yield red(f"{name}: nothing counts: {asked['suspect']}")
    if crawled["stopped_by"] is not None:
        yield red(f"{name}: stopped: {crawled['stopped_by']}")


def _worker_steps(crawled: dict[str, Any], option: str) -> Iterator[str]:
    if any(synced["status"] == "held" for synced in crawled["syncs"]):
        yield "plans list"
    if crawled["failed"] and crawled["sessions"]:
        yield f"session-details --session-id {short(crawled['sessions'][-1])}"
    if crawled["due_in_seconds"] is not None:
        yield f"crawl run --source {shlex.quote(crawled['source'])}{option}"


def _fetched(pages: Mapping[Any, int], items: int) -> str:
    kinds = [f"{count:,} {_KINDS[kind]}" for kind, count in pages.items() if kind in _KINDS and count]
    also = f": {', '.join(kinds)}" if kinds else ""
    return f"{counted(sum(pages.values()), 'page')}, {counted(items, 'item')}{also}"


def _crawled_document(crawled: SourceCrawled) -> dict[str, Any]:
    report, error = crawled.report, crawled.error
    return {
        "source": crawled.source,
        "pages": dict(report.pages),
        "items": report.items,
        "failed": report.failed,
        "waiting": report.waiting,
        "stopped_by": report.stopped_by,
        "due_in_seconds": crawled.due_in,
        "sessions": crawled.sessions,
        "taken_over": crawled.taken_over,
        "syncs": crawled.syncs,
        "verification": verification_document(crawled.verification),
        "error": None if error is None else {"code": error.code, "message": error.message},
    }


def _with(allow_private: bool) -> str:
    return " --allow-private" if allow_private else ""


def _crawled_lines(crawled: SourceCrawled, option: str) -> Iterator[str]:
    report, name = crawled.report, crawled.source
    if crawled.error is not None:
        yield red(f"{name}: {crawled.error.message}")
        return
    yield f"{name}: {_fetched(dict(report.pages), report.items)}."
    if crawled.taken_over:
        yield f"{name}: ended {counted(crawled.taken_over, 'session')} of workers that died."
    for synced in crawled.syncs:
        done = synced.metrics
        yield (
            f"{name}: session {short(synced.session_id)} {synced.status}: {done.new_properties:,} new, "
            f"{done.updated_properties:,} updated, {done.unchanged_properties:,} unchanged."
        )
        if synced.status == "held":
            yield red(f"{name}: {synced.error}")
            yield next_line("plans list")
    if crawled.verification is not None:
        yield from verification_lines(crawled.verification)
    if report.stopped_by is not None:
        yield red(f"{name}: stopped: {report.stopped_by}")
    if report.failed:
        yield next_line(f"session-details --session-id {short(crawled.sessions[-1])}")
    if crawled.due_in is not None:
        when = f"in {format_span(timedelta(seconds=crawled.due_in))}" if crawled.due_in > 1 else "now"
        yield f"{name}: pages are left, the next is due {when}."
        yield next_line(f"crawl run --source {shlex.quote(name)}{option}")


def _code(crawled: SourceCrawled) -> int:
    if crawled.error is not None:
        return crawled.error.exit_code
    held = any(sync.status == "held" for sync in crawled.syncs) or is_doubtful(crawled.verification)
    if crawled.report.verdict == "suspect" or held:
        return REFUSED
    return PARTLY_DONE if crawled.report.failed or crawled.report.stopped_by is not None else 0
