"""Prices: amount, currency, period, range, "from", unit price out of one text, or the stated lack of it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.currency import local_currency, spelled_out
from parsing.mentions import find_mentions
from parsing.number import parse_number, plain_figures
from parsing.phrase import phrase
from parsing.price.compose import LONGEST_NOTE, checked, compose
from parsing.price.likely import doubt_unlikely
from parsing.price.model import Offer, Price
from parsing.price.roles import current, money_of, refuse_other_kinds, refuse_other_words
from parsing.text import fold, one_line, plain
from parsing.vocabulary import money
from parsing.vocabulary.blank import is_blank

__all__ = ["Offer", "Price", "doubt_unlikely", "parse_price", "states_no_price"]

_MACHINE: Final = re.compile(r"[+-]?\d+(?:\.\d*)?e[+-]?\d+")
_NONE: Final = phrase(*money.ON_REQUEST, *money.ON_REQUEST_IN_CELL, end="")


def parse_price(
    value: object,
    *,
    currency: str | None = None,
    country: str | None = None,
    decimal_mark: str | None = None,
) -> Price:
    """Read a price; `currency` and `country` are the source's and decide what a bare "$" or number means.

    Raises ParseError where there is none, and DoubtError where two readings fit. Whether an amount is a
    likely one depends on what is on offer: `doubt_unlikely` checks that.
    """
    local = local_currency(currency, country)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return checked(parse_number(value), Price(None, local, note=str(value)))
    if not isinstance(value, str):
        raise ParseError(value, "not a price")
    line = one_line(value)
    if is_blank(line):
        raise ParseError(value, "blank")
    text = spelled_out(plain_figures(fold(line)), local)
    if _MACHINE.fullmatch(text):
        return checked(parse_number(text), Price(None, local, note=line))
    words = " ".join(value.split())
    mentions = find_mentions(text, currency=currency, country=country, decimal_mark=decimal_mark)
    kept = money_of(mentions, text)
    if not any(mention.marked for mention in kept) and states_no_price(line):
        kept = []
    if not kept:
        return _without_amount(words, local)
    if not any(mention.marked for mention in kept):
        refuse_other_kinds(value, text)
        refuse_other_words(value, text, kept)
    meant = current(kept, text)
    for mention in meant:
        if mention.doubt is not None:
            raise DoubtError(value, mention.doubt.why, mention.doubt.readings)
    price = compose(words, text, meant, local)
    others = [mention.period for mention in mentions if mention not in meant]
    if price.period in others and not any(mention.period for mention in meant):
        return replace(price, period=None)  # a fee's, or an instalment's
    return price


def states_no_price(text: str) -> bool:
    """Whether the text of a price cell states that there is no price: "on request", "call for price"."""
    return _NONE.search(plain(text)) is not None


def _without_amount(line: str, local: str | None) -> Price:
    if states_no_price(line):
        return Price(None, local, note=line[:LONGEST_NOTE])
    raise ParseError(line, "no price in it")
