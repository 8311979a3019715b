"""The asking price in visible text: the amount made most of, never a fee, a rate or an old price."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.currency import ALL_MARKS, mark_pattern
from parsing.mentions import SCALE
from parsing.operation import operation_of
from parsing.phrase import phrase
from parsing.text import fold
from parsing.vocabulary.money import (
    ASIDES,
    FEES,
    FEES_BEFORE_AMOUNT,
    NEW,
    OLD,
    OLD_BEFORE_AMOUNT,
    OLD_UNLESS_ALONE,
    ON_REQUEST,
    ON_REQUEST_IN_CELL,
    PRICE,
    UNCLEAR_MARKS,
)
from parsing.vocabulary.units import TEXT_WORD
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.labels import field_of

_AMOUNT: Final = r"(?:\d[\d.,’'\s]{0,20}\d|\d)"
_LARGE: Final = rf"(?:\d{{1,3}}(?:[.,’'\s]\d{{3}})+|\d{{3,}}|\d[\d.,]{{0,20}}\s?(?:{SCALE}))"
_CLEAR: Final = mark_pattern(ALL_MARKS - UNCLEAR_MARKS)
_UNCLEAR: Final = mark_pattern(UNCLEAR_MARKS)
MONEY: Final = re.compile(
    rf"(?<!\w)(?:(?:{_CLEAR})\s?\d|(?:{_UNCLEAR})\s?{_LARGE})"
    rf"|(?<![\w.,])(?:{_AMOUNT}(?:\s?(?:{SCALE}))?\s?(?:{_CLEAR})|{_LARGE}\s?(?:{_UNCLEAR}))(?!\w)"
    rf"|\d\s?(?:{SCALE})?円",
    re.IGNORECASE,
)
_NO_PRICE: Final = re.compile(
    rf"{phrase(*ON_REQUEST, end='').pattern}"
    rf"|(?<!\w)(?:{'|'.join(PRICE)})(?:\s*[:–—-]\s*|\s)(?:{'|'.join(ON_REQUEST_IN_CELL)})"
)
_BOX: Final = re.compile(rf"{'|'.join(PRICE)}|amount|valor", re.IGNORECASE)
_ANOTHER: Final = phrase(*FEES, *ASIDES)
_FEE: Final = phrase(*FEES, *FEES_BEFORE_AMOUNT)
_OLD: Final = phrase(*OLD)
_OLD_AMOUNT: Final = phrase(*OLD_BEFORE_AMOUNT, end=r"\W*$")
_NEW: Final = phrase(*NEW)
_LISTED: Final = phrase(*OLD_UNLESS_ALONE)
_PER_UNIT: Final = re.compile(rf"(?:/|\bper|\bpor|\bpro) ?(?:{TEXT_WORD}|sq)|m²:", re.IGNORECASE)
_LABELLED: Final = re.compile(r"(?:^|[^\w ] )(?P<label>[^\d:]{2,40})\s*:\s*$")
_TERMS: Final = frozenset({"dt", "th"})
_STRUCK: Final = frozenset({"del", "s", "strike"})
_OLD_BOX: Final = re.compile(  # parts of class names, not words
    r"old|was|previous|before|strike|antes|original|crossed|discount|reduc|saving", re.IGNORECASE
)


def read_price(found: Content) -> Fact | None:
    """The most prominent amount, or the words that stand in its place."""
    best: tuple[float, str] | None = None
    for i, chunk in enumerate(found.chunks):
        if chunk.hint or len(chunk.text) > 80:
            continue
        text = _joined(found, i)
        if not (has_money(text) or _NO_PRICE.search(fold(text))):
            continue
        score = _score(found, i, text)
        if score is not None and (best is None or score > best[0]):
            best = (score, text)
    return Fact("price", best[1], Trust.TEXT, f"text {best[1]!r}", 5) if best else None


def _joined(found: Content, at: int) -> str:
    """A chunk with the rest of its parent's text when that is short: "$" and "1,200" may stand apart."""
    chunk = found.chunks[at]
    if has_money(chunk.text) or len(chunk.text) > 4:
        start, end = found.span(chunk.element)
        whole = " ".join(c.text for c in found.chunks[start:end] if not c.hint)
        return whole if len(whole) <= 60 and end - start <= 4 else chunk.text
    start, end = found.span(chunk.element)
    around = [c.text for c in found.chunks[start:end] if not c.hint]
    if 1 < len(around) <= 4 and has_money(whole := " ".join(around)):
        return whole
    following = found.chunks[at + 1].text if at + 1 < len(found.chunks) else ""
    return f"{chunk.text}{following}" if following[:1].isdigit() else chunk.text


def _score(found: Content, at: int, text: str) -> float | None:
    before = found.chunks[at - 1].text if at else ""
    label = before if len(before) < 60 and not has_money(before) else ""
    if _is_another_amount(text, label):
        return None
    named, element = 0.0, found.chunks[at].element
    node: LexborNode | None = element
    for level in range(3):
        if node is None:
            break
        name = " ".join(
            str(node.attributes.get(key) or "") for key in ("class", "id", "data-testid", "itemprop")
        )
        if node.tag in _STRUCK or _OLD_BOX.search(name):
            return None
        if _BOX.search(name):
            named = max(named, 3.0 - level / 2)
        node = node.parent
    label_of_other = 0.0 if named else _other_label(found, at, text, label)
    no_price = not has_money(text)
    if no_price and (not named and len(text) > 40):
        return None
    heading = 2.0 if element.tag in {"h1", "h2", "strong", "b", "h3"} else 0.0
    listed = _LISTED.search(fold(text)) or _LISTED.search(fold(label))
    last_resort = (2.0 if no_price else 0.0) + (100.0 if listed else 0.0)
    sold = 1.5 if operation_of(f"{label} {text}") == "sale" else 0.0  # of a sale and a rent, the sale's price
    return named * 2 + heading + sold - label_of_other - at / 2000 - len(text) / 60 - last_resort


def _other_label(found: Content, at: int, text: str, label: str) -> float:
    """What an amount loses where a label stands before it that is no known one of a price.

    It stays above none at all: the label may be the word for a price in a language that is not known.
    """
    amount = MONEY.search(text)
    own = _LABELLED.search(text[: amount.start()]) if amount else None
    if own is None and not (label.rstrip().endswith(":") or (at and _is_term(found.chunks[at - 1].element))):
        return 0.0
    name = own["label"] if own else label.rstrip(" :")
    if field_of(name) == "price" or operation_of(name) is not None or _BOX.search(fold(name)):
        return 0.0
    return 3.0


def _is_term(element: LexborNode) -> bool:
    """Whether an element is the label of a table or a definition list, or stands in one."""
    node: LexborNode | None = element
    for _ in range(3):
        if node is None or node.tag in _TERMS:
            break
        node = node.parent
    return node is not None and node.tag in _TERMS


def _is_another_amount(text: str, label: str) -> bool:
    """Whether a fee, a rate or an old price is meant, by the words beside it or in the text before it."""
    found = MONEY.search(text)
    words, title, before = fold(text), fold(label), fold(text[: found.start()]).strip() if found else ""
    if _ANOTHER.search(words) or _ANOTHER.search(title) or _FEE.search(before):
        return True
    if _FEE.match(title) or _PER_UNIT.search(text):
        return True
    is_old = any(_OLD.search(place) or _OLD_AMOUNT.search(place) for place in (before, title))
    return is_old and _NEW.search(words) is None


def has_money(text: str) -> bool:
    """Whether a text shows an amount of money."""
    return any(map(str.isdigit, text)) and MONEY.search(text) is not None
