"""Reads the cards of index pages: in full, or by their shape where that is known to give the same."""

from __future__ import annotations

from typing import Final

from config.source import Source
from scrapers.extract import Page, Recipe, extract_index
from scrapers.extract.cards import find_cards
from scrapers.extract.page import host
from scrapers.extract.pagination import next_page
from scrapers.scan.shape import Shape, as_texts, learn
from scrapers.scan.sighting import CardText

_EVERY: Final = 200
"""One page of so many is read in full too, and must give the same."""
_PROVEN: Final = 2
"""Pages that a shape must have read as the extractor did, before it is believed."""


class CardReader:
    """Reads one list's pages in their order."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
        self._shape: Shape | None = None
        self._proofs = 0
        self._since_check = 0
        self._usual = 0
        self.quick_pages = 0
        self.listings_total: int | None = None
        self.currency: str | None = None

    def next_url(self, page: Page) -> str | None:
        """The address of the next page."""
        is_told = self._recipe is not None and self._recipe.index.next
        if is_told or self._source.pagination is not None:
            return extract_index(page, self._source, self._recipe).next_url
        return next_page(page)

    def read(self, page: Page, *, thoroughly: bool = False) -> list[CardText]:
        """The cards of a page; one with fewer than usual is read in full, as the last one should be."""
        quick = None if self._shape is None else self._shape.read(page)
        trusted = self._proofs >= _PROVEN and self._since_check < _EVERY and not thoroughly
        if quick is not None and trusted and len(quick) >= self._usual:
            self._since_check += 1
            self.quick_pages += 1
            return quick
        return self._in_full(page, quick)

    def _in_full(self, page: Page, quick: list[CardText] | None) -> list[CardText]:
        index = extract_index(page, self._source, self._recipe)
        texts = as_texts(index.cards)
        if self._usual == 0:
            self.listings_total = index.total
            self.currency = next(
                (said["currency"] for said in index.said.values() if "currency" in said), None
            )
        if quick is not None and quick == texts:
            self._proofs += 1
        elif not index.blocks and len(texts) >= self._usual:
            self._shape, self._proofs = self._learnt(page, texts), 1
        self._since_check = 0
        self._usual = max(self._usual, len(texts))
        return texts

    def _learnt(self, page: Page, texts: list[CardText]) -> Shape | None:
        hosts = frozenset({host(page.url), *(n.lower().removeprefix("www.") for n in self._source.hosts)})
        return learn(page, find_cards(page, hosts), texts)
