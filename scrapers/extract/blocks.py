"""A page that lists homes without a page of their own: each home is a block of the page, and a row."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.text import compact, fold, squeeze
from parsing.vocabulary.field_names import QUANTITY_FIELDS
from scrapers.extract.amounts import has_money
from scrapers.extract.content import content, read_content
from scrapers.extract.labels import read_labels
from scrapers.extract.money import read_amounts
from scrapers.extract.page import Page, once

LEAST: Final = 3
MAX_BLOCKS: Final = 500
MAX_TEXT: Final = 3_000
LEAST_DESCRIBED: Final = 0.7
_TAGS: Final = "article, section, li, div, tr"
_ROOMS: Final = frozenset({"bedrooms", *QUANTITY_FIELDS})
_HEADING: Final = re.compile(r"<(/?)h[2-6]\b", re.IGNORECASE)
_BOLD: Final = re.compile(r"<(/?)(?:b|strong)\b", re.IGNORECASE)
_IDS: Final = ("id", "data-id", "data-listing-id", "data-property-id", "name")


@once
def find_blocks(page: Page) -> list[tuple[str, str]]:
    """The address and the html of each home on the page, in order; none where the page is about one home.

    Blocks are alike, lie beside one another, lead nowhere, and each has its own price and size; the page
    shows no other price.
    """
    visible = content(page)
    groups: dict[tuple[int, str, str], list[LexborNode]] = defaultdict(list)
    for node in page.tree.css(_TAGS):
        start, end = visible.span(node)
        if end - start > 1 and node.parent is not None:
            groups[node.parent.mem_id, str(node.tag), _first_class(node)].append(node)
    for nodes in groups.values():
        if LEAST <= len(nodes) <= MAX_BLOCKS and _are_homes(nodes, page):
            return _named([node for node in nodes if _is_home(node)], page)
    return []


def block_page(html: str, url: str, page: Page) -> Page:
    """A block as a page of its own, headed by its first heading."""
    node = page.tree.css_first("html[lang]")
    language = str(node.attributes.get("lang") or "") if node else ""
    pattern = _HEADING if _HEADING.search(html) else _BOLD
    headed = pattern.sub(r"<\1h1", html, count=2)
    if headed.startswith("<tr"):
        headed = f"<table>{headed}</table>"
    return Page(f'<html lang="{language}"><head></head><body>{headed}</body></html>', url)


def _are_homes(nodes: list[LexborNode], page: Page) -> bool:
    homes = [node for node in nodes if _is_home(node)]
    if len(homes) < LEAST or len(homes) < LEAST_DESCRIBED * len(nodes):
        return False
    if any(_leads_on(node, page) for node in homes):
        return False
    inside = frozenset(node.mem_id for node in nodes)
    return not any(
        has_money(amount.text) and amount.is_known for amount in read_amounts(content(page, inside))
    )


def _is_home(node: LexborNode) -> bool:
    """Whether an element shows one priced home with its rooms or its size."""
    if len(node.text()) > MAX_TEXT:
        return False
    found = read_content(node)
    if not any(has_money(amount.text) for amount in read_amounts(found)):
        return False
    return any(fact.field in _ROOMS for fact in read_labels(found))


def _leads_on(node: LexborNode, page: Page) -> bool:
    """Whether an element links to another page of the site; pictures, mail and this page are none."""
    links = (page.absolute(anchor.attributes.get("href") or "") for anchor in node.css("a[href]"))
    return any(
        link.startswith("http")
        and not page.is_own_url(link)
        and not re.search(r"\.(?:jpe?g|png|webp|pdf)$|facebook|whatsapp|wa\.me|maps", link, re.IGNORECASE)
        for link in links
    )


def _first_class(node: LexborNode) -> str:
    return (node.attributes.get("class") or "").partition(" ")[0]


def _named(homes: list[LexborNode], page: Page) -> list[tuple[str, str]]:
    """Each home with an address of its own: the page's, and the name of the block in it."""
    found: dict[str, str] = {}
    base = page.url.partition("#")[0]
    for node in homes:
        name = _name(node)
        url = f"{base}#{name}"
        number = 2
        while url in found:
            url, number = f"{base}#{name}-{number}", number + 1
        found[url] = str(node.html)
    return list(found.items())


def _name(node: LexborNode) -> str:
    """The element's own id, the id that it states, or its heading."""
    given = next((node.attributes.get(name) for name in _IDS if node.attributes.get(name)), None)
    if given:
        return str(given)
    found = read_content(node)
    stated = next((str(fact.value) for fact in read_labels(found) if fact.field == "property_id"), "")
    heading = node.css_first("h1, h2, h3, h4, h5, h6, b, strong")
    title = squeeze(heading.text()) if heading else found.chunks[0].text
    return compact(stated) or re.sub(r"\W+", "-", fold(title)).strip("-")[:80] or "home"
