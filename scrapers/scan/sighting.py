"""One sighting: what a card of an index page says of its listing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.errors import ParseError
from config.source import Source
from parsing.price import parse_price
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

_LIMIT: Final = Decimal(10**13)
_DIGIT: Final = re.compile(r"\d", re.ASCII)
_ONE_GROUPED: Final = re.compile(r"\D*[1-9]\d{0,2}(?:[.,' ]\d{3}){1,3}\D*", re.ASCII)
"""A text whose only number is grouped by thousands."""
_MOST_FORMS: Final = 1_000


@dataclass(slots=True)
class CardText:
    """A card as the page has it: its link, its title and the words of its price."""

    url: str
    title: str | None
    price: str | None


@dataclass(slots=True)
class Sighting:
    """A listing that an index page showed, its position counted over all pages."""

    position: int
    page: int
    url: str
    title: str | None
    price: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class PageRead:
    """An index page that a scan has read; `fresh` cards are of listings that no earlier page had shown."""

    page: int
    url: str
    cards: int
    fresh: int


class PriceReader:
    """Reads the price of a card, in the currency that its list or its source states.

    The cards of a list write their prices alike. Where one was read as just the digits of its only number,
    others that differ from it in digits alone are read so too.
    """

    def __init__(self, source: Source, currency: str | None) -> None:
        self._currency = currency or source.currency
        self._country = source.country
        self._mark = source.decimal_mark
        self._forms: dict[str, str | None] = {}
        """How a price is written, its digits hidden → its currency."""

    def read(self, text: str | None) -> tuple[Decimal | None, str | None]:
        """The amount and its currency; none where the card states none or its words cannot be read."""
        if text is None or is_blank(text):
            return None, None
        form = _DIGIT.sub("0", text)
        if form in self._forms and _ONE_GROUPED.fullmatch(text):
            return _digits_of(text), self._forms[form]
        try:
            price = parse_price(
                repair(text)[0], currency=self._currency, country=self._country, decimal_mark=self._mark
            )
        except ParseError:
            return None, None
        if price.amount is None or not abs(price.amount) < _LIMIT:
            return None, None
        currency = price.currency or self._currency
        if (
            len(self._forms) < _MOST_FORMS
            and _ONE_GROUPED.fullmatch(text)
            and price.amount == _digits_of(text)
        ):
            self._forms[form] = currency
        return price.amount, currency


def _digits_of(text: str) -> Decimal:
    return Decimal("".join(_DIGIT.findall(text)))
