"""One index page → the listings it links to, the facts on its cards, and the next page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from selectolax.lexbor import LexborNode

from config.source import Source
from parsing.canonical import canonical
from parsing.operation import operation_of
from parsing.staged import Issue
from parsing.status import is_off_market
from scrapers.extract.blocks import block_page, find_blocks
from scrapers.extract.cards import MAX_LINKS, Card, card_row, cards_of, find_cards
from scrapers.extract.content import content
from scrapers.extract.country import stated_currency
from scrapers.extract.embedded import embedded_rows
from scrapers.extract.facts import Fact
from scrapers.extract.links import clean, shape
from scrapers.extract.numbered import following_page
from scrapers.extract.page import Page, host
from scrapers.extract.pagination import is_last_page, next_page, total_count
from scrapers.extract.recipe import Recipe, card_facts, select

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
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By link, what the list says of the listing: its operation, its status, the currency of its amounts,
    and what the recipe finds on its card."""
    is_guess: bool = False
    """Whether the next page's address was made by a rule, so that it may lead beyond the last page."""
    more: list[str] = field(default_factory=list)
    """Further files of a list that is in several."""
    changed: dict[str, str] = field(default_factory=dict)
    """By link, when its page changed last, as the site writes it."""
    evidence: dict[str, dict[str, str]] = field(default_factory=dict)
    """By link, where the recipe found the values of its card."""
    issues: dict[str, list[Issue]] = field(default_factory=dict)
    """By link, the places of the recipe that are empty on its card, or hold something else."""


def extract_index(page: Page, source: Source, recipe: Recipe | None = None) -> Index:
    """Read a page of search results; a page that leads nowhere gives an Index without links."""
    recipe = recipe or Recipe()
    hosts = known_hosts(page.url, source)
    cards = _cards(page, recipe, hosts)
    rows = {page.address_key(card.url): card_row(card, page) for card in cards}
    _add_embedded(rows, page, hosts)
    told = {
        page.address_key(card.url): card_facts(page, card.element, card.url, recipe, source) for card in cards
    }
    for key, (facts, _) in told.items():
        rows[key] = rows[key] | told_row(facts, page)
    blocks = {} if rows else {url: block_page(html, url, page) for url, html in find_blocks(page)}
    rows |= {url: {"source_url": url} for url in blocks}
    addresses = {key: canonical(str(row["source_url"]), source.urls) for key, row in rows.items()}
    listed: dict[str, dict[str, Any]] = {}
    for key, row in rows.items():
        if key in blocks or recipe.detail.matches(addresses[key]):
            listed.setdefault(addresses[key], {**row, "source_url": addresses[key]})
    links = list(listed)
    following, is_guess = _following(page, links, source, recipe)
    total = total_count(content(page).text[:MAX_COUNTED], len(links), page.url)
    last = False if following else is_last_page(page, len(links), total) or is_guess or None
    return Index(
        links,
        list(listed.values()),
        following,
        total,
        last,
        is_cut=len(page.tree.css("a[href]")) > MAX_LINKS,
        blocks={addresses[url]: block for url, block in blocks.items()},
        said=said_of(
            listed.values(),
            _of_all(page),
            {addresses[key]: facts for key, (facts, _) in told.items()},
        ),
        is_guess=is_guess,
        evidence={
            addresses[key]: {fact.field: fact.where for fact in facts}
            for key, (facts, _) in told.items()
            if facts
        },
        issues={addresses[key]: issues for key, (_, issues) in told.items() if issues},
    )


def known_hosts(url: str, source: Source) -> frozenset[str]:
    """The hosts whose pages are the source's: that of the page, the declared ones and their other names."""
    names = (*source.hosts, *source.urls.aliases, *source.urls.aliases.values())
    return frozenset({host(url), *(name.lower().removeprefix("www.") for name in names)})


def told_row(facts: list[Fact], page: Page) -> dict[str, Any]:
    """What a recipe finds on a card or in an item, addresses made whole."""
    row = {fact.field: fact.value for fact in facts}
    for name in row.keys() & {"source_url", "main_image_url", "virtual_tour_url", "video_url"}:
        row[name] = page.absolute(str(row[name]))
    if "image_urls" in row:
        row["image_urls"] = [page.absolute(str(link)) for link in row["image_urls"]]
    return row


def _of_all(page: Page) -> dict[str, str | None]:
    """What the page says of all its listings: "Homes for sale"."""
    title = page.tree.css_first("title")
    heads = (page.heading.text() if page.heading else "", title.text() if title else "", page.url)
    operation = next((found for head in heads if (found := operation_of(head))), None)
    return {"operation_type": operation, "currency": stated_currency(page)}


def said_of(
    rows: Iterable[dict[str, Any]],
    common: Mapping[str, str | None],
    told: Mapping[str, list[Fact]] = MappingProxyType({}),
) -> dict[str, dict[str, Any]]:
    """By address, what each card says of its listing, else what the list says of all.

    What a recipe has `told` of a card is all said, and "evidence" names where each of that stands.
    """
    said: dict[str, dict[str, Any]] = {}
    for row in rows:
        url, status = str(row.get("source_url")), str(row.get("standard_status") or "")
        own = {
            **common,
            "operation_type": operation_of(str(row.get("operation_type") or ""))
            or common.get("operation_type"),
            "standard_status": status if is_off_market(status) else None,
        }
        said[url] = {field: value for field, value in own.items() if value}
        if facts := told.get(url):
            said[url] |= {fact.field: row[fact.field] for fact in facts}
            said[url]["evidence"] = {fact.field: fact.where for fact in facts}
    return said


def _cards(page: Page, recipe: Recipe, hosts: frozenset[str]) -> list[Card]:
    """The cards that the recipe names, or of the addresses that it says listings have, else those alike."""
    if recipe.index.card or recipe.index.link:
        return _recipe_cards(page, recipe)
    if recipe.detail.url is None:
        return find_cards(page, hosts)
    anchors: dict[str, list[LexborNode]] = {}
    for anchor in page.tree.css("a[href]")[:MAX_LINKS]:
        url = clean(page.absolute(anchor.attributes.get("href") or ""))
        if host(url) in hosts and recipe.detail.matches(url):
            anchors.setdefault(url, []).append(anchor)
    return cards_of(anchors, page)


def _recipe_cards(page: Page, recipe: Recipe) -> list[Card]:
    found: dict[str, Card] = {}
    place = recipe.index.link or "a[href]@href"
    roots = page.tree.css(recipe.index.card) if recipe.index.card else page.tree.css(place.partition("@")[0])
    for root in roots:
        href = (select(page, place, root) if recipe.index.card else None) or root.attributes.get("href")
        if href:
            link = clean(page.absolute(href))
            found.setdefault(link, Card(link, root, root.css("a[href]")))
    return list(found.values())


def _following(page: Page, links: list[str], source: Source, recipe: Recipe) -> tuple[str | None, bool]:
    """The next page, and whether its address was made by a rule."""
    pagination = source.pagination
    if pagination is not None and pagination.kind == "pages":
        return (following_page(pagination, page.url) if links else None), True
    place = pagination.next if pagination is not None else None
    place = place or recipe.index.next
    following = _linked(page, place) if place else next_page(page)
    return (None if following in links else following), False  # the "next" of a picture gallery


def _linked(page: Page, place: str) -> str | None:
    is_element = "@" not in place and not place.startswith(("xpath:", "json:"))
    found = select(page, f"{place}@href" if is_element else place)
    return page.absolute(found) if found else None


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
