"""Progress on stderr: for a person at a terminal only, never mixed into output."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cli.render import console
from cli.run import Run
from cli.text import counted
from config.text import format_span

if TYPE_CHECKING:
    from rich.status import Status

    from importers.intake import ImportProgress
    from scrapers.crawl import CrawlReport
    from scrapers.crawl.queue_report import QueueReport
    from scrapers.scan import ScanReport
    from services.history.retention import Cleaned, Compacted
    from services.pipeline import Observer
    from services.workflows.reparse import PagesRead

STAGES: Final = {
    "sift": "settling repeated ids",
    "validate_built_in": "validating",
    "validate_written": "validating",
    "validate_rule": "validating",
    "quarantine_rows": "setting rows aside",
    "plan": "comparing with live",
    "guard": "checking the plan",
    "apply": "applying",
}
"""What a stage of a sync is called while it runs."""


def _watched(run: Run) -> bool:
    return sys.stderr.isatty() and not run.as_json


def _silent(stage: str) -> None:
    """Show nothing: there is nobody at a terminal."""


class _Pace:
    """How fast pages come, and for how long at that pace."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def said(self, done: int, left: int) -> str:
        """Of so many pages done and left: ", 3.1 a second, 2 minutes left"; nothing before the first."""
        if not done:
            return ""
        a_second = done / max(time.monotonic() - self._began, 1e-6)
        until = f", {format_span(timedelta(seconds=round(left / a_second)))} left" if left > 0 else ""
        return f", {a_second:.1f} a second{until}"


class _Shown:
    """Shows each stage as it starts."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def began(self, stage: str) -> None:
        self._show(STAGES.get(stage, stage))

    def ended(self, stage: str) -> None:
        pass


@contextmanager
def stages(run: Run) -> Iterator[Observer]:
    """A status line that names the stage a sync is at."""
    if not _watched(run):
        yield _Shown(_silent)
        return
    with console(stderr=True).status("starting …") as line:
        yield _Shown(lambda stage: line.update(f"{stage} …"))


@contextmanager
def rows(run: Run) -> Iterator[tuple[Callable[[ImportProgress], None], Observer]]:
    """A status line with the rows read so far, then the stages of the sync."""
    if not _watched(run):
        yield lambda progress: None, _Shown(_silent)
        return
    with console(stderr=True).status("reading …") as line:

        def read(progress: ImportProgress) -> None:
            unreadable = f", {progress.unreadable:,} unreadable" if progress.unreadable else ""
            line.update(f"reading … {progress.rows:,} rows{unreadable}")

        yield read, _Shown(lambda stage: line.update(f"{stage} …"))


@contextmanager
def rows_of(run: Run) -> Iterator[tuple[Callable[[str, int], None], Observer]]:
    """A status line with the rows read so far of a layer, then the stages of its sync."""
    if not _watched(run):
        yield lambda layer, rows: None, _Shown(_silent)
        return
    with console(stderr=True).status("asking …") as line:
        yield (
            lambda layer, rows: line.update(f"{layer}: reading … {rows:,} rows"),
            _Shown(lambda stage: line.update(f"{stage} …")),
        )


@contextmanager
def compared(run: Run) -> Iterator[Callable[[int, int], None]]:
    """A status line with the listings compared so far, and of how many."""
    if not _watched(run):
        yield lambda listings, total: None
        return
    with console(stderr=True).status("comparing …") as line:
        yield lambda listings, total: line.update(
            f"comparing … {listings:,} of {counted(total, 'listing')}"
            if listings < total
            else "weighing and merging …"
        )


@contextmanager
def maintained(run: Run) -> Iterator[Callable[[str, int, int], None]]:
    """A status line with the table that is being vacuumed, and how many are left."""
    if not _watched(run):
        yield lambda table, done, total: None
        return
    with console(stderr=True).status("looking at the tables …") as line:
        yield lambda table, done, total: line.update(f"vacuuming {table}, {done:,} of {total:,} …")


@contextmanager
def sampled(run: Run) -> Iterator[Callable[[int, int], None]]:
    """A status line with the pages tried so far, and of how many."""
    if not _watched(run):
        yield lambda done, total: None
        return
    with console(stderr=True).status("asking for the first page …") as line:
        yield lambda done, total: line.update(f"page {done:,} of {total:,} …")


@contextmanager
def pages(run: Run, max_pages: int | None) -> Iterator[tuple[Callable[[CrawlReport], None], Observer]]:
    """A bar of the listings that are known so far, then the stages of the sync."""
    if not _watched(run):
        yield lambda report: None, _Shown(_silent)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    # what is printed meanwhile goes above the bar, but a file or pipe gets it as it is
    shared = sys.stdout.isatty()
    with Progress(*columns, console=console(stderr=True), transient=True, redirect_stdout=shared) as bar:
        task = bar.add_task("asking for the first page …", total=None)
        pace = _Pace()

        def crawled(report: CrawlReport) -> None:
            done, known = report.rows_in_session + report.failed, len(report.listed)
            bar.update(
                task,
                completed=done,
                total=known or None,
                description=crawl_line(report, max_pages)
                + pace.said(report.rows + report.failed, known - done),
            )

        yield crawled, _Shown(lambda stage: bar.update(task, description=stage))


@contextmanager
def queues(run: Run) -> Iterator[Callable[[str, QueueReport], None]]:
    """A line for each source whose pages are fetched: pages a second, items, errors, queue, time left."""
    if not _watched(run):
        yield lambda source, report: None
        return
    from cli.views.crawl import queue_line

    lines: dict[str, str] = {}
    with console(stderr=True).status("asking what waits …") as shown:

        def fetched(source: str, report: QueueReport) -> None:
            lines[source] = queue_line(source, report)
            shown.update("\n".join(lines.values()))

        yield fetched


@asynccontextmanager
async def workers(run: Run) -> AsyncIterator[None]:
    """A line for each source that several workers fetch, of all of them together, as the database knows."""
    if not _watched(run):
        yield
        return
    from cli.views.crawl import crawl_lines
    from services.frontier import crawl_status

    async def look(line: Status) -> None:
        async with run.database(reading=True) as database:
            while True:
                line.update(crawl_lines(await crawl_status(database)) or "asking what waits …")
                await asyncio.sleep(1)

    with console(stderr=True).status("asking what waits …") as line:
        looking = asyncio.create_task(look(line))
        try:
            yield
        finally:
            looking.cancel()
            # the workers say themselves what is wrong with the database
            await asyncio.gather(looking, return_exceptions=True)


def crawl_line(report: CrawlReport, max_pages: int | None) -> str:
    """How far a crawl is: "index page 1 of 3: 12 of 24 listings read, 1 page failed"."""
    failed = f", {counted(report.failed, 'page')} failed" if report.failed else ""
    if report.single_page:
        return f"the page of one listing{failed}"
    known = report.index_pages_total
    of = "" if known is None else f" of {min(known, max_pages or known)}"
    listed = counted(len(report.listed), "listing")
    return f"index page {report.index_pages}{of}: {report.rows_in_session:,} of {listed} read{failed}"


@contextmanager
def scanned(run: Run) -> Iterator[Callable[[ScanReport], None]]:
    """A status line with the index pages read so far, and of how many."""
    if not _watched(run):
        yield lambda report: None
        return
    with console(stderr=True).status("asking for the first page …") as line:
        pace = _Pace()

        def update(report: ScanReport) -> None:
            of = "" if report.pages_total is None else f" of {report.pages_total:,}"
            again = f", {report.seam_pages:,} again" if report.seam_pages else ""
            left = max(0, (report.pages_total or 0) - report.pages)
            fast = pace.said(report.pages + report.seam_pages, left)
            line.update(f"index page {report.pages:,}{of}{again}: {counted(report.shown, 'listing')}{fast} …")

        yield update


@contextmanager
def cleaning(run: Run) -> Iterator[Callable[[Cleaned | Compacted], None]]:
    """A status line with what has gone so far."""
    if not _watched(run):
        yield lambda done: None
        return
    with console(stderr=True).status("looking …") as line:

        def update(done: Cleaned | Compacted) -> None:
            figures = ", ".join(f"{count:,} {thing}" for thing, count in asdict(done).items())
            line.update(f"{'removing' if 'sessions' in figures else 'folding'} … {figures}")

        yield update


@contextmanager
def reread(run: Run) -> Iterator[tuple[Callable[[PagesRead], None], Observer]]:
    """A status line with the kept pages read so far, then the stages of the sync."""
    if not _watched(run):
        yield lambda read: None, _Shown(_silent)
        return
    with console(stderr=True).status("reading kept pages …") as line:
        yield (
            lambda read: line.update(f"reading … {counted(read.pages, 'page')}, {read.rows:,} rows"),
            _Shown(lambda stage: line.update(f"{stage} …")),
        )
