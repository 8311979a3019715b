"""One price out of the amounts that are meant."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.area import per_square_metre
from parsing.mentions import COUNTED, Mention
from parsing.operation import operation_in
from parsing.period import period_in
from parsing.phrase import phrase
from parsing.price.model import Offer, Price
from parsing.price.ranges import ends, linked
from parsing.price.roles import per_unknown, word_beside
from parsing.text import fold
from parsing.vocabulary import money

LONGEST_NOTE: Final = 200
BELOW_ZERO: Final = "a price below zero"
NO_AMOUNTS: Final = (0, 1)
_FROM: Final = phrase(*map(fold, money.FROM))
_ONWARDS: Final = re.compile(rf"\s*(?:{'|'.join(map(fold, money.ONWARDS))})[\s*)]*")
_QUALIFIER: Final = phrase(*map(fold, money.QUALIFIERS))
_SAME_OFFER: Final = 5
"""Times that an amount without a period may be one that has one, if both are of one offer."""
_ALIKE: Final = 10
"""Times that the first of two amounts is larger if the second is no more than an extra of it."""
_WORD: Final = re.compile(r"[^\W\d_]")
_COUNTED: Final = re.compile(r"\d[\d.,]* ?[^\W\d_]*|(?:month|week)s?(?:'s?)? (?:free|deposit|notice)")
"""Numbers with what they count, and free months: "125 years" are no period."""


def checked(number: Decimal, none: Price) -> Price:
    """0 and 1 are what forms put where no price is; nothing is sold for less than nothing."""
    if number < 0:
        raise ParseError(none.note or "", BELOW_ZERO)
    return none if number in NO_AMOUNTS else replace(none, amount=number, note=None)


def compose(line: str, text: str, mentions: list[Mention], local: str | None) -> Price:
    """The price of a text, `line` as written and `text` folded."""
    whole = [mention for mention in mentions if mention.unit is None]
    units = [mention for mention in mentions if mention.unit is not None]
    per_m2 = per_square_metre(units[0].amount, units[0].unit or "m2") if units else None
    if not whole:
        return Price(
            None,
            units[0].currency or local,
            units[0].period,
            is_from=_FROM.search(units[0].before) is not None,
            note=line[:LONGEST_NOTE],
            per_m2=per_m2,
        )
    _name_operations(whole)
    if len(whole) == 2 and linked(*whole) and _agree(whole[0].operation, whole[1].operation):
        price = _ranged(line, text, whole, local)
    else:
        price = _first_of(line, text, whole, local)
    return price if per_m2 is None else replace(price, per_m2=per_m2)


def _agree(first: str | None, second: str | None) -> bool:
    """Whether two amounts are of one offer: a label before a range is the label of both ends."""
    return first == second or first is None or second is None


def _name_operations(mentions: list[Mention]) -> None:
    """Labels stand before their amounts or after them, the same way throughout a text."""
    labels_lead = operation_in(mentions[0].before) is not None
    for mention in mentions:
        mention.operation = operation_in(mention.before if labels_lead else mention.after)


def _ranged(line: str, text: str, mentions: list[Mention], local: str | None) -> Price:
    low, high = mentions
    if low.period is not None and high.period is None and high.amount > _SAME_OFFER * low.amount:
        raise DoubtError(line, "a rent and a price", [low.amount, high.amount])
    first, last = ends(line, low, high)
    return replace(
        _priced(line, text, low, local),
        amount=first,
        maximum=last if last != first else None,
        currency=low.currency or high.currency or local,
        period=high.period or low.period,
        is_from=False,
        beside=word_beside(high, text)[0],
    )


def _first_of(line: str, text: str, mentions: list[Mention], local: str | None) -> Price:
    ordered = mentions
    if len(mentions) > 1:
        ordered = sorted(mentions, key=lambda mention: mention.operation == "rent")
    price = _priced(line, text, ordered[0], local)
    if len(mentions) > 1 and _are_two_prices(text, *mentions[:2]):
        raise DoubtError(line, "two prices", [mention.amount for mention in mentions])
    if len(mentions) > 1 and _is_rent_beside_price(ordered):
        raise DoubtError(line, "a rent and a price", [mention.amount for mention in ordered])
    if len(ordered) > 1:
        offers = tuple(Offer(m.amount, m.currency or local, m.operation, m.period) for m in ordered)
        return replace(price, offers=tuple(dict.fromkeys(offers)))
    period = price.period or period_in(_COUNTED.sub(" ", f"{mentions[0].before} {mentions[0].after}"))
    return price if period == price.period else replace(price, period=period)


def _are_two_prices(text: str, first: Mention, second: Mention) -> bool:
    return (
        _is_either(first, second)
        or _are_seasons(first, second)
        or _are_of_two_homes(text, first, second)
        or _are_alike(first, second)
    )


def _is_rent_beside_price(ordered: list[Mention]) -> bool:
    """Whether the first amount is due again and again, and a much larger one is not: "$4,200 pa $680,000"."""
    first, *others = ordered
    return (
        first.period is not None
        and first.operation is None
        and any(other.period is None and other.amount > _SAME_OFFER * first.amount for other in others)
    )


def _is_either(first: Mention, second: Mention) -> bool:
    """Whether nothing says what two amounts are to each other: "$520,000 $499,000"."""
    return (
        _WORD.search(second.gap) is None
        and (first.currency, first.operation, first.period)
        == (second.currency, second.operation, second.period)
        and first.amount != second.amount
    )


def _are_alike(first: Mention, second: Mention) -> bool:
    """Whether both amounts may be the price, whatever stands between: "land $310,000 house $289,000"."""
    return (
        (first.currency, first.period) == (second.currency, second.period)
        and _agree(first.operation, second.operation)
        and first.amount != second.amount
        and first.amount <= _ALIKE * second.amount
    )


def _are_seasons(first: Mention, second: Mention) -> bool:
    """Whether two different amounts are due as often: "500 €/week in July, 650 €/week in August"."""
    return (
        first.period is not None
        and (first.currency, first.operation, first.period)
        == (second.currency, second.operation, second.period)
        and first.amount != second.amount
    )


def _are_of_two_homes(text: str, first: Mention, second: Mention) -> bool:
    """Whether a count of rooms stands between two amounts: "Studio $1,450, 1BR $1,800"."""
    between = text[first.end : second.start]
    counted = any(COUNTED.match(between, found.end()) for found in re.finditer(r"\d+", between))
    return counted and (first.currency, first.operation, first.period) == (
        second.currency,
        second.operation,
        second.period,
    )


def _priced(line: str, text: str, mention: Mention, local: str | None) -> Price:
    qualifier = _QUALIFIER.search(text)
    beside, attached = word_beside(mention, text)
    if (counted := per_unknown(mention)) is not None:
        raise DoubtError(line, f"a price per {counted}", [mention.amount])
    if attached:
        raise DoubtError(line, f"{beside!r} after the amount is not known", (f"{mention.amount:f}",))
    amount, currency = mention.amount, mention.currency or local
    if amount < 0:
        raise ParseError(line[:LONGEST_NOTE], BELOW_ZERO)
    if amount in NO_AMOUNTS:
        return Price(None, currency, mention.period, note=line[:LONGEST_NOTE], operation=mention.operation)
    return Price(
        amount,
        currency,
        mention.period,
        is_from=_FROM.search(mention.before) is not None or _ONWARDS.fullmatch(mention.after) is not None,
        note=_as_written(line, qualifier[0]) if qualifier else None,
        operation=mention.operation,
        beside=beside,
    )


def _as_written(line: str, words: str) -> str:
    start = line.casefold().find(words)
    return words if start < 0 else line[start : start + len(words)]
