"""`crawl run`, `crawl status`, `crawl enqueue`: pages of listings, in a queue that all workers share."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.commands.crawl_tiers import run_tier
from cli.crawlers import crawl_in_processes
from cli.options import only_source_option
from cli.progress import queues
from cli.progress import workers as shown_workers
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.crawl import render_crawled, render_crawls, render_enqueued, render_several
from cli.views.scan import with_tiers
from config.errors import StoppedError

if TYPE_CHECKING:
    from services.workflows.crawl import CrawlOptions

PRIORITIES = {"new": 1, "repriced": 2, "verification": 3, "stale": 4, "sample": 5}


@click.command(
    epilog=example("crawl run", "crawl run --source acme --for 30", "crawl run --workers 2 --json")
)
@only_source_option
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes to work with; more of them help where reading takes longer than fetching.",
)
@click.option("--max-pages", type=click.IntRange(1), help="Pages to fetch, of each source.")
@click.option(
    "--for", "minutes", type=click.FloatRange(0, min_open=True), metavar="MINUTES", help="Stop then."
)
@click.option(
    "--tier",
    type=click.Choice(["newest", "front", "whole", "stale"]),
    help="Instead scan this tier of --source, due or not.",
)
@click.option("--allow-private", is_flag=True, help="Permit sites on a private network.")
@runs
async def run(
    run: Run,
    *,
    source: str | None,
    tier: str | None,
    workers: int,
    max_pages: int | None,
    minutes: float | None,
    allow_private: bool,
) -> Result:
    """Fetch the pages that wait, stage and sync their listings.

    Ends when no page is due; those that failed are tried again later, by the next run. Pages that have not
    changed are not read again, and count as seen. Ctrl-C or SIGTERM ends a worker at once: what it has read
    is kept, what it has not is left to the others. Exit code 3 where a site blocks or a plan is held, 4
    where pages failed.
    """
    if tier is not None:
        if source is None:
            raise click.UsageError("--tier needs --source: it is a part of one source")
        async with run.database() as database:
            return await run_tier(run, database, source, tier, allow_private=allow_private)
    if workers > 1:
        words = _words(source, max_pages, minutes, allow_private=allow_private)
        with _stopped(allow_private=allow_private):
            async with shown_workers(run):
                return render_several(*await crawl_in_processes(workers, words), allow_private=allow_private)
    from services.pages import stores_of
    from services.workflows.access import Access
    from services.workflows.crawl import crawl_sources, sources_to_crawl

    async with run.database() as database, stores_of(run.settings) as stores:
        sources = [source] if source else await sources_to_crawl(database)
        with _stopped(allow_private=allow_private), queues(run) as seen:
            crawled = await crawl_sources(
                database,
                sources,
                _options(max_pages, minutes),
                access=Access(run.settings.contact, allow_private=allow_private, home=run.settings.home),
                stores=stores,
                on_pages=seen,
            )
    return render_crawled(crawled, allow_private=allow_private)


def _words(
    source: str | None, max_pages: int | None, minutes: float | None, *, allow_private: bool
) -> list[str]:
    """The options of a run, for each of its workers."""
    given = {"--source": source, "--max-pages": max_pages, "--for": minutes}
    words = [word for name, value in given.items() if value is not None for word in (name, str(value))]
    return [*words, "--allow-private"] if allow_private else words


def _options(max_pages: int | None, minutes: float | None) -> CrawlOptions:
    from scrapers.crawl.worker import Work
    from services.workflows.crawl import CrawlOptions

    until = None if minutes is None else time.monotonic() + 60 * minutes
    return CrawlOptions(Work(most=max_pages, until=until))


@contextmanager
def _stopped(*, allow_private: bool) -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does, and say how to go on."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    # only the main thread receives signals
    heard = task is not None and threading.current_thread() is threading.main_thread()
    if task is not None and heard:
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    except asyncio.CancelledError as stopped:
        raise StoppedError(
            "Interrupted; what was read is kept, the other pages wait again.",
            next_step="crawl run --allow-private" if allow_private else "crawl run",
        ) from stopped
    finally:
        if heard:
            loop.remove_signal_handler(signal.SIGTERM)


@click.command(epilog=example("crawl status", "crawl status --source acme --json"))
@only_source_option
@runs
async def status(run: Run, *, source: str | None) -> Result:
    """Show the pages that wait, the workers that fetch them, their speed, and the tiers of each source.

    Waiting pages are counted by priority and reason. The time left is estimated from the workers' present
    speed. For each tier it shows when it was last scanned, when it is due, and why at that interval.
    """
    from services.frontier import crawl_status
    from services.scans import tier_states
    from services.sources import require_source

    async with run.database(reading=True) as database:
        await require_source(database, source)
        found = await crawl_status(database, source)
        tiers = await tier_states(database, source)
    return with_tiers(render_crawls(found), tiers)


@click.command(
    epilog=example(
        "crawl enqueue https://example.com/homes/A-17 https://example.com/homes/A-18",
        "crawl enqueue --source acme --priority stale https://example.com/homes/A-17",
    )
)
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option("--source", metavar="NAME", help="The source; by default the one that has the host.")
@click.option(
    "--priority",
    type=click.Choice(list(PRIORITIES)),
    default="new",
    show_default=True,
    help="What is fetched first; new is the most urgent.",
)
@click.option("--reason", metavar="WORD", default="asked", show_default=True, help="Why, for crawl status.")
@runs
async def enqueue(run: Run, *, urls: Sequence[str], source: str | None, priority: str, reason: str) -> Result:
    """Queue the pages of listings, to be fetched by crawl run.

    A page is queued once: one that waits already keeps the better priority. A source that is not known yet is
    created by its host.
    """
    from services.frontier import Priority
    from services.workflows.enqueue import enqueue_urls

    async with run.database() as database:
        queued = await enqueue_urls(
            database,
            urls,
            source=source,
            home=run.settings.home,
            priority=Priority(PRIORITIES[priority]),
            reason=reason,
        )
    return render_enqueued(queued)
