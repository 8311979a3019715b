"""What stands at a place that a source's file names: on a page, on one card of it, or in one item of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from parsing.text import squeeze
from scrapers.extract import jsonpath, xpath
from scrapers.extract.hydration import states
from scrapers.extract.jsonld import jsonld
from scrapers.extract.naming import field_of
from scrapers.extract.page import Page

KINDS: Final = ("url", "json", "label", "xpath")
_LABELS: Final = "dt, th, td, li, span, div, p, strong, b, label"
_LONGEST_BESIDE: Final = 80


@dataclass(frozen=True, slots=True)
class Scope:
    """Where places are looked up: the whole page, or a part of it that shows one listing at `url`."""

    page: Page
    node: LexborNode | None = None
    item: Any = None
    url: str | None = None


def checked(place: str) -> str:
    """The place. Raises ValueError for one that leads nowhere, whatever the page."""
    kind, _, rest = place.partition(":")
    if kind in KINDS and not rest.strip():
        raise ValueError(f"{place!r} names no place: write what to look for after the colon")
    match kind:
        case "url":
            regex(rest)
        case "json":
            jsonpath.compiled(rest)
        case "xpath":
            xpath.compiled(rest)
        case "label":
            pass
        case _:
            _css(place)
    return place


def regex(value: str) -> str:
    """The regular expression. Raises ValueError for what is none."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


def _css(place: str) -> None:
    css, at, attribute = place.partition("@")
    if not css and at and attribute:
        return  # an attribute of the card itself
    try:
        LexborHTMLParser("<p>").css(css)
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{css!r} is not a CSS selector") from error


def values_at(scope: Scope, place: str) -> Iterator[Any]:
    """What stands at a place: `css`, `css@attribute`, `xpath:…`, `json:path.to.key`, `label:Words` or
    `url:regex`.

    Texts are squeezed and blank ones left out. JSON is that of the item, else of the page's states and its
    JSON-LD, whichever has something there first.
    """
    kind, _, rest = place.partition(":")
    match kind:
        case "url":
            found = re.search(rest, scope.url or scope.page.url)
            yield from [found[1] if found.groups() else found[0]] if found else []
        case "json":
            yield from _in_json(scope, rest)
        case "label":
            text = _beside_label(scope.node or scope.page.tree, rest)
            yield from [text] if text else []
        case "xpath":
            yield from xpath.select_all(scope.page, rest, scope.node)
        case _:
            yield from _selected(scope, place)


def _in_json(scope: Scope, path: str) -> Iterator[Any]:
    documents: Iterator[Any] = iter([scope.item])
    if scope.item is None:
        documents = (each for found in (_states(scope.page), _nodes(scope.page)) for each in found)
    for document in documents:
        if found := jsonpath.find_all(document, path):
            yield from found
            return


def _states(page: Page) -> Iterator[Any]:
    return (state for _, state in states(page))


def _nodes(page: Page) -> Iterator[Any]:
    return (node for node, _ in jsonld(page))


def _selected(scope: Scope, place: str) -> Iterator[str]:
    css, _, attribute = place.partition("@")
    if css:
        nodes = (scope.node or scope.page.tree).css(css)
    else:
        nodes = [scope.node] if scope.node is not None else []
    for node in nodes:
        value = node.attributes.get(attribute) if attribute else squeeze(node.text())
        if value:
            yield value


def _beside_label(root: LexborHTMLParser | LexborNode, label: str) -> str | None:
    wanted = squeeze(label).rstrip(":").casefold()
    for node in root.css(_LABELS):
        text = squeeze(node.text())
        if len(text) > len(wanted) + _LONGEST_BESIDE or not text.casefold().startswith(wanted):
            continue
        inside = text[len(wanted) :].lstrip(" :")
        if inside and not (field_of(inside) and len(text) > 60):
            return inside
        following = node.next
        while following is not None and not squeeze(following.text()):
            following = following.next
        if following is not None and not inside:
            return squeeze(following.text())
    return None
