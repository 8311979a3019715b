"""A source drafted from a live page: what its pages give, how its index pages follow, where fields stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from config.errors import ExtractionError
from config.source import Pagination, Source
from scrapers.crawl import fetch_start
from scrapers.draft import Draft, PageRead, fields_found, proposed, read_page
from scrapers.draft.cards import card_fields, card_place
from scrapers.draft.coverage import ids_of
from scrapers.draft.structured import structured_data
from scrapers.extract import Page
from scrapers.extract.country import country_of, stated_country
from services.workflows.access import ANONYMOUS, Access
from services.workflows.source_onward import as_start, listings_of_sitemap, onward
from services.workflows.source_pages import OnPage, first_index, sample
from services.workflows.sources import default_source, host_of

_LANGUAGES: Final = {
    **{"da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french"},
    **{"hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "no": "norwegian"},
    **{"pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish"},
    **{"ar": "arabic", "ca": "catalan", "el": "greek", "ga": "irish", "id": "indonesian", "sr": "serbian"},
}
"""A page's language, ISO 639-1 → the text search configuration of Postgres."""


async def draft_source(
    url: str,
    *,
    name: str | None = None,
    pages: int = 5,
    access: Access = ANONYMOUS,
    on_page: OnPage = lambda done, total: None,
) -> Draft:
    """Describe the source of a page: fetch it and up to `pages` of the listings that it leads to.

    Where its links lead no further, what usually follows is tried: ?page=2 and the like, then the site's
    sitemap. Raises FetchError for a start page that cannot be fetched, and ExtractionError for one without
    listings.
    """
    host = host_of(url)
    facts = as_start(default_source(name or host, host), url)
    sitemap: Pagination | None = None
    async with access.fetcher(facts) as client:
        start = await fetch_start(client, url, facts)
        index = None
        if start.kind == "index":
            _, index = await first_index(client, start, facts)
            read = await sample(client, facts, index, pages, on_page=on_page)
            if facts.pagination is None:
                facts = facts.model_copy(
                    update={"pagination": await onward(client, start.fetched.final_url, index, facts)}
                )
            if facts.pagination is None and index.next_url is None and index.is_last is not True:
                sitemap = await listings_of_sitemap(client, start.fetched.final_url, read, facts)
        else:
            read = [read_page(start.page, facts)]
    good = [page for page in read if page.error is None]
    if not good and index is not None and facts.pagination is not None:
        raise ExtractionError(
            f"none of the pages that {url} leads to is a listing's",
            next_step="start from a page of search results, or from one listing",
        )
    ids = ids_of(read)
    return Draft(
        source=_described(facts, start.fetched.url, start.page, good, is_index=index is not None),
        kind=start.kind,
        listings=1 if index is None else len(index.links),
        total=None if index is None else index.total,
        next_url=None if index is None else index.next_url,
        structured=_structured(good),
        pages=tuple(read),
        fields=fields_found(read),
        rule=None if ids is None else str(ids.rule),
        places=proposed(good),
        card=None if index is None else card_place(start.page, facts),
        card_fields={} if index is None else card_fields(index),
        sitemap=sitemap,
    )


def _described(facts: Source, url: str, start: Page, pages: Sequence[PageRead], *, is_index: bool) -> Source:
    """The facts, with what most of the pages say of money, place and language."""
    stated = stated_country(start)
    language = _language(start) or _commonest(_language(page.page) for page in pages if page.page) or ""
    known: dict[str, Any] = {
        "start": (url,) if is_index else (),
        "currency": _commonest(page.values.get("currency") for page in pages),
        "country": _commonest(country_of(page.raw, stated) for page in pages),
        "language": _LANGUAGES.get(language, facts.language),
    }
    return facts.model_copy(update={name: value for name, value in known.items() if value})


def _language(page: Page) -> str:
    root = page.tree.css_first("html")
    return ((root.attributes.get("lang") if root else None) or "").lower().partition("-")[0]


def _commonest(values: Any) -> str | None:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None


def _structured(pages: Sequence[PageRead]) -> tuple[str, ...]:
    found = (kind for page in pages if page.page is not None for kind in structured_data(page.page))
    return tuple(dict.fromkeys(found))
