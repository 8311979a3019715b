"""The cards of an index page: the selector that all of them have in common, and what they state."""

from __future__ import annotations

from collections import Counter

from config.source import Source
from scrapers.extract import Index, Page
from scrapers.extract.cards import find_cards
from scrapers.extract.index import known_hosts

_NO_FIELDS = frozenset(("source_url", "property_id"))


def card_place(page: Page, source: Source) -> str | None:
    """The selector of the page's cards alone; None where they have no class in common."""
    elements = [card.element for card in find_cards(page, known_hosts(page.url, source))]
    tags = sorted({str(element.tag) for element in elements})
    shared = [set((element.attributes.get("class") or "").split()) for element in elements]
    if len(elements) < 2 or len(tags) != 1:
        return None
    for name in sorted(set.intersection(*shared)):
        place = f"{tags[0]}.{name}"
        if name.replace("-", "").replace("_", "").isalpha() and len(page.tree.css(place)) == len(elements):
            return place
    return None


def card_fields(index: Index) -> dict[str, int]:
    """Field → on how many cards it is stated, the commonest first."""
    found = Counter(name for row in index.cards for name in row if name not in _NO_FIELDS)
    return dict(found.most_common())
