"""The visible text of this page's own listing, in order, with other listings and page furniture left out."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.text import squeeze, words
from parsing.vocabulary.sections import SIMILAR, SIMILAR_HEADING
from scrapers.extract.chunks import Chunk, Content
from scrapers.extract.labels import icon_label, is_label
from scrapers.extract.links import is_sibling
from scrapers.extract.page import Page, host, once

MAX_CHUNKS: Final = 30_000
MAX_CARD_TEXT: Final = 1500
MAX_NESTING: Final = 200
MAX_CLIMB: Final = 12
MAX_WRAPPERS: Final = 4
MAX_HEADINGS: Final = 50
MAX_FOREIGN: Final = 1_000
_SKIPPED: Final = words("script style noscript template iframe select nav footer svg head dialog datalist")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PARTS: Final = frozenset({"main", "article", "section"})
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5"})


@once
def content(page: Page, without: frozenset[int] = frozenset()) -> Content:
    """The page's text without navigation, forms, hidden parts and anything about other listings.

    `without` are further elements to leave out.
    """
    body = page.tree.body
    return read_content(body, _left_out(page) | without) if body else Content()


def read_content(root: LexborNode, left_out: frozenset[int] = frozenset()) -> Content:
    """Walk the tree without recursion, so that no depth of nesting matters."""
    found = Content()
    node: LexborNode | None = root
    starts: dict[int, int] = {}
    while node is not None and len(found.chunks) < MAX_CHUNKS:
        entered = _enter(node, found, left_out)
        if entered:
            starts[node.mem_id] = len(found.chunks) - entered[1]
            if entered[0] is not None:
                node = entered[0]
                continue
        node = _onwards(node, root, found, starts)
    return found


def _enter(
    node: LexborNode, found: Content, left_out: frozenset[int]
) -> tuple[LexborNode | None, int] | None:
    """Read a node; returns its first child and the hints it gave, or None when it is passed over."""
    if node.is_text_node:
        text = squeeze(node.text_content or "")
        parent = node.parent
        if text and parent is not None:
            _append(found, text, parent)
        return None
    if not node.is_element_node:
        return None
    attributes = node.attributes
    given = _hints(node, attributes, found) if node.tag not in {"body", "html", "a", "ul", "table"} else 0
    if node.tag in _SKIPPED or node.mem_id in left_out or "hidden" in attributes:
        return None
    if _HIDDEN.search(attributes.get("style") or ""):
        return None
    return node.first_child, given


def _append(found: Content, text: str, element: LexborNode) -> None:
    """Text nodes that only a comment keeps apart are one chunk."""
    last = found.chunks[-1] if found.chunks else None
    if last and not last.hint and last.element.mem_id == element.mem_id and len(last.text) < 40:
        last.text = f"{last.text} {text}"
    else:
        found.chunks.append(Chunk(text, element))


def _hints(node: LexborNode, attributes: dict[str, str | None], found: Content) -> int:
    """Words an icon or a title attribute adds to the text, if they are a label's."""
    for name in ("title", "aria-label", "alt"):
        text = attributes.get(name)
        if text and len(text) < 40 and is_label(squeeze(text)):
            found.chunks.append(Chunk(squeeze(text), node, hint=True))
            return 1
    if node.tag in {"i", "svg", "img", "use"} or (node.tag == "span" and node.first_child is None):
        word = icon_label(f"{attributes.get('class') or ''} {attributes.get('data-icon') or ''}")
        if word:
            found.chunks.append(Chunk(word, node, hint=True))
            return 1
    return 0


def _onwards(node: LexborNode, root: LexborNode, found: Content, starts: dict[int, int]) -> LexborNode | None:
    current: LexborNode | None = node
    while current is not None:
        if current.mem_id in starts:
            found.spans[current.mem_id] = (starts[current.mem_id], len(found.chunks))
        if current.mem_id == root.mem_id:
            return None
        if current.next is not None:
            return current.next
        current = current.parent
    return None


@once
def _left_out(page: Page) -> frozenset[int]:
    """Elements about something else: other listings' cards, similar-listing boxes, forms."""
    spine = set(ancestors(page.heading)) if page.heading else set()
    found = {node.mem_id for node in page.tree.css("form") if node.mem_id not in spine}
    for node in page.tree.css("section, div, aside, ul, ol, article, li"):
        attributes = node.attributes
        name = " ".join(attributes.get(key) or "" for key in ("id", "class", "data-testid"))
        if _is_of_others(name) and node.mem_id not in spine:
            found.add(node.mem_id)
    found |= _site_headers(page, spine)
    found |= _foreign_cards(page, spine)
    found |= similar_sections(page, spine)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _is_of_others(name: str) -> bool:
    """Whether the names of an element say that it is about other listings; pages of a site share them."""
    return SIMILAR.search(name) is not None


def _site_headers(page: Page, spine: set[int]) -> set[int]:
    """The headers that hold the site's menu: the telephone in them is the site's own."""
    menus = [node for node in page.tree.css("header") if node.css_first("nav, ul a[href], [class*=menu i]")]
    return {
        node.mem_id
        for node in menus
        if node.mem_id not in spine and not _PARTS & set(ancestors(node.parent).values())
    }


def ancestors(node: LexborNode | None) -> dict[int, str]:
    """An element and what it stands in, with their tags; no page means anything by nesting further."""
    found: dict[int, str] = {}
    while node is not None and len(found) < MAX_NESTING:
        found[node.mem_id] = str(node.tag)
        node = node.parent
    return found


def _foreign_cards(page: Page, spine: set[int]) -> set[int]:
    """The largest element around each link to another listing that holds no third one's."""
    anchors: list[tuple[LexborNode, str]] = []
    leads: dict[int, set[str]] = defaultdict(set)
    for anchor in page.tree.css("a[href]"):
        url = page.absolute(anchor.attributes.get("href") or "")
        if host(url) != host(page.url) or page.is_own_url(url):
            continue
        if len(anchors) < MAX_FOREIGN and any(is_sibling(own, url) for own in page.addresses):
            key = page.address_key(url)
            anchors.append((anchor, key))
            for element in ancestors(anchor):
                leads[element].add(key)
    found = set()
    for anchor, _ in anchors:
        card = anchor
        for _ in range(MAX_CLIMB):
            parent = card.parent
            if parent is None or parent.mem_id in spine or parent.tag in {"body", "main", "html"}:
                break
            if len(leads[parent.mem_id]) != 1 or len(parent.text()) > MAX_CARD_TEXT:
                break
            card = parent
        found.add(card.mem_id)
    return found


def similar_sections(page: Page, spine: set[int]) -> set[int]:
    """What follows a heading such as "Similar homes", up to the next heading of its level."""
    found: set[int] = set()
    headings = ((node, squeeze(node.text())) for node in page.tree.css("h2, h3, h4, h5"))
    similar = (
        (node, title) for node, title in headings if len(title) <= 80 and SIMILAR_HEADING.search(title)
    )
    for heading, title in islice(similar, MAX_HEADINGS):
        block = heading
        for _ in range(MAX_WRAPPERS):
            parent = block.parent
            if parent is None or parent.mem_id in spine or squeeze(parent.text()) != title:
                break
            block = parent
        sibling: LexborNode | None = block
        while sibling is not None and not (sibling.mem_id in spine or sibling.mem_id in found):
            if sibling is not block and sibling.tag in _HEADINGS and str(sibling.tag) <= str(heading.tag):
                break
            found.add(sibling.mem_id)
            sibling = sibling.next
    return found
