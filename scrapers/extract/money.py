"""The asking price in visible text: the amount made most of, never a fee, a rate or an old price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from config.errors import DoubtError, ParseError
from parsing.operation import operation_of
from parsing.phrase import phrase
from parsing.price import parse_price
from parsing.staged import Issue, excerpt
from parsing.text import digits, fold
from parsing.vocabulary.money import OLD_UNLESS_ALONE
from scrapers.extract.amounts import BARE, has_money, joined_text, length_beyond, stands_for_money
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.meaning import (
    PER_UNIT,
    in_price_box,
    is_another_amount,
    is_code,
    label_of,
    meaning_of,
    operation_by,
    part_in,
)

_LAST: Final = 100.0
_LISTED: Final = phrase(*OLD_UNLESS_ALONE)
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
        text = joined_text(found, i)
        if not (has_money(text) or stands_for_money(text)):
            continue
        if (amount := _amount(found, i, text)) is not None:
            amounts.append(amount)
    return _without_parts(amounts) or _unit_prices(found)


def _unit_prices(found: Content) -> list[Amount]:
    """The one price per square metre that the page shows in the place of a price, as land's pages do."""
    texts = {
        chunk.text: at
        for at, chunk in enumerate(found.chunks)
        if not chunk.hint and len(chunk.text) <= 40 and has_money(chunk.text) and PER_UNIT.search(chunk.text)
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


def _amount(found: Content, at: int, text: str) -> Amount | None:
    """The amount of a chunk with its worth as the price; None where it is something else."""
    before = found.chunks[at - 1].text if at else ""
    title = before if len(before) < 60 and not has_money(before) else ""
    if is_another_amount(text, title):
        return None
    element = found.chunks[at].element
    named = in_price_box(element)
    label, is_certain = label_of(found, at, text)
    meaning = meaning_of(label, is_certain=is_certain) if label else None
    if named is None or meaning == "another" or (meaning != "price" and not named and is_code(text, label)):
        return None
    no_price = not has_money(text)
    is_bare = no_price and BARE.fullmatch(text) is not None
    if is_bare and not named and meaning != "price":
        return None
    if no_price and not is_bare and not named and len(text) > 40:
        return None
    heading = 2.0 if element.tag in {"h1", "h2", "strong", "b", "h3"} else 0.0
    operation = operation_by(label, text) or (None if label else operation_of(f"{title} {text}"))
    listed = _LISTED.search(fold(text)) or _LISTED.search(fold(title))
    score = (
        named * 2
        + heading
        + (1.5 if operation == "sale" else 0.0)  # of a sale and a rent, the sale's price
        + (_LABELLED if meaning == "price" else _UNKNOWN if label and is_certain else 0.0)
        + (_BARE_AMOUNT if is_bare else -2.0 if no_price else 0.0)
        - (_LAST if listed else 0.0)
        - at / 2000
        - length_beyond(text) / 60
    )
    is_known = bool(named or meaning == "price" or heading)
    return Amount(text, score, operation, bool(label) and is_certain, is_known, at, part_in(label))
