"""Where a field stands on the pages of a site: the CSS selector that finds its value on each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bs4 import BeautifulSoup, Tag

from parsing.text import squeeze

_LONGEST: Final = 300
"""Characters of a text that is one field's value."""
_LEAST_PAGES: Final = 2
"""Pages on which a selector must hold: on one alone it may hold by chance."""
_NAMED: Final = re.compile(r"[a-zA-Z][a-zA-Z_-]+")
"""A class or an id that a person gave: generated ones have digits, and change with the next release."""
_UP: Final = 3
"""Elements above the value's own that a selector may name."""
_DIGITS: Final = re.compile(r"\d")


def places(
    pages: Sequence[tuple[str, Mapping[str, str]]], *, least_pages: int = _LEAST_PAGES
) -> dict[str, str]:
    """Field → the first selector that finds its value on every page that has one, of at least so many.

    In: of each page its HTML and the texts of its fields. Fields whose value is no element's text, or is the
    same on all pages, have none.
    """
    trees = [(BeautifulSoup(html, "lxml"), texts) for html, texts in pages]
    fields = dict.fromkeys(name for _, texts in trees for name in texts)
    found = {
        name: _place([(tree, texts[name]) for tree, texts in trees if name in texts], least_pages)
        for name in fields
    }
    return {name: place for name, place in found.items() if place is not None}


def _place(pages: Sequence[tuple[BeautifulSoup, str]], least: int) -> str | None:
    if len(pages) < least or (least > 1 and len({text for _, text in pages}) == 1):
        return None
    tree, text = pages[0]
    for element in _elements(tree, text):
        for selector in _selectors(element):
            if all(_selects(page, selector, wanted) for page, wanted in pages):
                return selector
    return None


def _elements(tree: BeautifulSoup, text: str) -> Iterator[Tag]:
    """The innermost elements with that text, in the order of the page."""
    for element in tree.find_all(True):
        if isinstance(element, Tag) and _is(element, text) and not _inner(element, text):
            yield element


def _inner(element: Tag, text: str) -> bool:
    return any(isinstance(child, Tag) and _is(child, text) for child in element.children)


def _is(element: Tag, text: str) -> bool:
    """Whether an element's text is that value, or the same number."""
    if element.name in ("script", "style", "title", "head", "html", "body", "template"):
        return False
    own = squeeze(element.get_text(" "))
    if not own or len(own) > _LONGEST:
        return False
    return own == text or (text.replace(".", "", 1).isdigit() and _number(own) == _number(text))


def _number(text: str) -> str:
    return "".join(_DIGITS.findall(text)) or text


def _selects(tree: BeautifulSoup, selector: str, text: str) -> bool:
    first = tree.select_one(selector)
    return first is not None and _is(first, text)


def _selectors(element: Tag) -> Iterator[str]:
    """The selectors of an element, the simplest first: its own names, then those above it and its own."""
    own = list(_names(element))
    yield from own
    above = element
    for _ in range(_UP):
        parent = above.parent
        if parent is None or parent.name in ("body", "html", "[document]"):
            return
        above = parent
        for name in _names(above):
            yield from (f"{name} {inner}" for inner in [*own, element.name])


def _names(element: Tag) -> Iterator[str]:
    """What an element is called by itself: a property, an id, its classes."""
    prop = element.get("itemprop")
    if isinstance(prop, str) and _NAMED.fullmatch(prop):
        yield f"[itemprop={prop}]"
    name = element.get("id")
    if isinstance(name, str) and _NAMED.fullmatch(name):
        yield f"#{name}"
    classes = element.get("class")
    for each in classes if isinstance(classes, list) else ():
        if _NAMED.fullmatch(each):
            yield f"{element.name}.{each}"
    if element.name in ("h1", "address", "time"):
        yield element.name
