"""The repeated cards of an index page: which of its links lead to listings, and the facts of each card."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from selectolax.lexbor import LexborNode

from parsing.text import squeeze, words
from scrapers.extract.amounts import has_period
from scrapers.extract.attributes import data_facts
from scrapers.extract.chunks import Content
from scrapers.extract.content import read_content, similar_sections
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.labels import read_labels
from scrapers.extract.links import clean, has_id, id_of, may_be_listing, shape
from scrapers.extract.merge import merge
from scrapers.extract.money import read_price
from scrapers.extract.page import Page, host, once
from scrapers.extract.pagination import page_of
from scrapers.extract.status import own_words

MAX_LINKS: Final = 5_000
MAX_CARD_TEXT: Final = 3_000
MAX_CLIMB: Final = 8
SAMPLE: Final = 20
_FURNITURE: Final = words("nav footer head script style noscript template")
_ROOTS: Final = words("body main html")
_TITLES: Final = 'h1, h2, h3, h4, h5, [itemprop="name"], [class*="title" i], [class*="titulo" i]'
_IDS: Final = (
    "data-id",
    "data-listing-id",
    "data-property-id",
    "data-listingid",
    "data-propertyid",
)


@dataclass
class Card:
    """One listing on an index page: its address and the element that shows it."""

    url: str
    element: LexborNode
    anchors: list[LexborNode] = field(default_factory=list)

    @cached_property
    def content(self) -> Content:
        """What the card shows."""
        return read_content(self.element)

    @cached_property
    def price(self) -> Fact | None:
        """The amount on the card, or the words in its place."""
        return read_price(self.content)


@once
def find_cards(page: Page, hosts: frozenset[str]) -> list[Card]:
    """The cards of the page, in order; none when no links are alike enough to be listings."""
    groups = _groups(page, hosts)
    ranked = sorted(((_score(make, cards), cards) for make, cards in groups.items()), key=lambda g: -g[0])
    if not ranked or ranked[0][0] < 1.5:
        return []
    best = ranked[0][1]
    kin = {_build(card) for card in best}
    alike = [
        card
        for score, cards in ranked[1:]
        if score > 1
        for card in cards
        if _build(card) in kin and card.price is not None
    ]
    best, alike = _in_the_middle(best, page), _in_the_middle(alike, page)
    order = {card.url: card.anchors[0].mem_id for card in best + alike}
    position = {node.mem_id: i for i, node in enumerate(page.tree.css("a[href]"))}
    return sorted(best + alike, key=lambda card: position.get(order[card.url], 0))


def _in_the_middle(cards: list[Card], page: Page) -> list[Card]:
    """The cards, without those at the side of the page where most stand elsewhere."""
    aside = [card for card in cards if "aside" in page.above(card.element).tags]
    return cards if 2 * len(aside) >= len(cards) else [card for card in cards if card not in aside]


def card_row(card: Card, page: Page) -> dict[str, Any]:
    """The values that a card states about its listing, by column."""
    raw, _, _ = merge(
        [
            *read_labels(card.content),
            *data_facts(card.element),
            *([card.price] if card.price else []),
            *_card_facts(card),
            *own_words(card.content.chunks),
        ]
    )
    if "operation_type" not in raw and card.price is not None and has_period(str(card.price.value)):
        raw["operation_type"] = "rent"
    if "image_urls" in raw:
        raw["main_image_url"] = page.absolute(raw.pop("image_urls")[0])
    raw["source_url"] = card.url
    return raw


def _card_facts(card: Card) -> list[Fact]:
    ids = [(node.attributes.get(name), name) for name in _IDS for node in card.element.css(f"[{name}]")]
    own = id_of(card.url)
    facts = [Fact("property_id", value, Trust.META, name) for value, name in ids[:1] if value and not own]
    if own:
        facts.append(Fact("property_id", own, Trust.STATE, "url"))
    headings = [squeeze(node.text()) for node in card.element.css(_TITLES)]
    texts = [squeeze(node.text()) for node in card.anchors] + [
        node.attributes.get("title") or "" for node in card.anchors
    ]
    title = next((text for text in headings if len(text) > 3), None) or max(texts, key=len, default="")
    if 3 < len(title) < 300:
        facts.append(Fact("title", title, Trust.STATE, "card"))
    pictures = [
        node.attributes.get("data-src") or node.attributes.get("src") for node in card.element.css("img")
    ]
    links = [link for link in pictures if link and not link.startswith("data:")]
    if links:
        facts.append(Fact("image_urls", links[:1], Trust.META, "img"))
    return facts


def _groups(page: Page, hosts: frozenset[str]) -> dict[tuple[str, ...], list[Card]]:
    """Links of one make, each with the largest element that shows it alone."""
    aside = similar_sections(page, frozenset())
    found: dict[tuple[str, ...], dict[str, list[LexborNode]]] = defaultdict(dict)
    for anchor, link in page.anchors[:MAX_LINKS]:
        url = clean(link)
        if (
            host(url) not in hosts
            or not url.startswith("http")
            or page.is_own_url(url)
            or not may_be_listing(url)
        ):
            continue
        above = page.above(anchor)
        if not (aside.isdisjoint(above.ids) and _FURNITURE.isdisjoint(above.tags)):
            continue
        if page_of(url, page.url) is not None:
            continue
        found[shape(url)].setdefault(url, []).append(anchor)
    return {make: cards_of(urls, page) for make, urls in found.items()}


def cards_of(urls: dict[str, list[LexborNode]], page: Page) -> list[Card]:
    """The cards of these addresses with their anchors: each the largest element that shows it alone."""
    leads: dict[int, set[str]] = defaultdict(set)
    for url, anchors in urls.items():
        for anchor in anchors:
            for element in page.above(anchor).ids:
                leads[element].add(url)
    return [Card(url, _climb(anchors[0], leads), anchors) for url, anchors in urls.items()]


def _climb(anchor: LexborNode, leads: dict[int, set[str]]) -> LexborNode:
    card = anchor
    for _ in range(MAX_CLIMB):
        parent = card.parent
        if parent is None or parent.tag in _ROOTS or len(leads[parent.mem_id]) != 1:
            break
        if len(parent.text()) > MAX_CARD_TEXT:
            break
        card = parent
    return card


def _score(make: tuple[str, ...], cards: list[Card]) -> float:
    """How much a group of links looks like listings: many, with ids, prices, sizes and pictures."""
    sample = cards[:: -(-len(cards) // SAMPLE)]
    priced = sum(card.price is not None for card in sample) / len(sample)
    sized = sum(any(True for _ in read_labels(card.content)) for card in sample) / len(sample)
    pictured = sum(card.element.css_first("img, picture") is not None for card in sample) / len(sample)
    known = has_id(make)
    if priced < 0.3 and sized + pictured < (0.5 if known else 1.2):
        return 0.0
    worth = 1.5 * priced + 0.7 * sized + 0.4 * pictured + 0.6 * known
    return worth * min(len(cards), 30) if len(cards) > 1 or priced else 0.0


def _build(card: Card) -> tuple[str, str]:
    parent = card.element.parent
    return str(card.element.tag), str(parent.mem_id if parent is not None else "")
