"""A listing's status and offer as a badge, a text of its own or its heading shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.operation import parse_operation
from parsing.status import is_off_market
from parsing.text import fold, squeeze, words
from scrapers.extract.chunks import Chunk, Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.naming import is_label
from scrapers.extract.page import Page

LONGEST: Final = 40
_BADGE: Final = re.compile(
    r"badge|status|ribbon|sticker|label|flag|estado|etiqueta|banner|pill|chip|overlay|sash|corner|bandeau"
    r"|banderole|stempel|tarja|cinta|faixa"
    r"|(?:^|[\s_-])(?:tag|state|stamp)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"\s*[-–—:|(),!]\s*|\s{2,}")
_CONTROLS: Final = frozenset({"a", "button", "label"})
_TERMS: Final = frozenset({"th", "dt", "option", "select"})
_OTHER_WORDS: Final = words("contract backup preview draft removed paused option reserve")
"""Names of a status that stand alone on pages as other words too."""
_NEAR: Final = 25
"""How many texts of the page may stand between the heading and a status that nothing else marks."""
_MAX_CLIMB: Final = 6


def status_facts(page: Page, visible: Content) -> Iterator[Fact]:
    """The status that the listing's part of the page shows, but for "active", and "For Rent" as its offer."""
    found = offered = False
    for element in page.tree.css("[class], [data-testid]"):
        if element.mem_id not in visible.spans:
            continue
        attributes = element.attributes
        if not _is_badge(f"{attributes.get('class') or ''} {attributes.get('data-testid') or ''}"):
            continue
        text = squeeze(element.text())
        if _is_control(element, text):
            continue
        if not found and is_off_market(text):
            found = True
            yield Fact("standard_status", text, Trust.TEXT, "badge", 10)
        if not offered and (operation := _as_operation(text)) is not None:
            offered = True
            yield Fact("operation_type", operation, Trust.TEXT, "badge", 10)
    yield from own_words(_about(page, visible))
    if page.heading is not None:
        first = _PARTS.split(squeeze(page.heading.text()))[0]
        if is_off_market(first):
            yield Fact("standard_status", first, Trust.TEXT, "h1", 20)


@lru_cache(maxsize=20_000)
def _is_badge(names: str) -> bool:
    return _BADGE.search(names) is not None


@lru_cache(maxsize=20_000)
def _as_operation(text: str) -> str | None:
    """The operation that is all that a short text says."""
    operation = parse_operation(text) if len(text) <= LONGEST else ""
    return operation if operation in ("sale", "rent") else None


def own_words(chunks: Iterable[Chunk]) -> Iterator[Fact]:
    """The status and the offer that stand as texts of their own; of several different ones, none.

    Choices to click on ("For sale", "To let", "Sold") are not what is said of a home.
    """
    statuses: dict[str, str] = {}
    offers: set[str] = set()
    pieces = list(chunks)
    for chunk, following in zip(pieces, [*pieces[1:], None], strict=False):
        text = squeeze(chunk.text)
        if chunk.hint or len(text) > LONGEST or _is_control(chunk.element, text) or _counts(following):
            continue
        if is_off_market(text) and fold(text) not in _OTHER_WORDS:
            statuses.setdefault(fold(text), text)
        elif (operation := _as_operation(text)) is not None and not is_label(text):
            offers.add(operation)
    if len(statuses) == 1:
        yield Fact("standard_status", statuses.popitem()[1], Trust.TEXT, "text of its own", 40)
    if len(offers) == 1:
        yield Fact("operation_type", offers.pop(), Trust.TEXT, "text of its own", 40)


def _about(page: Page, visible: Content) -> list[Chunk]:
    """The texts near the heading, before and after it."""
    at, _ = visible.span(page.heading) if page.heading is not None else (0, 0)
    return visible.chunks[max(at - _NEAR, 0) : at + _NEAR]


def _counts(following: Chunk | None) -> bool:
    """Whether the next text is a number, which the words before it then count: "Sold", "34"."""
    return following is not None and following.text.strip("() ").isdigit()


def _is_control(element: LexborNode, text: str) -> bool:
    """Whether a text is one to click on, or a label of something else."""
    node: LexborNode | None = element
    for _ in range(_MAX_CLIMB):
        if node is None:
            return False
        if node.tag in _TERMS or (node.tag in _CONTROLS and squeeze(node.text()) == text):
            return True
        node = node.parent
    return False
