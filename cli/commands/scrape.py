"""`scrape`: from the url of a page to a session, and on to live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

import click

from cli.options import max_listings_option, max_pages_option, show_option, source_option
from cli.progress import pages
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.text import short
from cli.views.preview import preview_of
from cli.views.scrape import render_not_started, render_scrape, together
from cli.views.sync import source_created
from config.errors import NotFoundError, PropertyManagerError, StoppedError, UsageError
from config.secrets import is_masked, mask_url

if TYPE_CHECKING:
    from uuid import UUID

    from database.handle import Database
    from services.pipeline import SyncOptions


@click.command(
    epilog=example(
        "scrape --url https://example.com/homes-for-sale --max-pages 3",
        "scrape --url https://example.com/homes/A-17 --dry-run",
        "scrape --source acme",
        "scrape --resume 5c1f",
        "scrape --resume 5c1f --url 'https://example.com/homes?token=…'",
    )
)
@click.option(
    "--url",
    metavar="URL",
    help="A page that lists listings, or the page of one; by default each start page of --source.",
)
@max_pages_option
@max_listings_option
@click.option("--session-name", metavar="NAME", help="A name to find the session by.")
@click.option("--no-auto-sync", is_flag=True, help="Only stage: the session waits for sync.")
@click.option("--dry-run", is_flag=True, help="Stage and save the plan of the sync; apply nothing.")
@show_option
@source_option
@click.option(
    "--resume",
    metavar="SESSION",
    help="Continue an interrupted session, by its id; give --url again if it holds a token.",
)
@click.option("--allow-private", is_flag=True, help="Permit the host and port of --url on a private network.")
@runs
async def scrape(
    run: Run,
    *,
    url: str | None,
    max_pages: int | None,
    max_listings: int | None,
    session_name: str | None,
    no_auto_sync: bool,
    dry_run: bool,
    show: int,
    source: str | None,
    resume: str | None,
    allow_private: bool,
) -> Result:
    """Scrape a site into a session and bring it live.

    Start from a page that lists listings, or from the page of one. Pages are fetched slowly, as
    robots.txt says, under your PROPERTY_MANAGER_CONTACT. Stopping at --max-pages or --max-listings makes
    the session partial: what it did not see does not count as gone. Tokens in a url are not kept, so a
    session that began with one needs it again to be resumed. --source may also be the path of a TOML
    file that describes the site.
    """
    from services.pipeline import SyncOptions

    if url is None and resume is None and source is None:
        raise click.UsageError("give --url, --resume, or a --source that names its start pages")
    if no_auto_sync and dry_run:
        raise click.UsageError("--dry-run plans the sync that --no-auto-sync leaves out: give one of them")
    opened: list[UUID] = []
    rendered = []
    async with run.database() as database, _stopped(database, opened, allow_private=allow_private):
        session, urls, source = await _where(run, database, url, source, resume)
        scraping = _Scraping(
            run,
            database,
            options=SyncOptions(dry_run=dry_run),
            allow_private=allow_private,
            source=source,
            session_name=session_name,
            auto_sync=not no_auto_sync,
            max_pages=max_pages,
            max_listings=max_listings,
            resume=session,
            opened=opened,
            show=show if dry_run else 0,
        )
        for start in urls:
            try:
                rendered.append(await scraping.start(start))
            except PropertyManagerError as error:
                if len(urls) == 1 or isinstance(error, UsageError):
                    raise
                rendered.append(render_not_started(start, error))
    return together(rendered)


@dataclass(frozen=True)
class _Scraping:
    """What the scrapes of one command have in common."""

    run: Run
    database: Database
    _: KW_ONLY
    options: SyncOptions
    allow_private: bool
    source: str | None
    session_name: str | None
    auto_sync: bool
    max_pages: int | None
    max_listings: int | None
    resume: UUID | None
    opened: list[UUID]
    show: int

    async def start(self, url: str) -> Result:
        """Scrape from one page, and preview what a dry run would bring live."""
        from services.pages import stores_of
        from services.workflows.access import Access
        from services.workflows.scrape import EnhancedPropertyScraper

        settings = self.run.settings
        async with stores_of(settings) as stores:
            with pages(self.run, self.max_pages) as (crawled, observer):
                scraper = EnhancedPropertyScraper(
                    self.database,
                    access=Access(settings.contact, allow_private=self.allow_private, home=settings.home),
                    sources_home=settings.home,
                    stores=stores,
                    options=self.options,
                    observer=observer,
                )
                scraped = await scraper.scrape_and_sync(
                    url,
                    self.session_name,
                    self.auto_sync,
                    source=self.source,
                    max_pages=self.max_pages,
                    max_listings=self.max_listings,
                    resume=self.resume,
                    on_new_source=lambda new: say(
                        source_created(new, dry_run=self.options.dry_run), err=self.run.as_json
                    ),
                    on_session=self.opened.append,
                    on_progress=crawled,
                )
        return render_scrape(scraped, await preview_of(self.database, scraped.sync, listings=self.show))


@asynccontextmanager
async def _stopped(database: Database, opened: list[UUID], *, allow_private: bool) -> AsyncIterator[None]:
    """Turn Ctrl-C into an error that says how to go on with the session that was opened."""
    try:
        yield
    except asyncio.CancelledError as stopped:
        option = " --allow-private" if allow_private else ""
        raise StoppedError("Interrupted.", next_step=await _to_go_on(database, opened, option)) from stopped


async def _to_go_on(database: Database, opened: list[UUID], option: str) -> str:
    from services.reports.sessions import session_details

    again = "run the same command again"
    if opened:
        try:
            session = await session_details(database, opened[-1])
        except NotFoundError:  # nothing was staged, so nothing is left of a new source
            return again
        if session.status == "running":
            return f"scrape --resume {short(session.id)}{option}"
        if session.status == "completed":
            return f"sync --session-id {short(session.id)}"
    return again


async def _where(
    run: Run, database: Database, url: str | None, source: str | None, resume: str | None
) -> tuple[UUID | None, Sequence[str], str | None]:
    """The session to go on with, if any; the pages to start from; the source."""
    from services.reports.find import find_session
    from services.reports.sessions import session_details
    from services.workflows.sources import start_pages

    if resume is None:
        starts = [url] if url else await start_pages(database, source or "", home=run.settings.home)
        return None, starts, source
    session = await find_session(database, resume)
    details = await session_details(database, session)
    if details.kind != "scrape" or not details.base_url:
        raise UsageError(f"session {resume} is not a scrape", next_step="see list-sessions")
    return session, [_whole(details.base_url, url, resume)], source or details.source


def _whole(kept: str, given: str | None, resume: str) -> str:
    """The url of a session to resume: as given, if it is the one that was kept without its tokens."""
    if given is None and is_masked(kept):
        raise UsageError(
            f"session {resume} was begun with a token in its url, which is not kept: {kept}",
            next_step=f"give the url again: scrape --resume {resume} --url URL",
        )
    if given is not None and mask_url(given) != kept:
        raise UsageError(
            f"session {resume} was begun with another url: {kept}",
            next_step="give that url, or start a session of its own without --resume",
        )
    return given or kept
