"""From the addresses that a person gives to pages in the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from config.errors import ParseError, UsageError
from config.secrets import mask_url
from database.handle import Database
from parsing.canonical import canonical
from parsing.links import parse_url
from services.frontier import Priority, enqueue
from services.sources import register_source
from services.workflows.sources import source_for


@dataclass(frozen=True, slots=True)
class EnqueuedPages:
    """What was queued of one source."""

    source: str
    source_is_new: bool
    queued: int
    known: int
    """Pages that wait already, as urgently."""


async def enqueue_urls(
    database: Database,
    urls: Sequence[str],
    *,
    source: str | None = None,
    home: Path | None = None,
    priority: Priority = Priority.NEW,
    reason: str = "asked",
) -> list[EnqueuedPages]:
    """Queue pages by their addresses, each with the source that has its host; an unknown one is registered.

    Raises UsageError, before anything is queued, for what is no address of a web page, and for one with a
    password or token: it would have to be stored.
    """
    pages = [_checked(url) for url in urls]
    facts = {}
    of_source: dict[str, list[str]] = {}
    for page in pages:
        found = await source_for(database, page, source, home=home)
        facts[found.name] = found
        of_source.setdefault(found.name, []).append(canonical(page, found.urls))
    enqueued = []
    for name, found in facts.items():
        is_new = await register_source(database, found)
        result = await enqueue(database, name, of_source[name], priority=priority, reason=reason)
        enqueued.append(EnqueuedPages(name, is_new, result.queued, result.known))
    return enqueued


def _checked(url: str) -> str:
    """The address in the form that rows have it in, without the place on the page that it may name."""
    try:
        page = parse_url(urldefrag(url)[0])
    except ParseError as error:
        raise UsageError(
            f'"{url}" is not the address of a web page',
            next_step="give a whole one: https://example.com/homes/A-17",
        ) from error
    if mask_url(page) != page:
        raise UsageError(
            f"{mask_url(page)} has a password or token in it, which is not kept, so it could not be fetched",
            next_step="queue the page by its public address, or read it now: scrape --url URL",
        )
    return page
