"""The listings that an index page's data lists, whether or not the page shows them."""

from __future__ import annotations

from typing import Any, Final

from scrapers.extract.facts import Spot, Trust
from scrapers.extract.hydration import states
from scrapers.extract.identity import urls
from scrapers.extract.jsonld import items
from scrapers.extract.links import carries, clean, has_id, id_of, shape, tokens
from scrapers.extract.merge import merge
from scrapers.extract.objects import read_object
from scrapers.extract.page import Page, host, once
from scrapers.extract.schema import Node, read_node
from scrapers.extract.subject import MEASURED, listing_lists

MAX_ROWS: Final = 1_000
LEAST: Final = 3


def is_listing_data(page: Page) -> bool:
    """Whether the page's data lists homes of this site, and its address is not that of one of them."""
    if has_id(shape(page.url)):
        return False
    rows = [row for row in embedded_rows(page) if host(str(row["source_url"])) == host(page.url)]
    return sum(not MEASURED.isdisjoint(row) for row in rows) >= LEAST


@once
def embedded_rows(page: Page) -> list[dict[str, Any]]:
    """The listings of the page's item lists and JSON states, each with its address."""
    found = [state_row(read_node(node, page), _link(node), page) for node in items(page)[:MAX_ROWS]]
    for path, nodes in listing_lists(states(page)):
        spot = Spot(f"hydration {path}", Trust.STATE)
        found += [
            state_row(read_object(node, spot), next(iter(urls(node)), None), page)
            for node in nodes[:MAX_ROWS]
        ]
    return [row for row in found if row]


def _link(node: Node) -> str | None:
    link = node.get("url") or node.get("@id")
    return link if isinstance(link, str) else None


def state_row(facts: list[Any], link: str | None, page: Page) -> dict[str, Any]:
    """The row of one listing out of the JSON of a list; without an address it is none."""
    raw, _, _ = merge(facts)
    if not link:
        return {}
    url = raw["source_url"] = clean(page.absolute(link))
    given_id = raw.get("property_id")
    if given_id is None or not carries((url,), tokens(url), given_id):
        raw["property_id"] = id_of(url) or given_id
    raw["property_id"] = None if raw["property_id"] is None else str(raw["property_id"])
    pictures = raw.pop("image_urls", None)
    if pictures:
        raw["main_image_url"] = page.absolute(str(pictures[0]))
    return {field: value for field, value in raw.items() if value is not None}
