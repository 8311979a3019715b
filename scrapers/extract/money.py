"""The asking price in visible text: the amount made most of, never a fee, a rate or an old price."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from selectolax.lexbor import LexborNode

from config.errors import DoubtError, ParseError
from config.sieve import finds_none, fits_none
from parsing.currency import ALL_MARKS, mark_pattern
from parsing.mentions import SCALE
from parsing.operation import operation_of
from parsing.period import period_after
from parsing.phrase import phrase
from parsing.price import parse_price
from parsing.staged import Issue, excerpt
from parsing.text import digits, fold, plain
from parsing.vocabulary.amounts import APPRAISALS, PARTS
from parsing.vocabulary.money import (
    ASIDES,
    FEES,
    FEES_BEFORE_AMOUNT,
    FEES_IN_CELL,
    NEW,
    OLD,
    OLD_BEFORE_AMOUNT,
    OLD_UNLESS_ALONE,
    ON_REQUEST,
    ON_REQUEST_IN_CELL,
    PRICE,
    RENT_PRICE,
    SALE_PRICE,
    UNCLEAR_MARKS,
)
from parsing.vocabulary.units import TEXT_WORD
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.labels import field_of
from scrapers.extract.rows import beside

_AMOUNT: Final = r"(?:\d[\d.,’'\s]{0,20}\d|\d)"
_LARGE: Final = rf"(?:\d{{1,3}}(?:[.,’'\s]\d{{3}})+|\d{{3,}}|\d[\d.,]{{0,20}}\s?(?:{SCALE}))"
_CLEAR: Final = mark_pattern(ALL_MARKS - UNCLEAR_MARKS)
_UNCLEAR: Final = mark_pattern(UNCLEAR_MARKS)
MONEY: Final = re.compile(
    rf"(?<!\w)(?:(?:{_CLEAR})\s?\d|(?:{_UNCLEAR})\s?{_LARGE})"
    rf"|(?<![\w.,])(?:{_AMOUNT}(?:\s?(?:{SCALE}))?\s?(?:{_CLEAR})|{_LARGE}\s?(?:{_UNCLEAR}))(?!\w)"
    rf"|(?<![\d.,]){_AMOUNT}\s?(?:{SCALE})?円",
    re.IGNORECASE,
)
_SHOWS_NO_MONEY: Final = finds_none(MONEY)
_SIGN: Final = re.compile(mark_pattern(ALL_MARKS), re.IGNORECASE)
_IS_NO_SIGN: Final = fits_none(_SIGN)
_BARE: Final = re.compile(
    r"\d{1,3}(?:[.,’' \u00a0\u202f]\d{3})+(?:[.,](?:\d\d|-+))?|\d{4,9}"
    rf"|\d[\d.,]{{0,12}}\s?(?:{SCALE})",
    re.IGNORECASE,
)
"""A price without a sign of money, where only a price can be."""
_CODED: Final = re.compile(r"(?<![^\W\d_])[A-Z]{3}\d{1,6}(?![\d.,])")
"""A currency's letters straight before a short number: a reference more often than an amount."""
_NO_PRICE: Final = re.compile(
    rf"{phrase(*ON_REQUEST, end='').pattern}"
    rf"|(?<!\w)(?:{'|'.join(PRICE)})(?:\s*[:–—-]\s*|\s)(?:{'|'.join(ON_REQUEST_IN_CELL)})"
)
_SAYS_NO_WORD_FOR_PRICE: Final = finds_none(_NO_PRICE)
_BOX: Final = re.compile(rf"{'|'.join(PRICE)}|amount|valor", re.IGNORECASE)
_ANOTHER: Final = phrase(*FEES, *ASIDES)
_FEE: Final = phrase(*FEES, *FEES_BEFORE_AMOUNT)
_FEE_LABEL: Final = phrase(*FEES, *FEES_BEFORE_AMOUNT, *FEES_IN_CELL, *ASIDES, *APPRAISALS)
_PART: Final = phrase(*PARTS)
_LAST: Final = 100.0
_OLD: Final = phrase(*OLD)
_OLD_AMOUNT: Final = phrase(*OLD_BEFORE_AMOUNT, end=r"\W*$")
_NEW: Final = phrase(*NEW)
_LISTED: Final = phrase(*OLD_UNLESS_ALONE)
_PER_UNIT: Final = re.compile(rf"(?:/|\bper|\bpor|\bpro) ?(?:{TEXT_WORD}|sq)|m²:", re.IGNORECASE)
_AFTER_SIGN: Final = re.compile(
    rf"^(?:{SCALE})?\s?(?:{mark_pattern(ALL_MARKS)})?,?\s*(?:[-–—]+)?", re.IGNORECASE
)
_FIGURE: Final = re.compile(r"\D{0,5}\d[\d.,’'\s]*\d|\d")
_OWN_LABEL: Final = re.compile(r"(?:^|[^\w ] )(?P<label>[^\d:]{2,40}?)\s*(?P<colon>:)?\s*$")
_NAMES: Final = ("class", "id", "data-testid", "itemprop")
_STRUCK: Final = frozenset({"del", "s", "strike"})
_OLD_BOX: Final = re.compile(  # parts of class names, not words
    r"old|was|previous|before|strike|antes|original|crossed|discount|reduc|saving", re.IGNORECASE
)
_OF_SALE: Final = phrase(*SALE_PRICE)
_OF_RENT: Final = phrase(*RENT_PRICE)
_LABELLED: Final = 2.5
_UNKNOWN: Final = -3.0
_BARE_AMOUNT: Final = -2.5
_AS_GOOD: Final = 0.4


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of the page that may be its price, or the words in the place of one."""

    text: str
    score: float
    operation: str | None = None
    is_labelled: bool = False
    is_known: bool = False
    """Whether its label, its box or its heading says that it is the price."""
    position: int = 0
    part: str | None = None
    """The part of the home that its label says it is of."""

    @property
    def fact(self) -> Fact:
        """The price of the page."""
        return Fact("price", self.text, Trust.TEXT, f"text {self.text!r}", 5)


def read_price(found: Content) -> Fact | None:
    """The most prominent amount, or the words that stand in its place."""
    best = max(read_amounts(found), key=lambda amount: amount.score, default=None)
    return best.fact if best else None


def read_amounts(found: Content) -> list[Amount]:
    """The amounts that may be the price, in order."""
    amounts: list[Amount] = []
    for i, chunk in enumerate(found.chunks):
        if chunk.hint or len(chunk.text) > 80:
            continue
        text = _joined(found, i)
        if not (has_money(text) or _stands_for_money(text)):
            continue
        if (amount := _amount(found, i, text)) is not None:
            amounts.append(amount)
    return _without_parts(amounts) or _unit_prices(found)


def _unit_prices(found: Content) -> list[Amount]:
    """The one price per square metre that the page shows in the place of a price, as land's pages do."""
    texts = {
        chunk.text: at
        for at, chunk in enumerate(found.chunks)
        if not chunk.hint and len(chunk.text) <= 40 and has_money(chunk.text) and _PER_UNIT.search(chunk.text)
    }
    return [Amount(text, 0.0, position=at) for text, at in texts.items()] if len(texts) == 1 else []


def _without_parts(amounts: list[Amount]) -> list[Amount]:
    """The amounts, those of land and house last where both have a price of their own."""
    if len({amount.part for amount in amounts if amount.part}) < 2:
        return amounts
    return [
        replace(amount, score=amount.score - _LAST, is_known=False, is_labelled=True)
        if amount.part
        else amount
        for amount in amounts
    ]


def offer_facts(amounts: list[Amount]) -> Iterator[Fact]:
    """What is on offer by the labels of its amounts; a sale and a rent that the page names are both kept."""
    named = {amount.operation: amount for amount in reversed(amounts) if amount.operation}
    best = max(amounts, key=lambda amount: amount.score, default=None)
    if best is None or not named:
        return
    offers = [_offer(name, named[name]) for name in ("sale", "rent") if name in named]
    if len(offers) == 2 and all(offers):
        yield Fact("offers", offers, Trust.TEXT, "labelled amounts")
    if best.operation is not None:
        yield Fact("operation_type", best.operation, Trust.TEXT, "price label", 3)


def _offer(operation: str, amount: Amount) -> dict[str, Any] | None:
    """An amount as one of a listing's offers; None where it cannot be read."""
    try:
        price = parse_price(amount.text)
    except (ParseError, DoubtError):
        return None
    if price.amount is None or not has_money(amount.text):
        return None
    return {
        "operation": operation,
        "amount": f"{price.amount:f}",
        "currency": price.currency,
        "period": price.period,
    }


def unsettled(amounts: list[Amount]) -> Issue | None:
    """The doubt of a page that shows several amounts, none of which anything says to be the price."""
    ordered = sorted(amounts, key=lambda amount: -amount.score)
    rivals = [
        other
        for other in ordered[1:]
        if other.score > ordered[0].score - _AS_GOOD and digits(other.text) != digits(ordered[0].text)
    ]
    if not rivals or ordered[0].is_known or not ordered[0].is_labelled or not rivals[0].is_labelled:
        return None
    readings = [str(excerpt(amount.text)) for amount in (ordered[0], rivals[0])]
    return {
        "field": "price",
        "kind": "doubtful",
        "text": excerpt(ordered[0].text),
        "why": "the page shows several amounts, and no label of them is known to be that of a price",
        "readings": readings,
    }


def _joined(found: Content, at: int) -> str:
    """A chunk with the rest of its parent's text when that is short: "$" and "1,200" may stand apart."""
    chunk = found.chunks[at]
    if has_money(chunk.text) or len(chunk.text) > 4:
        start, end = found.span(chunk.element)
        whole = chunk.text
        if end - start <= 4 and (start, end) != (at, at + 1):
            joined = " ".join(
                c.text
                for i, c in enumerate(found.chunks[start:end], start)
                if not c.hint and (i == at or not has_money(c.text))
            )
            whole = joined if len(joined) <= 60 else whole
        if not has_money(whole) and _is_sign(before := _next_to(found, at, -1)):
            whole = f"{before} {whole}" if has_money(f"{before} {whole}") else whole
        return _with_period(found, at, whole)
    start, end = found.span(chunk.element)
    around = [c.text for c in found.chunks[start:end] if not c.hint]
    if 1 < len(around) <= 4 and has_money(whole := " ".join(around)):
        return whole
    following = found.chunks[at + 1].text if at + 1 < len(found.chunks) else ""
    is_sign = following[:1].isdigit() and not chunk.text[-1:].isdigit() and _is_sign(chunk.text)
    return f"{chunk.text}{following}" if is_sign else chunk.text


def _with_period(found: Content, at: int, text: str) -> str:
    """An amount with the time it is due for where that is the next text: "£1,450", "pcm"."""
    if not has_money(text):
        return text
    following = _next_to(found, at, 1)
    if not 0 < len(following) <= 20 or text.endswith(following) or any(map(str.isdigit, following)):
        return text
    if has_period(text) or not has_period(f"{text} {following}"):
        return text
    around = found.chunks[at].element.parent
    start, end = found.span(around) if around is not None else (0, 0)
    return f"{text} {following}" if any(c.text == following for c in found.chunks[start:end]) else text


def _next_to(found: Content, at: int, step: int) -> str:
    """The text before or after a chunk; a hint is none."""
    beside = at + step
    while 0 <= beside < len(found.chunks) and found.chunks[beside].hint:
        beside += step
    return found.chunks[beside].text if 0 <= beside < len(found.chunks) else ""


def _amount(found: Content, at: int, text: str) -> Amount | None:
    """The amount of a chunk with its worth as the price; None where it is something else."""
    before = found.chunks[at - 1].text if at else ""
    title = before if len(before) < 60 and not has_money(before) else ""
    if _is_another_amount(text, title):
        return None
    element = found.chunks[at].element
    named = _in_price_box(element)
    label, is_certain = _label_of(found, at, text)
    meaning = _meaning(label, is_certain=is_certain) if label else None
    if named is None or meaning == "another" or (meaning != "price" and not named and _is_code(text, label)):
        return None
    no_price = not has_money(text)
    is_bare = no_price and _BARE.fullmatch(text) is not None
    if is_bare and not named and meaning != "price":
        return None
    if no_price and not is_bare and not named and len(text) > 40:
        return None
    heading = 2.0 if element.tag in {"h1", "h2", "strong", "b", "h3"} else 0.0
    operation = _operation(label, text) or (None if label else operation_of(f"{title} {text}"))
    listed = _LISTED.search(fold(text)) or _LISTED.search(fold(title))
    score = (
        named * 2
        + heading
        + (1.5 if operation == "sale" else 0.0)  # of a sale and a rent, the sale's price
        + (_LABELLED if meaning == "price" else _UNKNOWN if label and is_certain else 0.0)
        + (_BARE_AMOUNT if is_bare else -2.0 if no_price else 0.0)
        - (_LAST if listed else 0.0)
        - at / 2000
        - _beyond(text) / 60
    )
    is_known = bool(named or meaning == "price" or heading)
    return Amount(text, score, operation, bool(label) and is_certain, is_known, at, _part_in(label))


def _part_in(label: str) -> str | None:
    """The one part of a home that a label names; of "house and land" it names none."""
    parts = {found[0] for found in _PART.finditer(label)}
    return parts.pop() if len(parts) == 1 else None


def _beyond(text: str) -> int:
    """How many characters of a text are no part of its first amount."""
    found = money_in(text)
    figures = _FIGURE.search(text, found.start()) if found else None
    return len(text) - len(figures[0]) if figures else len(text)


def _in_price_box(element: LexborNode) -> float | None:
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


def _label_of(found: Content, at: int, text: str) -> tuple[str, bool]:
    """The label of an amount, folded, and whether it certainly is one; empty where there is none.

    It stands before the amount in its own text, in the cell beside it, or with it in a box of two.
    """
    amount = money_in(text)
    own = _OWN_LABEL.search(text[: amount.start()]) if amount else None
    if own is not None and own["label"].strip():
        return fold(own["label"]).strip(), own["colon"] is not None
    label, is_certain = beside(found, at)
    return fold(label).strip(" :"), is_certain


def _meaning(label: str, *, is_certain: bool) -> str | None:
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


def _operation(label: str, text: str) -> str | None:
    """What is on offer by an amount's label, or by its own words."""
    folded = fold(label)
    is_sale, is_rent = (pattern.search(folded) is not None for pattern in (_OF_SALE, _OF_RENT))
    if is_sale != is_rent:
        return "sale" if is_sale else "rent"
    return operation_of(f"{label} {text}")


def _is_code(text: str, label: str) -> bool:
    """Whether an amount is more likely a reference: "MAD1207"."""
    return _CODED.search(text) is not None and (len(digits(text)) < 6 or field_of(label) == "property_id")


def _is_another_amount(text: str, label: str) -> bool:
    """Whether a fee, a rate or an old price is meant, by the words beside it or in the text before it."""
    found = money_in(text)
    words, title, before = fold(text), fold(label), fold(text[: found.start()]).strip() if found else ""
    if _ANOTHER.search(words) or _ANOTHER.search(title) or _FEE.search(before):
        return True
    if _FEE.match(title) or _PER_UNIT.search(text):
        return True
    is_old = any(_OLD.search(place) or _OLD_AMOUNT.search(place) for place in (before, title))
    return is_old and _NEW.search(words) is None


def has_period(text: str) -> bool:
    """Whether the amount of a text is due every night, week, month or year."""
    found = money_in(text)
    figure = _FIGURE.search(text, found.start()) if found else None
    return figure is not None and period_after(_AFTER_SIGN.sub("", plain(text[figure.end() :]))) is not None


@lru_cache(maxsize=20_000)
def _is_sign(text: str) -> bool:
    return not _IS_NO_SIGN(text) and _SIGN.fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def _stands_for_money(text: str) -> bool:
    """Whether a text may be a price all the same: a bare number, or words such as "on request"."""
    if _BARE.fullmatch(text) is not None:
        return True
    folded = fold(text)
    return not _SAYS_NO_WORD_FOR_PRICE(folded) and _NO_PRICE.search(folded) is not None


def has_money(text: str) -> bool:
    """Whether a text shows an amount of money."""
    return money_in(text) is not None


@lru_cache(maxsize=20_000)
def money_in(text: str) -> re.Match[str] | None:
    """The first amount of money in a text."""
    return None if _SHOWS_NO_MONEY(text) else MONEY.search(text)
