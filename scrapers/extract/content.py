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
from scrapers.extract.links import is_sibling
from scrapers.extract.naming import icon_label, is_label
from scrapers.extract.page import Page, host, once

MAX_CHUNKS: Final = 30_000
MAX_CARD_TEXT: Final = 1500
MAX_CLIMB: Final = 12
MAX_WRAPPERS: Final = 4
MAX_HEADINGS: Final = 50
MAX_FOREIGN: Final = 1_000
_SKIPPED: Final = words("script style noscript template iframe select nav footer svg head dialog datalist")
_WITHOUT_HINTS: Final = words("body html a ul table")
_ICONS: Final = words("i svg img use")
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
    chunks, spans = found.chunks, found.spans
    above: list[tuple[LexborNode, int, int]] = []  # the open elements, their ids and first chunks
    node: LexborNode | None = root
    while node is not None and len(chunks) < MAX_CHUNKS:
        start = len(chunks)
        if node.is_text_node:
            text = squeeze(node.text_content or "")
            parent = (above[-1][0] if above else node.parent) if text else None
            if parent is not None:
                _append(found, text, parent)
        elif node.is_element_node and _enter(node, found, left_out):
            above.append((node, node.mem_id, start))
            if (child := node.first_child) is not None:
                node = child
                continue
            spans[above.pop()[1]] = (start, len(chunks))
        while above and (following := node.next) is None:
            node, key, start = above.pop()
            spans[key] = (start, len(chunks))
        node = following if above else None
    return found


def _enter(node: LexborNode, found: Content, left_out: frozenset[int]) -> bool:
    """Read the hints of an element; returns whether what is in it is read too."""
    tag, attributes = node.tag, node.attributes
    if attributes and tag not in _WITHOUT_HINTS:
        _hint(node, tag, attributes, found)
    if tag in _SKIPPED or "hidden" in attributes or node.mem_id in left_out:
        return False
    style = attributes.get("style")
    return not style or _HIDDEN.search(style) is None


def _append(found: Content, text: str, element: LexborNode) -> None:
    """Text nodes that only a comment keeps apart are one chunk."""
    last = found.chunks[-1] if found.chunks else None
    if last and not last.hint and last.element.mem_id == element.mem_id and len(last.text) < 40:
        last.text = f"{last.text} {text}"
    else:
        found.chunks.append(Chunk(text, element))


def _hint(node: LexborNode, tag: str | None, attributes: dict[str, str | None], found: Content) -> None:
    """The word an icon or a title attribute adds to the text, if it is a label's."""
    for name in ("title", "aria-label", "alt"):
        text = attributes.get(name)
        if text and len(text) < 40 and is_label(squeeze(text)):
            found.chunks.append(Chunk(squeeze(text), node, hint=True))
            return
    if tag in _ICONS or (tag == "span" and node.first_child is None):
        word = icon_label(f"{attributes.get('class') or ''} {attributes.get('data-icon') or ''}")
        if word:
            found.chunks.append(Chunk(word, node, hint=True))


@once
def _left_out(page: Page) -> frozenset[int]:
    """Elements about something else: other listings' cards, similar-listing boxes, forms."""
    spine = page.spine
    found = {node.mem_id for node in page.tree.css("form") if node.mem_id not in spine}
    for node in page.tree.css("section, div, aside, ul, ol, article, li"):
        if not (attributes := node.attributes):
            continue
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


def _site_headers(page: Page, spine: frozenset[int]) -> set[int]:
    """The headers that hold the site's menu: the telephone in them is the site's own."""
    menus = [node for node in page.tree.css("header") if node.css_first("nav, ul a[href], [class*=menu i]")]
    return {
        node.mem_id
        for node in menus
        if node.mem_id not in spine and (node.parent is None or not _PARTS & page.above(node.parent).tags)
    }


def _foreign_cards(page: Page, spine: frozenset[int]) -> set[int]:
    """The largest element around each link to another listing that holds no third one's."""
    anchors: list[tuple[LexborNode, str]] = []
    leads: dict[int, set[str]] = defaultdict(set)
    own_host = host(page.url)
    for anchor, url in page.anchors:
        if host(url) != own_host or page.is_own_url(url):
            continue
        if len(anchors) < MAX_FOREIGN and any(is_sibling(own, url) for own in page.addresses):
            key = page.address_key(url)
            anchors.append((anchor, key))
            for element in page.above(anchor).ids:
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


def similar_sections(page: Page, spine: frozenset[int]) -> set[int]:
    """What follows a heading such as "Similar homes", up to the next heading of its level."""
    found: set[int] = set()
    for heading, title in _similar_headings(page):
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


@once
def _similar_headings(page: Page) -> list[tuple[LexborNode, str]]:
    headings = ((node, squeeze(node.text())) for node in page.tree.css("h2, h3, h4, h5"))
    similar = ((node, title) for node, title in headings if len(title) <= 80 and _is_of_similar(title))
    return list(islice(similar, MAX_HEADINGS))


@lru_cache(maxsize=20_000)
def _is_of_similar(title: str) -> bool:
    return SIMILAR_HEADING.search(title) is not None
