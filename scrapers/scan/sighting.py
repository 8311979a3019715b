"""One sighting: what a card of an index page says of its listing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from config.errors import ParseError
from config.source import Source
from parsing.price import parse_price
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

_LIMIT = Decimal(10**13)


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


class PriceReader:
    """Reads the price of a card, in the currency that its list or its source states."""

    def __init__(self, source: Source, currency: str | None) -> None:
        self._currency = currency or source.currency
        self._country = source.country
        self._mark = source.decimal_mark

    def read(self, text: str | None) -> tuple[Decimal | None, str | None]:
        """The amount and its currency; none where the card states none or its words cannot be read."""
        if text is None or is_blank(text):
            return None, None
        try:
            price = parse_price(
                repair(text)[0], currency=self._currency, country=self._country, decimal_mark=self._mark
            )
        except ParseError:
            return None, None
        if price.amount is None or not abs(price.amount) < _LIMIT:
            return None, None
        return price.amount, price.currency or self._currency
