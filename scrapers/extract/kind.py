"""What a page is before anything is read from it: a listing, a list of listings, empty, a block, or other."""

from __future__ import annotations

import re
from typing import Final, Literal

from parsing.text import squeeze
from scrapers.extract.attributes import own_data
from scrapers.extract.blocks import find_blocks
from scrapers.extract.cards import Card, find_cards
from scrapers.extract.content import content
from scrapers.extract.embedded import is_listing_data
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.identity import Identity, identify
from scrapers.extract.jsonld import jsonld
from scrapers.extract.labels import read_labels
from scrapers.extract.links import has_id, is_sibling, shape
from scrapers.extract.meta import meta_facts
from scrapers.extract.microdata import microdata
from scrapers.extract.money import read_price
from scrapers.extract.page import Page, host
from scrapers.extract.pagination import PLURAL
from scrapers.extract.schema import LISTINGS, Node, kinds, names_of, read_nodes
from scrapers.extract.subject import MEASURED, state_facts

Kind = Literal["detail", "index", "empty", "blocked", "other"]

MAX_CHALLENGE_TEXT: Final = 3_000
_CHALLENGE: Final = re.compile(
    r"access (?:to this page has been )?denied|are you (?:a )?human|checking your browser"
    r"|verify (?:that )?you(?:'re| are) (?:a |not a )?(?:human|robot)|attention required|request blocked"
    r"|unusual (?:traffic|activity)|pardon our interruption|you have been blocked|security check"
    r"|enable javascript and cookies|not a robot|press (?:&|and) hold|too many requests|acceso denegado"
    r"|just a moment|bot detection|eres humano|no (?:eres|soy) un robot|verificando",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(
    r"\bno (?:results|properties|listings|homes|matches)\b"
    r"|\b0 (?:results|properties|listings|homes|resultados|propiedades)\b"
    r"|no (?:se )?(?:encontramos|hay|encontraron)\b[^.]{0,40}(?:resultados|propiedades|inmuebles|anuncios)"
    r"|sin resultados|keine (?:ergebnisse|treffer)|aucun r[eé]sultat",
    re.IGNORECASE,
)


def page_kind(page: Page) -> Kind:
    """What kind of page this is."""
    text = content(page).text
    if _is_challenge(page, text):
        return "blocked"
    cards = find_cards(page, frozenset({host(page.url)}))
    others = [card for card in cards if not any(is_sibling(own, card.url) for own in page.addresses)]
    if not others and not _is_named(page) and find_blocks(page):
        return "index"
    alone = not others or (len(others) == 1 and any(has_id(shape(own)) for own in page.addresses))
    if alone and _is_listing(page):
        return "detail"
    if others:
        return "detail" if _is_named(page) or _shows_one(page, others) else "index"
    if not is_listing_data(page):
        return "empty" if _NOTHING.search(text) or not squeeze(text) else "other"
    return "index"


def _is_challenge(page: Page, text: str) -> bool:
    """A short page that talks of nothing but proving oneself."""
    if len(text) > MAX_CHALLENGE_TEXT:
        return False
    title = page.tree.css_first("title")
    return bool(_CHALLENGE.search(f"{title.text() if title else ''}\n{text}")) and not _is_named(page)


def _is_named(page: Page) -> bool:
    """Whether structured data identifies the page as one listing."""
    nodes: list[tuple[Node, str]] = jsonld(page)
    own = (kinds(node) & LISTINGS and identify(names_of(node), page) is Identity.OWN for node, _ in nodes)
    return any(own) or (has_id(shape(page.url)) and bool(state_facts(page)))


def _shows_one(page: Page, others: list[Card]) -> bool:
    """Whether the page describes one home, and the cards on it are others like it: what stands outside of
    the cards has a price and is described as a home is, which no list of homes does.

    A page that is headed as a list ("Homes for sale") has to say more of the one home.
    """
    if page.heading is None:
        return False
    cards = frozenset(card.element.mem_id for card in others)
    visible = content(page, cards | frozenset(anchor.mem_id for anchor in page.tree.css("a[href]")))
    facts = {(fact.field, str(fact.value)) for fact in read_labels(visible) if fact.trust > Trust.GUESS}
    fields = {field for field, _ in facts}
    if read_price(visible) is None or not fields & MEASURED:
        return False
    if PLURAL.search(squeeze(page.heading.text())):
        return len(fields) >= 4 and len(fields & MEASURED) >= 2
    return len([value for field, value in facts if field == "bedrooms"]) <= 1


def _is_listing(page: Page) -> bool:
    if _is_named(page) or _is_structured(page):
        return True
    visible = content(page)
    fields: set[str] = {fact.field for fact in read_labels(visible)}
    price: Fact | None = read_price(visible)
    return len(fields) + (2 if price else 0) >= 3


def _is_structured(page: Page) -> bool:
    """Whether structured data describes one home with its price or size."""
    facts = read_nodes([*jsonld(page), *microdata(page)], page, Trust.JSONLD)
    if has_id(shape(page.url)):
        facts += [*meta_facts(page), *own_data(page, content(page))]
    return any(fact.field in MEASURED for fact in facts)
