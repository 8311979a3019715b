"""A source drafted from a live page, and a description that is tried on pages; nothing is staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.errors import ExtractionError, FetchError, UsageError
from config.files import read_bytes
from config.source import Source
from parsing.text import squeeze
from scrapers.crawl import fetch_start
from scrapers.crawl.paging import read_index
from scrapers.draft import Draft, FieldFound, PageRead, fields_found, places, read_page
from scrapers.draft.coverage import ids_of
from scrapers.draft.structured import structured_data
from scrapers.extract import Index, Page, Recipe
from scrapers.extract.country import country_of, stated_country
from scrapers.extract.page import MAX_HTML
from scrapers.fetch import Fetcher
from scrapers.fetch.body import decode_text
from services.workflows.access import ANONYMOUS, Access
from services.workflows.sources import default_source, host_of

OnPage = Callable[[int, int], None]
"""Called after each page, with how many were tried and how many there are to try."""

_LANGUAGES: Final = {
    **{"da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french"},
    **{"hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "no": "norwegian"},
    **{"pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish"},
    **{"ar": "arabic", "ca": "catalan", "el": "greek", "ga": "irish", "id": "indonesian", "sr": "serbian"},
}
"""A page's language, ISO 639-1 → the text search configuration of Postgres."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A description of a source on pages: what each field gives, and the pages that give nothing.

    `clashing` has the ids that several of the pages have, `rule` is how ids are read.
    """

    source: Source
    pages: tuple[PageRead, ...]
    fields: tuple[FieldFound, ...]
    rule: str | None
    clashing: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many pages gave a listing."""
        return sum(page.error is None for page in self.pages)

    @property
    def empty_places(self) -> tuple[FieldFound, ...]:
        """The fields whose place in the recipe is empty on every page."""
        return tuple(each for each in self.fields if each.empty and each.empty == self.read)

    @property
    def holds(self) -> bool:
        """Whether every page gave a listing, by an id of its own, and the recipe finds each of its fields."""
        return self.read == len(self.pages) and not self.empty_places and not self.clashing


async def draft_source(
    url: str,
    *,
    name: str | None = None,
    pages: int = 5,
    access: Access = ANONYMOUS,
    on_page: OnPage = lambda done, total: None,
) -> Draft:
    """Describe the source of a page: fetch it and up to `pages` of the listings that it leads to.

    Raises FetchError for a start page that cannot be fetched, and ExtractionError for one without listings.
    """
    host = host_of(url)
    facts = default_source(name or host, host)
    async with access.client(facts) as client:
        start = await fetch_start(client, url, facts)
        index = read_index(start.fetched, facts, page=start.page) if start.kind == "index" else None
        if index is None:
            read = [read_page(start.page, facts)]
        else:
            read = await _sample(client, facts, index, pages, on_page=on_page)
    good = [page for page in read if page.error is None]
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
        places=places([(page.page.tree.html or "", _texts(page)) for page in good if page.page is not None]),
    )


async def check_source(
    source: Source,
    *,
    files: Sequence[Path] = (),
    url: str | None = None,
    pages: int = 5,
    access: Access = ANONYMOUS,
    on_page: OnPage = lambda done, total: None,
) -> Coverage:
    """Try a source's description on saved pages, else on pages of its site.

    Of the site the first `pages` listings of `url` are read, or of the source's start page. Raises UsageError
    where neither is given.
    """
    recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
    if files:
        read = [_saved(path, source, recipe) for path in files]
    else:
        read = await _live(source, recipe, url or _start_of(source), pages, access=access, on_page=on_page)
    ids = ids_of(read)
    counted = Counter() if ids is None else Counter(ids.ids)
    return Coverage(
        source,
        tuple(read),
        fields_found(read, recipe),
        None if ids is None else str(ids.rule),
        tuple(sorted(one for one, count in counted.items() if count > 1)),
    )


def _start_of(source: Source) -> str:
    if not source.start:
        raise UsageError(
            f"source {source.name} names no start page",
            next_step='give saved pages or --url, or write start = ["https://…"] into its file',
        )
    return source.start[0]


async def _live(
    source: Source, recipe: Recipe | None, url: str, pages: int, *, access: Access, on_page: OnPage
) -> list[PageRead]:
    async with access.client(source) as client:
        start = await fetch_start(client, url, source)
        if start.kind == "detail":
            return [read_page(start.page, source, recipe)]
        index = read_index(start.fetched, source, recipe, start.page)
        return await _sample(client, source, index, pages, recipe=recipe, on_page=on_page)


async def _sample(
    client: Fetcher,
    source: Source,
    index: Index,
    pages: int,
    *,
    recipe: Recipe | None = None,
    on_page: OnPage,
) -> list[PageRead]:
    """Read listings of an index page, as far apart on it as they can be."""
    if not index.links:
        raise ExtractionError(
            "the start page links to no listing",
            next_step="give [recipe.index] of the source a card and a link",
        )
    count = min(pages, len(index.links))
    chosen = [index.links[len(index.links) * nth // count] for nth in range(count)]
    read = []
    for link in chosen:
        if link in index.blocks:
            read.append(read_page(index.blocks[link], source, recipe, url=link, listed=index.said.get(link)))
        else:
            read.append(await _fetched(client, source, link, recipe, index.said.get(link)))
        on_page(len(read), count)
    return read


async def _fetched(
    client: Fetcher, source: Source, link: str, recipe: Recipe | None, listed: Mapping[str, str] | None
) -> PageRead:
    try:
        fetched = await client.get(link, html_only=True)
        return read_page(Page(fetched.text, fetched.final_url), source, recipe, url=link, listed=listed)
    except (FetchError, ExtractionError) as error:
        return PageRead(link, error=error.message)


def _saved(path: Path, source: Source, recipe: Recipe | None) -> PageRead:
    """A saved page, under the address that it gives itself, else that of its file on the source's host."""
    text = decode_text(read_bytes(path, "saved page", most=MAX_HTML))
    own = Page(text, f"https://{source.hosts[0] if source.hosts else source.name}/{path.name}")
    return read_page(Page(text, own.canonical or own.url), source, recipe)


def _described(facts: Source, url: str, start: Page, pages: Sequence[PageRead], *, is_index: bool) -> Source:
    """The facts, with what most of the pages say of money, place and language."""
    stated = stated_country(start)
    known: dict[str, Any] = {
        "start": (url,) if is_index else (),
        "currency": _commonest(page.values.get("currency") for page in pages),
        "country": _commonest(country_of(page.raw, stated) for page in pages),
        "language": _LANGUAGES.get(_language(start), facts.language),
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


def _texts(page: PageRead) -> dict[str, str]:
    """The fields of a page that have one text, as it stands there."""
    return {
        name: squeeze(str(value))
        for name, value in page.raw.items()
        if name in page.values and isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }
