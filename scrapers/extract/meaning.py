"""What an amount is of, by its label, its box and the words around it: the price, a fee, an old price."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.operation import operation_of
from parsing.phrase import phrase
from parsing.text import digits, fold
from parsing.vocabulary.amounts import APPRAISALS, PARTS
from parsing.vocabulary.money import (
    ASIDES,
    FEES,
    FEES_BEFORE_AMOUNT,
    FEES_IN_CELL,
    NEW,
    OLD,
    OLD_BEFORE_AMOUNT,
    PRICE,
    RENT_PRICE,
    SALE_PRICE,
)
from parsing.vocabulary.units import TEXT_WORD
from scrapers.extract.amounts import money_in
from scrapers.extract.chunks import Content
from scrapers.extract.naming import field_of
from scrapers.extract.rows import beside

_CODED: Final = re.compile(r"(?<![^\W\d_])[A-Z]{3}\d{1,6}(?![\d.,])")
"""A currency's letters straight before a short number: a reference more often than an amount."""
_BOX: Final = re.compile(rf"{'|'.join(PRICE)}|amount|valor", re.IGNORECASE)
_ANOTHER: Final = phrase(*FEES, *ASIDES)
_FEE: Final = phrase(*FEES, *FEES_BEFORE_AMOUNT)
_FEE_LABEL: Final = phrase(*FEES, *FEES_BEFORE_AMOUNT, *FEES_IN_CELL, *ASIDES, *APPRAISALS)
_PART: Final = phrase(*PARTS)
_OLD: Final = phrase(*OLD)
_OLD_AMOUNT: Final = phrase(*OLD_BEFORE_AMOUNT, end=r"\W*$")
_NEW: Final = phrase(*NEW)
PER_UNIT: Final = re.compile(rf"(?:/|\bper|\bpor|\bpro) ?(?:{TEXT_WORD}|sq)|m²:", re.IGNORECASE)
_OWN_LABEL: Final = re.compile(r"(?:^|[^\w ] )(?P<label>[^\d:]{2,40}?)\s*(?P<colon>:)?\s*$")
_NAMES: Final = ("class", "id", "data-testid", "itemprop")
_STRUCK: Final = frozenset({"del", "s", "strike"})
_OLD_BOX: Final = re.compile(  # parts of class names, not words
    r"old|was|previous|before|strike|antes|original|crossed|discount|reduc|saving", re.IGNORECASE
)
_OF_SALE: Final = phrase(*SALE_PRICE)
_OF_RENT: Final = phrase(*RENT_PRICE)


def part_in(label: str) -> str | None:
    """The one part of a home that a label names; of "house and land" it names none."""
    parts = {found[0] for found in _PART.finditer(label)}
    return parts.pop() if len(parts) == 1 else None


def in_price_box(element: LexborNode) -> float | None:
    """How near a box is that calls itself the price, 0 where there is none; None in one of an old price."""
    named = 0.0
    node: LexborNode | None = element
    for level in range(3):
        if node is None:
            break
        attributes = node.attributes
        names = (attributes.get(key) or "" for key in _NAMES)
        is_old, is_price = _named_by(" ".join(names)) if attributes else (False, False)
        if is_old or node.tag in _STRUCK:
            return None
        if is_price:
            named = max(named, 3.0 - level / 2)
        node = node.parent
    return named


@lru_cache(maxsize=20_000)
def _named_by(names: str) -> tuple[bool, bool]:
    """Whether the names of an element say that it holds an old price, or a price; pages share them."""
    return _OLD_BOX.search(names) is not None, _BOX.search(names) is not None


def label_of(found: Content, at: int, text: str) -> tuple[str, bool]:
    """The label of an amount, folded, and whether it certainly is one; empty where there is none.

    It stands before the amount in its own text, in the cell beside it, or with it in a box of two.
    """
    amount = money_in(text)
    own = _OWN_LABEL.search(text[: amount.start()]) if amount else None
    if own is not None and own["label"].strip():
        return fold(own["label"]).strip(), own["colon"] is not None
    label, is_certain = beside(found, at)
    return fold(label).strip(" :"), is_certain


def meaning_of(label: str, *, is_certain: bool) -> str | None:
    """`price` for a price's label, `another` for one of a fee or another field, None for an unknown one."""
    field = field_of(label)
    if (
        field == "price"
        or operation_of(label) is not None
        or _OF_SALE.search(label)
        or _OF_RENT.search(label)
    ):
        return "price"
    if _FEE_LABEL.search(label):
        return "another"
    if _BOX.search(label):
        return "price"
    is_other = is_certain and field not in (None, "operation_type", "property_type", "address")
    return "another" if is_other else None


def operation_by(label: str, text: str) -> str | None:
    """What is on offer by an amount's label, or by its own words."""
    folded = fold(label)
    is_sale, is_rent = (pattern.search(folded) is not None for pattern in (_OF_SALE, _OF_RENT))
    if is_sale != is_rent:
        return "sale" if is_sale else "rent"
    return operation_of(f"{label} {text}")


def is_code(text: str, label: str) -> bool:
    """Whether an amount is more likely a reference: "MAD1207"."""
    return _CODED.search(text) is not None and (len(digits(text)) < 6 or field_of(label) == "property_id")


def is_another_amount(text: str, label: str) -> bool:
    """Whether a fee, a rate or an old price is meant, by the words beside it or in the text before it."""
    found = money_in(text)
    words, title, before = fold(text), fold(label), fold(text[: found.start()]).strip() if found else ""
    if _ANOTHER.search(words) or _ANOTHER.search(title) or _FEE.search(before):
        return True
    if _FEE.match(title) or PER_UNIT.search(text):
        return True
    is_old = any(_OLD.search(place) or _OLD_AMOUNT.search(place) for place in (before, title))
    return is_old and _NEW.search(words) is None
