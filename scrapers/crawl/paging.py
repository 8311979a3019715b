"""Index pages of every kind that a source may declare: HTML, JSON that a script loads, sitemaps."""

from __future__ import annotations

from typing import Final

from config.source import Source
from scrapers.extract import Index, Kind, Page, Recipe, extract_index, page_kind
from scrapers.extract.numbered import first_page
from scrapers.extract.scroll import is_json, read_scroll
from scrapers.extract.sitemap import is_sitemap, read_sitemap
from scrapers.fetch import FetchResult

_DOCUMENTS: Final = ("scroll", "sitemap")
_LEAST_LANDMARKS: Final = 3
_LEAST_SHOWN: Final = 0.5
"""Share of a list's landmarks that a page beyond its end still shows."""


def first_index_url(source: Source, url: str) -> str:
    """Where reading begins for a page of the source: at a start page, its first index page.

    A page that is no start page, such as one listing's, is itself.
    """
    pagination = source.pagination
    if pagination is None or (source.start and url not in source.start):
        return url
    return first_page(pagination, url)


def may_be_document(source: Source) -> bool:
    """Whether index pages of the source are no HTML, so that a fetch must take other types too."""
    return source.pagination is not None and source.pagination.kind in _DOCUMENTS


def is_document(source: Source, fetched: FetchResult) -> bool:
    """Whether a page is such an index page and no HTML."""
    if source.pagination is None:
        return False
    if source.pagination.kind == "sitemap":
        return is_sitemap(fetched.body)
    is_scroll = source.pagination.kind == "scroll"
    return is_scroll and is_json(fetched.text, fetched.headers.get("Content-Type", ""))


def read_index(
    fetched: FetchResult, source: Source, recipe: Recipe | None = None, page: Page | None = None
) -> Index:
    """Read an index page of any kind. Raises ExtractionError for one that cannot be read.

    `page` is the same one parsed, where it is HTML and was parsed already.
    """
    if not is_document(source, fetched):
        return extract_index(page or Page(fetched.text, fetched.final_url), source, recipe)
    if source.pagination is not None and source.pagination.kind == "sitemap":
        return read_sitemap(fetched.body, fetched.final_url, source)
    return read_scroll(fetched.text, fetched.final_url, source, recipe)


def declared_kind(page: Page, url: str, source: Source) -> Kind | None:
    """What the source's recipe says a page is; None where it says nothing, and for a block page."""
    recipe = Recipe.model_validate(source.recipe or {})
    is_told = recipe.index.card or recipe.index.link or recipe.detail.url
    if not is_told or (kind := page_kind(page)) == "blocked":
        return None
    if recipe.detail.url is not None and recipe.detail.matches(page.url):
        return "detail"
    may_be_index = url in source.start or kind in ("other", "empty", "index")
    return "index" if may_be_index and extract_index(page, source, recipe).links else None


def landmarks(page: Page | None, index: Index) -> frozenset[str]:
    """Where the links of an index page lead that are none of its listings: what all its pages show."""
    if page is None:
        return frozenset()
    listed = {page.address_key(link) for link in index.links}
    return frozenset(page.links) - {link for link in page.links if page.address_key(link) in listed}


def is_end(page: Page | None, known: frozenset[str]) -> bool:
    """Whether a page without listings lies beyond the last one: it says so, or is else as the first one.

    A page that is neither may be an error page or a block, which proves nothing. JSON without items is
    such an end, as its reader refuses other answers.
    """
    if page is None:
        return True
    kind = page_kind(page)
    if kind == "blocked":
        return False
    if kind == "empty" and page.tree.css_first("a[href]") is not None:
        return True
    shown = known & frozenset(page.links)
    return len(known) >= _LEAST_LANDMARKS and len(shown) >= _LEAST_SHOWN * len(known)
