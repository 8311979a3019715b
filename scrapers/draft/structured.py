"""Which structured data a page carries, as a person names it."""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.extract import Page
from scrapers.extract.hydration import states
from scrapers.extract.jsonld import jsonld
from scrapers.extract.microdata import microdata


def structured_data(page: Page) -> tuple[str, ...]:
    """Its kinds: "JSON-LD House", "microdata Offer", "state __NEXT_DATA__", "OpenGraph"."""
    return tuple(dict.fromkeys(_kinds(page)))


def _kinds(page: Page) -> Iterator[str]:
    for _, where in jsonld(page):
        yield where.replace("json-ld", "JSON-LD", 1)
    for _, where in microdata(page):
        yield where
    for where, _ in states(page):
        yield f"state {where}"
    if any(name.startswith("og:") for name in page.metas):
        yield "OpenGraph"
