"""The start page of a scrape; its kind decides the scope of the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.errors import BlockedError, ExtractionError
from config.secrets import mask_url
from config.source import Source
from scrapers.crawl.impostors import instead_of_listing
from scrapers.crawl.paging import declared_kind, first_index_url, is_document, may_be_document
from scrapers.extract import Page, page_kind
from scrapers.fetch import Fetcher, FetchResult

SINGLE_PAGES = "(single pages)"
"""The scope of sessions over one detail page, which never prove absence."""


@dataclass(frozen=True, slots=True)
class StartPage:
    """The start page, fetched and parsed, and its kind: an index or one listing."""

    kind: Literal["index", "detail"]
    fetched: FetchResult
    page: Page
    """Empty for an index page that is no HTML."""

    @property
    def scope(self) -> str:
        """The scope of a session that starts at this page, its passwords and tokens masked."""
        return mask_url(self.fetched.url) if self.kind == "index" else SINGLE_PAGES


async def fetch_start(client: Fetcher, url: str, source: Source) -> StartPage:
    """Fetch the start page. Raises FetchError, or ExtractionError if it shows no listing.

    Where the source says so, the first index page is another than its start page, or no HTML.
    """
    fetched = await client.get(first_index_url(source, url), html_only=not may_be_document(source))
    if is_document(source, fetched):
        return StartPage("index", fetched, Page("", fetched.final_url))
    page = Page(fetched.text, fetched.final_url)
    kind = declared_kind(page, url, source) or page_kind(page)
    if kind in ("index", "detail"):
        return StartPage("index" if kind == "index" else "detail", fetched, page)
    error = challenged(url) if kind == "blocked" else _without_listings(url, page, is_empty=kind == "empty")
    error.body = fetched.body
    raise error


def _without_listings(url: str, page: Page, *, is_empty: bool) -> BlockedError | ExtractionError:
    """Return the error for a page that is neither a list of listings nor one listing."""
    impostor = instead_of_listing(page)
    if impostor is not None and impostor.kind != "soft_404":
        return BlockedError(f"{url} gives no listings: {impostor.why}. Nothing was changed.", url=url)
    if is_empty:
        return ExtractionError(
            f"reading {url}: the page says that it has no listings. Nothing was changed.",
            next_step="open it in a browser: if listings appear there, a script builds them",
        )
    return ExtractionError(
        f"reading {url}: no listing and no list of listings on the page",
        next_step="open it in a browser: start from a page of search results, or from one listing",
    )


def challenged(url: str) -> BlockedError:
    """Return the error for a challenge or a notice of refusal."""
    return BlockedError(f"{url} shows a challenge or block page. Nothing was changed.", url=url)
