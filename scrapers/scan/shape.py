"""The make of a list's cards, learnt from a page that was read in full, so that others are read quickly.

An index of thousands of pages has cards of one make. Where the card, its link, its title and its price stand
is learnt from a page as the extractor reads it, and holds only if it gives the same for every card there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborNode

from parsing.text import squeeze
from scrapers.extract.cards import Card
from scrapers.extract.links import clean
from scrapers.extract.page import Page
from scrapers.scan.sighting import CardText

_LEAST_CARDS: Final = 3
_PLAIN: Final = re.compile(r"(?:/[\w~-]+(?:\.[\w~-]+)*)+/?", re.ASCII)
"""A path that is the same wherever it stands."""


@dataclass(frozen=True, slots=True)
class Shape:
    """CSS of a card, and within a card of its link, title and price; the last two may be missing."""

    card: str
    link: str
    title: str | None
    price: str | None

    def read(self, page: Page) -> list[CardText]:
        """The cards of a page, in order, each address once."""
        found: dict[str, CardText] = {}
        origin = page.absolute("/")[:-1]
        for node in page.tree.css(self.card):
            anchor = _first(node, self.link)
            href = None if anchor is None else anchor.attributes.get("href")
            if href:
                url = origin + href if _PLAIN.fullmatch(href) else clean(page.absolute(href))
                if url not in found:
                    found[url] = CardText(url, _text(node, self.title), _text(node, self.price))
        return list(found.values())


def learn(page: Page, cards: Sequence[Card], texts: Sequence[CardText]) -> Shape | None:
    """The shape of these cards, whose texts were read in full; None if no shape gives the same."""
    if len(cards) < _LEAST_CARDS or len(cards) != len(texts):
        return None
    elements = [card.element for card in cards]
    selector = _common(elements)
    if selector is None:
        return None
    link = _place(cards, texts, lambda card, text: _links_to(page, card, text.url))
    title = _place(cards, texts, lambda card, text: _says(card, text.title))
    price = _place(cards, texts, lambda card, text: _says(card, text.price))
    if link is None:
        return None
    shape = Shape(selector, link, title, price)
    return shape if shape.read(page) == list(texts) else None


def _common(elements: Sequence[LexborNode]) -> str | None:
    """The tag and classes that all of these elements have."""
    tags = {element.tag for element in elements}
    if len(tags) != 1:
        return None
    classes = [set((element.attributes.get("class") or "").split()) for element in elements]
    return _selector(str(tags.pop()), sorted(set.intersection(*classes)))


def _selector(tag: str, classes: Sequence[str]) -> str:
    names = (
        name for name in classes if name.replace("-", "").replace("_", "").isalnum() and name[0].isalpha()
    )
    return tag + "".join(f".{name}" for name in names)


def _place(
    cards: Sequence[Card],
    texts: Sequence[CardText],
    candidates: Callable[[LexborNode, CardText], Iterator[LexborNode]],
) -> str | None:
    """The first selector of the first card that has a value, for the caller to try on all of them."""
    for card, text in zip(cards, texts, strict=True):
        for node in candidates(card.element, text):
            if node.mem_id == card.element.mem_id:
                return ""  # the card itself
            tag = str(node.tag)
            own = _selector(tag, (node.attributes.get("class") or "").split())
            first = _first(card.element, own)
            if first is not None and first.mem_id == node.mem_id:
                return own
    return None


def _links_to(page: Page, card: LexborNode, url: str) -> Iterator[LexborNode]:
    for node in [card, *card.css("a[href]")]:
        href = node.attributes.get("href")
        if href and clean(page.absolute(href)) == url:
            yield node


def _says(card: LexborNode, text: str | None) -> Iterator[LexborNode]:
    """The elements whose text is this one, the innermost first."""
    if text is None:
        return
    yield from reversed([node for node in card.css("*") if squeeze(node.text(separator=" ")) == text])


def _first(card: LexborNode, selector: str) -> LexborNode | None:
    return card if selector == "" else card.css_first(selector)


def _text(card: LexborNode, selector: str | None) -> str | None:
    if selector is None:
        return None
    node = _first(card, selector)
    return None if node is None else squeeze(node.text(separator=" ")) or None


def as_texts(rows: Sequence[dict[str, Any]]) -> list[CardText]:
    """The cards of a page as the extractor reads them."""
    return [
        CardText(str(row["source_url"]), _squeezed(row.get("title")), _squeezed(row.get("price")))
        for row in rows
        if "source_url" in row
    ]


def _squeezed(value: object) -> str | None:
    return None if value is None else squeeze(str(value)) or None
