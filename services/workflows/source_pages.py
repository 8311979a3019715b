"""The pages that a description is drafted from or tried on: an index page, its listings, saved files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import ExtractionError, FetchError
from config.files import read_bytes
from config.source import Source
from scrapers.crawl.paging import may_be_document, read_index
from scrapers.crawl.start import StartPage
from scrapers.draft import PageRead, read_page
from scrapers.extract import Index, Page, Recipe
from scrapers.extract.page import MAX_HTML
from scrapers.fetch import Fetcher
from scrapers.fetch.body import decode_text

OnPage = Callable[[int, int], None]
"""Called after each page, with how many were tried and how many there are to try."""


@dataclass(frozen=True, slots=True)
class IndexRead:
    """An index page: what it leads to, and on how many of its cards the recipe finds each field."""

    url: str
    listings: int
    next_url: str | None
    total: int | None
    card_fields: Mapping[str, int]


def index_read(url: str, index: Index, recipe: Recipe | None) -> IndexRead:
    """An index page as a trial shows it."""
    named = recipe.index.fields if recipe else {}
    return IndexRead(
        url,
        len(index.links),
        index.next_url or next(iter(index.more), None),
        index.total,
        {name: sum(name in found for found in index.evidence.values()) for name in named},
    )


async def first_index(
    client: Fetcher, start: StartPage, source: Source, recipe: Recipe | None = None
) -> tuple[str, Index]:
    """The first index page that has listings: that of the start, or the first file of a list in several.

    Raises ExtractionError where there is none.
    """
    url, index = start.fetched.url, read_index(start.fetched, source, recipe, start.page)
    if not index.links and index.more:
        url = index.more[0]
        fetched = await client.get(url, html_only=not may_be_document(source))
        index = read_index(fetched, source, recipe)
    if not index.links:
        raise ExtractionError(
            f"reading {url}: the page links to no listing",
            next_step="give [recipe.index] of the source a card and a link, or [pagination] a kind",
        )
    return url, index


async def sample(
    client: Fetcher,
    source: Source,
    index: Index,
    pages: int,
    *,
    recipe: Recipe | None = None,
    on_page: OnPage,
) -> list[PageRead]:
    """Read listings of an index page, as far apart on it as they can be."""
    count = min(pages, len(index.links))
    read = []
    for link in (index.links[len(index.links) * nth // count] for nth in range(count)):
        listed = index.said.get(link)
        if link in index.blocks:
            read.append(read_page(index.blocks[link], source, recipe, url=link, listed=listed))
        else:
            read.append(await _fetched(client, source, link, recipe, listed))
        on_page(len(read), count)
    return read


async def _fetched(
    client: Fetcher, source: Source, link: str, recipe: Recipe | None, listed: Mapping[str, Any] | None
) -> PageRead:
    try:
        fetched = await client.get(link, html_only=True)
        return read_page(Page(fetched.text, fetched.final_url), source, recipe, url=link, listed=listed)
    except (FetchError, ExtractionError) as error:
        return PageRead(link, error=error.message)


def saved_page(path: Path, source: Source) -> Page:
    """A saved page, under the address that it gives itself, else that of its file on the source's host."""
    text = decode_text(read_bytes(path, "saved page", most=MAX_HTML))
    own = Page(text, f"https://{source.hosts[0] if source.hosts else source.name}/{path.name}")
    return Page(text, own.canonical or own.url)
