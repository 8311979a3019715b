"""The listing's own prose and pictures where only the visible page has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.page import Page

LEAST_PROSE: Final = 80
MOST_PROSE: Final = 20_000
MAX_PICTURES: Final = 500
MAX_CLIMB: Final = 8
_PROSE: Final = ", ".join(
    f'[{place}*="{word}" i]'
    for word in ("description", "descripcion", "remarks", "beschreibung")
    for place in ("class", "id", "itemprop")
)
_GALLERY: Final = re.compile(r"galler|carousel|slid|photo|swiper|lightbox|fotos|galeria", re.IGNORECASE)
_NO_PHOTO: Final = re.compile(
    r"\.svg|logo|avatar|icon|sprite|placeholder|blank|pixel|no[-_]?(?:photo|image|foto)|loading|spinner|^data:",
    re.IGNORECASE,
)
LEAST_PIXELS: Final = 60
_PHOTO: Final = re.compile(r"\.(?:jpe?g|png|webp|avif)(?:\?|$)", re.IGNORECASE)
_SETS: Final = ("data-srcset", "data-lazy-srcset", "srcset")
_CANDIDATE: Final = re.compile(r"([^\s,]\S*[^\s,])(?:\s+(\d+(?:\.\d+)?[wx]))?\s*(?:,|$)")
_SOURCES: Final = ("data-src", "data-lazy", "data-lazy-src", "data-original", "data-full", "src")


def prose(page: Page, visible: Content) -> Iterator[Fact]:
    """The longest text of an element that calls itself a description."""
    texts = []
    for element in page.tree.css(_PROSE):
        start, end = visible.span(element)
        text = "\n".join(chunk.text for chunk in visible.chunks[start:end] if not chunk.hint)
        if LEAST_PROSE <= len(text) <= MOST_PROSE:
            texts.append(text)
    if texts:
        yield Fact("description", max(texts, key=len), Trust.TEXT, "text of the description element")


def pictures(page: Page, visible: Content) -> Iterator[Fact]:
    """The pictures of galleries in the listing's part of the page."""
    found, plain = [], []
    for node in page.tree.css("img")[:MAX_PICTURES]:
        link = _source(node)
        parent = node.parent
        if not link or _NO_PHOTO.search(link) or parent is None or parent.mem_id not in visible.spans:
            continue
        if _in_gallery(parent):
            found.append(link)
        elif _PHOTO.search(link) and not _is_small(node):
            plain.append(link)
    if found:
        yield Fact("image_urls", list(dict.fromkeys(found)), Trust.TEXT, "img in a gallery")
    elif plain:
        yield Fact("image_urls", list(dict.fromkeys(plain)), Trust.GUESS, "img")


def _source(node: LexborNode) -> str | None:
    """The address of a picture at its largest: of its lazy attributes, its srcset, its <picture>, its src."""
    attributes = node.attributes
    own = [attributes.get(name) for name in _SOURCES]
    sets = [attributes.get(name) or "" for name in _SETS]
    parent = node.parent
    if parent is not None and parent.tag == "picture":
        sources = parent.css("source")
        sets += [source.attributes.get(name) or "" for source in sources for name in _SETS]
    sized = [candidate for value in sets for candidate in _candidates(value)]
    largest = max(sized, key=lambda candidate: candidate[0], default=None)
    given = next((link for link in own if link and not _NO_PHOTO.search(link)), None)
    lazy = given if given != attributes.get("src") else None
    return lazy or (largest[1] if largest else given)


def _candidates(srcset: str) -> list[tuple[float, str]]:
    """The pictures of a srcset with their widths or densities: "a.jpg 480w, b.jpg 1024w"."""
    found = []
    for link, size in _CANDIDATE.findall(srcset):
        if not _NO_PHOTO.search(link):
            found.append((float(size[:-1]) if size else 1.0, link))
    return found


def _is_small(node: LexborNode) -> bool:
    """Whether a picture is shown as small as an icon."""
    sizes = [node.attributes.get(name) or "" for name in ("width", "height")]
    return any(size.isdigit() and int(size) < LEAST_PIXELS for size in sizes)


@lru_cache(maxsize=20_000)
def _is_gallery(class_: str, id_: str) -> bool:
    return any(map(_GALLERY.search, (class_, id_)))


def _in_gallery(node: LexborNode | None) -> bool:
    for _ in range(MAX_CLIMB):
        if node is None:
            return False
        attributes = node.attributes
        if attributes and _is_gallery(attributes.get("class") or "", attributes.get("id") or ""):
            return True
        node = node.parent
    return False
