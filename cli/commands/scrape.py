"""`scrape`: from the url of a page to a session, and on to live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from cli.options import max_listings_option, max_pages_option, show_option, source_option
from cli.progress import pages
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.text import short
from cli.views.preview import preview_of
from cli.views.scrape import render_scrape
from cli.views.sync import source_created
from config.errors import NotFoundError, StoppedError, UsageError
from config.secrets import is_masked, mask_url

if TYPE_CHECKING:
    from uuid import UUID

    from database.handle import Database


@click.command(
    epilog=example(
        "scrape --url https://example.com/homes-for-sale --max-pages 3",
        "scrape --url https://example.com/homes/A-17 --dry-run",
        "scrape --resume 5c1f",
        "scrape --resume 5c1f --url 'https://example.com/homes?token=…'",
    )
)
@click.option("--url", metavar="URL", help="A page that lists listings, or the page of one.")
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
    max_pages: int,
    max_listings: int,
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
    from services.workflows.access import Access
    from services.workflows.scrape import EnhancedPropertyScraper

    if url is None and resume is None:
        raise click.UsageError("give --url or --resume")
    if no_auto_sync and dry_run:
        raise click.UsageError("--dry-run plans the sync that --no-auto-sync leaves out: give one of them")
    opened: list[UUID] = []
    async with run.database() as database, _stopped(database, opened):
        session, url, source = await _where(database, url, source, resume)
        with pages(run, max_pages) as (crawled, observer):
            scraper = EnhancedPropertyScraper(
                database,
                access=Access(run.settings.contact, allow_private=allow_private),
                sources_home=run.settings.home,
                options=SyncOptions(dry_run=dry_run),
                observer=observer,
            )
            scraped = await scraper.scrape_and_sync(
                url,
                session_name,
                not no_auto_sync,
                source=source,
                max_pages=max_pages,
                max_listings=max_listings,
                resume=session,
                on_new_source=lambda new: say(source_created(new), err=run.as_json),
                on_session=opened.append,
                on_progress=crawled,
            )
        preview = await preview_of(database, scraped.sync, listings=show if dry_run else 0)
    return render_scrape(scraped, preview)


@asynccontextmanager
async def _stopped(database: Database, opened: list[UUID]) -> AsyncIterator[None]:
    """Turn Ctrl-C into an error that says how to go on with the session that was opened."""
    try:
        yield
    except asyncio.CancelledError as stopped:
        raise StoppedError("Interrupted.", next_step=await _to_go_on(database, opened)) from stopped


async def _to_go_on(database: Database, opened: list[UUID]) -> str:
    from services.reports.sessions import session_details

    again = "run the same command again"
    if opened:
        try:
            session = await session_details(database, opened[-1])
        except NotFoundError:  # nothing was staged, so nothing is left of a new source
            return again
        if session.status == "running":
            return f"scrape --resume {short(session.id)}"
        if session.status == "completed":
            return f"sync --session-id {short(session.id)}"
    return again


async def _where(
    database: Database, url: str | None, source: str | None, resume: str | None
) -> tuple[UUID | None, str, str | None]:
    """The session to go on with, if any, and what to scrape into it."""
    from services.reports.find import find_session
    from services.reports.sessions import session_details

    if resume is None:
        return None, url or "", source
    session = await find_session(database, resume)
    details = await session_details(database, session)
    if details.kind != "scrape" or not details.base_url:
        raise UsageError(f"session {resume} is not a scrape", next_step="see list-sessions")
    return session, _whole(details.base_url, url, resume), source or details.source


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
