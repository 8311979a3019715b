"""Prices: amount, currency, period, range, "from", unit price out of one text, or the stated lack of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.area import per_square_metre
from parsing.currency import local_currency
from parsing.mentions import Mention, find_mentions
from parsing.number import parse_number
from parsing.operation import operation_in
from parsing.period import period_after, period_in
from parsing.phrase import phrase
from parsing.text import one_line, plain
from parsing.vocabulary import money
from parsing.vocabulary.blank import is_blank


@dataclass(frozen=True, slots=True)
class Offer:
    """One amount a text asks for, and for what."""

    amount: Decimal
    currency: str | None = None
    operation: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A parsed price; without `amount`, the text states that there is no price, or only a unit price."""

    amount: Decimal | None
    currency: str | None = None
    period: str | None = None
    maximum: Decimal | None = None
    is_from: bool = False
    note: str | None = None
    per_m2: Decimal | None = None
    operation: str | None = None
    offers: tuple[Offer, ...] = ()


_MACHINE: Final = re.compile(r"[+-]?\d+(?:\.\d*)?e[+-]?\d+")
_LINK: Final = re.compile(
    r"\s*(?:[-–—~〜]|\b(?:a|to|bis|hasta|up to|and|y|e|até|through|à|et|till|tot)\b)\s*"
)
_OLD: Final = phrase(*money.OLD, *money.OLD_BEFORE_AMOUNT, *money.OLD_UNLESS_ALONE)
_NEW: Final = phrase(*money.NEW)
_CUT: Final = phrase(*money.CUT)
_FEE: Final = phrase(*money.FEES, *money.FEES_BEFORE_AMOUNT, *money.FEES_IN_CELL, end=r"(?!\w)[^\d]*$")
_FROM: Final = re.compile(
    r"(?<!\w)(?:desde|from|a partir d[eo]|a partire da|ab|des|starting (?:at|from)|starts? (?:at|from)|"
    r"vanaf|od|fra|från|"
    r"minimum|minimo|min\.?|mas de|over|offers over|offers above|offers from|offers in excess of|"
    r"excess of|oieo|oo)(?!\w)"
)
_ONWARDS: Final = re.compile(r"\s*(?:\+|onwards?|en adelante|and up|y mas)[\s*)]*")
_QUALIFIER: Final = re.compile(
    r"(?<!\w)(?:offers? (?:over|above|from|around|invited|in excess of|in (?:the )?regions? of)|"
    r"guide(?: price)?|oieo|oiro|"
    r"o\.?n\.?o\.?|asking(?: price)?|fixed price|negotiable|negociable|a tratar|vhb|vb|"
    r"verhandlungsbasis|auction(?: guide)?|"
    r"buyers? guide|neg\.?|k\.k\.|v\.o\.n\.|starting bid|shared ownership|part buy|estimated?|"
    r"precio de remate)(?!\w)"
)
_NONE: Final = phrase(*money.ON_REQUEST, *money.ON_REQUEST_IN_CELL, end="")
_KNOWN_WORDS: Final = re.compile(
    r"(?<!\w)(?:price|precio|preis|prix|prezzo|preco|total|de|of|the|el|la|only|solo|just|approx|aprox|"
    r"ca|circa|about|"
    r"iva|vat|mas|plus|incl|inc|excl|neto|net|gross|each|list|asking|up|to|sale|rent|venta|renta|per|"
    r"por|al|a|"
    r"vb|approximately|pricing|valor|costo|kaufpreis|kaltmiete|warmmiete|miete|bajo|reduced|now|ahora|"
    r"antes)(?!\w)"
)
_DIGIT: Final = re.compile(r"\d")
_LONGEST_NOTE: Final = 200
_FARTHEST: Final = 100
"""Times that the end of a price range may be its start."""


def parse_price(
    value: object,
    *,
    currency: str | None = None,
    country: str | None = None,
    decimal_mark: str | None = None,
) -> Price:
    """Read a price; `currency` and `country` are the source's and decide what a bare "$" or number means."""
    local = local_currency(currency, country)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _checked(parse_number(value), Price(None, local, note=str(value)))
    if not isinstance(value, str):
        raise ParseError(value, "not a price")
    line = one_line(value)
    if is_blank(line):
        raise ParseError(value, "blank")
    text = line.casefold()
    if _MACHINE.fullmatch(text):
        return _checked(parse_number(text), Price(None, local, note=line))
    words = " ".join(value.split())
    mentions = find_mentions(text, currency=currency, country=country, decimal_mark=decimal_mark)
    kept = [mention for mention in mentions if _is_money(mention)]
    if any(mention.marked for mention in kept):
        kept = [m for i, m in enumerate(kept) if m.marked or _in_range(kept, i)]
    elif states_no_price(line):
        kept = []
    if not kept:
        return _without_amount(words, local)
    if not any(mention.marked for mention in kept):
        _refuse_other_words(value, text, kept)
    return _compose(words, _current(kept, text), local)


def states_no_price(text: str) -> bool:
    """Whether the text of a price cell states that there is no price: "on request", "call for price"."""
    return _NONE.search(plain(text)) is not None


def _checked(number: Decimal, none: Price) -> Price:
    """0 and 1 are what forms put where no price is; nothing is sold for less than nothing."""
    if number < 0:
        raise ParseError(none.note or "", "a price below zero")
    return none if number in (0, 1) else replace(none, amount=number, note=None)


def _is_money(mention: Mention) -> bool:
    return not (
        mention.after.startswith("%")
        or mention.unit == "an area, not money"
        or _FEE.search(mention.before) is not None
    )


def _linked(first: Mention, second: Mention) -> bool:
    return first.end <= second.start and _LINK.fullmatch(second.gap) is not None


def _in_range(kept: list[Mention], index: int) -> bool:
    return (index > 0 and kept[index - 1].marked and _linked(kept[index - 1], kept[index])) or (
        index + 1 < len(kept) and kept[index + 1].marked and _linked(kept[index], kept[index + 1])
    )


def _without_amount(line: str, local: str | None) -> Price:
    if states_no_price(line):
        return Price(None, local, note=line[:_LONGEST_NOTE])
    raise ParseError(line, "no price in it")


def _refuse_other_words(value: str, text: str, kept: list[Mention]) -> None:
    """Raise ParseError for a bare number among unknown words: it may be rooms, an id, a phone."""
    rest = text
    for mention in reversed(kept):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    rest = plain(rest)
    for pattern in (_FROM, _QUALIFIER, _OLD, _NEW, _KNOWN_WORDS):
        rest = pattern.sub(" ", rest)
    words = [word for word in re.findall(r"[^\W\d_][\w.]*", rest) if not _is_expected(word)]
    if words:
        raise ParseError(value, f"{words[0]!r} beside the number")


def _is_expected(word: str) -> bool:
    return bool(period_after(word) or operation_in(word) or _LINK.fullmatch(word))


def _current(kept: list[Mention], text: str) -> list[Mention]:
    """The current prices, without old ones beside them."""
    if len(kept) == 2 and _CUT.search(plain(text)) and _linked(*kept):
        return kept[1:]
    current = [mention for mention in kept if not _is_old(mention)]
    return current or kept[-1:]


def _is_old(mention: Mention) -> bool:
    old = [found.start() for found in _OLD.finditer(mention.before)]
    new = [found.start() for found in _NEW.finditer(mention.before)]
    return bool(old) and (not new or old[-1] > new[-1])


def _compose(line: str, mentions: list[Mention], local: str | None) -> Price:
    whole = [mention for mention in mentions if mention.unit is None]
    units = [mention for mention in mentions if mention.unit is not None]
    per_m2 = per_square_metre(units[0].amount, units[0].unit or "m2") if units else None
    if not whole:
        return Price(
            None,
            units[0].currency or local,
            units[0].period,
            is_from=_FROM.search(units[0].before) is not None,
            note=line[:_LONGEST_NOTE],
            per_m2=per_m2,
        )
    _name_operations(whole)
    if len(whole) == 2 and _linked(*whole) and whole[0].operation == whole[1].operation:
        return _ranged(line, whole[0], whole[1], local, per_m2)
    return _first_of(line, whole, local, per_m2)


def _name_operations(mentions: list[Mention]) -> None:
    """Labels stand before their amounts or after them, the same way throughout a text."""
    labels_lead = operation_in(mentions[0].before) is not None
    for mention in mentions:
        mention.operation = operation_in(mention.before if labels_lead else mention.after)


def _ranged(line: str, low: Mention, high: Mention, local: str | None, per_m2: Decimal | None) -> Price:
    if high.scaled and not low.scaled and low.amount < 1000 <= high.amount:
        low.amount = low.amount * (high.amount / _unscaled(high.amount))
    first, last = sorted((low.amount, high.amount))
    if first * _FARTHEST < last:
        raise DoubtError(line, "the ends of the range are more than 100 × apart", (f"{first} … {last}",))
    return replace(
        _priced(line, low, local),
        amount=first,
        maximum=last if last != first else None,
        currency=low.currency or high.currency or local,
        period=high.period or low.period,
        is_from=False,
        per_m2=per_m2,
    )


def _unscaled(amount: Decimal) -> Decimal:
    """The figure as written before its multiplier: "1.5" of 1.5 million."""
    for factor in sorted(money.SCALES, reverse=True):
        if amount >= factor:
            return amount / factor
    return amount


def _first_of(line: str, mentions: list[Mention], local: str | None, per_m2: Decimal | None) -> Price:
    ordered = sorted(mentions, key=lambda mention: mention.operation == "rent")
    price = replace(_priced(line, ordered[0], local), per_m2=per_m2)
    if len(ordered) > 1:
        offers = tuple(Offer(m.amount, m.currency or local, m.operation, m.period) for m in ordered)
        return replace(price, offers=tuple(dict.fromkeys(offers)))
    return replace(price, period=price.period or period_in(plain(_DIGIT.sub(" ", line))))


def _priced(line: str, mention: Mention, local: str | None) -> Price:
    words = plain(line)
    qualifier = _QUALIFIER.search(words)
    price = Price(
        None,
        mention.currency or local,
        mention.period,
        is_from=_FROM.search(mention.before) is not None or _ONWARDS.fullmatch(mention.after) is not None,
        note=_as_written(line, qualifier[0]) if qualifier else None,
        operation=mention.operation,
    )
    if mention.amount != 0 and (mention.scaled or mention.amount != 1):
        return replace(_checked(mention.amount, price), note=price.note)
    return replace(price, is_from=False, note=line[:_LONGEST_NOTE])


def _as_written(line: str, words: str) -> str:
    start = line.casefold().find(words)
    return words if start < 0 else line[start : start + len(words)]
