"""Places on a page by XPath, on lxml's tree of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import isnan
from typing import Final

from lxml import etree, html
from selectolax.lexbor import LexborNode

from config.errors import ExtractionError
from parsing.text import squeeze
from scrapers.extract.page import Page, once

_EMPTY: Final = html.document_fromstring("<html></html>")
"""On which an expression is tried before there is a page."""


@lru_cache(maxsize=1_000)
def compiled(expression: str) -> etree.XPath:
    """An XPath 1.0 expression. Raises ValueError for what is none, such as one with an unknown function."""
    try:
        # a smart string would keep the whole tree in memory
        path = etree.XPath(expression, smart_strings=False)
        path(_EMPTY)
    except etree.XPathError as error:
        raise ValueError(f"{expression!r} is not an XPath expression: {error}") from error
    return path


def select_all(page: Page, expression: str, node: LexborNode | None = None) -> Iterator[str]:
    """The texts that an expression finds, in the order of the page: of elements, attributes or a function.

    With a `node`, in that element of the page alone. Raises ExtractionError for one that cannot be carried
    out.
    """
    tree = _tree(page) if node is None else _parsed(node.html or "")
    try:
        found = compiled(expression)(tree)
    except etree.XPathError as error:
        raise ExtractionError(
            f"reading {page.url}: the XPath {expression!r} cannot be carried out: {error}",
            next_step="correct the recipe of the source; functions are those of XPath 1.0",
        ) from error
    for each in found if isinstance(found, list) else [found]:
        text = squeeze(_text(each))
        if text:
            yield text


def _text(found: object) -> str:
    if isinstance(found, html.HtmlElement):
        return str(found.text_content())
    if isinstance(found, float):
        return "" if isnan(found) else f"{found:.15g}"  # number() of what is no number
    return found if isinstance(found, str) else ""


@once
def _tree(page: Page) -> html.HtmlElement:
    """The page as a browser would build it, then parsed by lxml."""
    return _parsed(page.tree.html or "")


def _parsed(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    return html.document_fromstring((text or "<html></html>").encode(), parser=parser)
