"""One index page → the listings it links to, the facts on its cards, and the next page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from config.source import Source
from parsing.operation import operation_of
from parsing.status import is_off_market
from scrapers.extract.blocks import block_page, find_blocks
from scrapers.extract.cards import MAX_LINKS, Card, card_row, find_cards
from scrapers.extract.content import content
from scrapers.extract.country import stated_currency
from scrapers.extract.embedded import embedded_rows
from scrapers.extract.links import clean, shape
from scrapers.extract.page import Page, host
from scrapers.extract.pagination import is_last_page, next_page, total_count
from scrapers.extract.recipe import Recipe, select

MAX_COUNTED: Final = 20_000  # characters in which a page states how many listings there are


@dataclass(frozen=True, slots=True)
class Index:
    """What an index page leads to; `is_last` is None when it is unknown."""

    links: list[str]
    cards: list[dict[str, Any]]
    next_url: str | None
    total: int | None
    is_last: bool | None
    is_cut: bool = False
    """Whether the page has more links than are read, so that listings may be missing."""
    blocks: dict[str, Page] = field(default_factory=dict)
    """By address, the homes that have no page of their own; `links` has these addresses then."""
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    """By link, what the list says of the listing: its operation, its status, the currency of its amounts."""


def extract_index(page: Page, source: Source, recipe: Recipe | None = None) -> Index:
    """Read a page of search results; a page that leads nowhere gives an Index without links."""
    recipe = recipe or Recipe()
    hosts = frozenset({host(page.url), *(name.lower().removeprefix("www.") for name in source.hosts)})
    cards = _recipe_cards(page, recipe) if recipe.index.card or recipe.index.link else find_cards(page, hosts)
    rows = {page.address_key(card.url): card_row(card, page) for card in cards}
    _add_embedded(rows, page, hosts)
    blocks = {} if rows else {url: block_page(html, url, page) for url, html in find_blocks(page)}
    rows |= {url: {"source_url": url} for url in blocks}
    links = [str(row["source_url"]) for row in rows.values() if "source_url" in row]
    following = _recipe_next(page, recipe) if recipe.index.next else next_page(page)
    if following in links:  # the "next" of a picture gallery
        following = None
    total = total_count(content(page).text[:MAX_COUNTED], len(links), page.url)
    last = False if following else is_last_page(page, len(links), total) or None
    is_cut = len(page.tree.css("a[href]")) > MAX_LINKS
    return Index(links, list(rows.values()), following, total, last, is_cut, blocks, _said(rows, page))


def _said(rows: dict[str, dict[str, Any]], page: Page) -> dict[str, dict[str, str]]:
    """What each card says of its listing, else what the list says of all: "Homes for sale"."""
    title = page.tree.css_first("title")
    heads = (page.heading.text() if page.heading else "", title.text() if title else "", page.url)
    operation = next((found for head in heads if (found := operation_of(head))), None)
    common = {"operation_type": operation, "currency": stated_currency(page)}
    said = {}
    for row in rows.values():
        status = str(row.get("standard_status") or "")
        own = {
            **common,
            "operation_type": operation_of(str(row.get("operation_type") or "")) or operation,
            "standard_status": status if is_off_market(status) else None,
        }
        said[str(row.get("source_url"))] = {field: value for field, value in own.items() if value}
    return said


def _recipe_cards(page: Page, recipe: Recipe) -> list[Card]:
    found: dict[str, Card] = {}
    place = recipe.index.link or "a[href]@href"
    roots = page.tree.css(recipe.index.card) if recipe.index.card else page.tree.css(place.partition("@")[0])
    for root in roots:
        href = (select(root, place) if recipe.index.card else None) or root.attributes.get("href")
        if href:
            link = clean(page.absolute(str(href)))
            found.setdefault(link, Card(link, root, root.css("a[href]")))
    return list(found.values())


def _recipe_next(page: Page, recipe: Recipe) -> str | None:
    place = recipe.index.next or ""
    found = select(page.tree, place if "@" in place else f"{place}@href")
    return page.absolute(str(found)) if found else None


def _add_embedded(rows: dict[str, dict[str, Any]], page: Page, hosts: frozenset[str]) -> None:
    """Fill cards from the page's JSON, and add listings only it knows of, if they are of the cards' make."""
    makes = {shape(str(row["source_url"])) for row in rows.values()}
    for row in embedded_rows(page):
        link = row.get("source_url")
        if not isinstance(link, str) or host(link) not in hosts or page.is_own_url(link):
            continue
        key = page.address_key(link)
        if key in rows:
            known = {"property_id": row["property_id"]} if "property_id" in row else {}
            rows[key] = {**row, **rows[key], **known}
        elif not makes or shape(link) in makes:
            rows[key] = row
