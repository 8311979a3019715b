"""The price cell, which fills eight columns: amount, currency, period, range, note, offers …"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

from config.errors import DoubtError, ParseError
from config.listing import BIT
from config.source import Source
from parsing.cells.numbers import decimal_mark
from parsing.currency import currency_of, local_currency
from parsing.price import Offer, Price, doubt_unlikely, parse_price
from parsing.price.likely import MOST, least_price
from parsing.staged import StagedRow
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

PRICE: Final = BIT["price"]
_AMOUNT_LIMIT: Final = Decimal(10**13)
_CENT: Final = Decimal("0.01")
_OFF: Final = 10
_PLAIN: Final = {
    mark: re.compile(
        rf"([$€£]?) ?(\d{{1,3}}(?:{re.escape(mark)}\d{{3}}){{1,3}}) ?([$€£]?)", re.ASCII
    ).fullmatch
    for mark in ",."
}
"""By the mark that groups thousands, most prices that are written as such."""
_LATEST_YEAR: Final = 2_100
_GROUPED_LEAST: Final = 1_000
_PERIOD: Final = BIT["price_period"]
_CURRENCY: Final = BIT["currency"]
_OPERATION: Final = BIT["operation_type"]
_PER_M2: Final = BIT["price_per_m2"]
_OFFERS: Final = BIT["offers"]
_NOTE: Final = BIT["price_note"]
_AREAS: Final = (BIT["total_area_m2"], BIT["lot_size_m2"], BIT["covered_area_m2"])
_STATED: Final = sum(
    1 << BIT[name] for name in ("price", "price_period", "price_max", "price_is_from", "price_note")
)
"""A readable price states these too: what it does not name, there is not."""
_UNREAD: Final = frozenset(("unparseable", "doubtful"))


class PriceCell:
    """Reads a row's price into its columns, after the row's own columns of the same names were read."""

    def __init__(self, source: Source, operation: str | None = None) -> None:
        """`operation` is what a row offers that does not say it."""
        self._currency, self._country = source.currency, source.country
        self._operation = operation
        self._decimal_mark = source.decimal_mark
        self._local = local_currency(source.currency, source.country)
        self._codes = {
            mark: currency_of(mark, currency=source.currency, country=source.country) for mark in "$€£"
        }
        self._grouping = "." if decimal_mark(source) == "," else ","
        self._plain = _PLAIN[self._grouping]

    def read(self, value: Any, row: StagedRow) -> None:
        """Fill the price columns that the row did not fill itself; raises ParseError."""
        if type(value) is str and (plain := self._plain(value)) is not None:
            number = Decimal(plain[2].replace(self._grouping, ""))
            if number >= _GROUPED_LEAST:
                mark = plain[1] or plain[3]
                self.read_number(value, number, row, as_text=True, currency=self._codes.get(mark))
                return
        price = self._parsed(value)
        for amount in (price.amount, price.maximum, price.per_m2):
            if amount is not None and not abs(amount) < _AMOUNT_LIMIT - _CENT / 2:
                raise ParseError(str(amount), f"not below {_AMOUNT_LIMIT}")
        if price.amount is None and price.per_m2 is not None:
            price = self._total(price, row)
        elif price.amount is not None:
            self._doubt(value, price, row)
        else:
            row.note("price", "stated_none", value, price.note or "")
        values = row.values
        values[PRICE] = _rounded(price.amount)
        _fill(values, "price_period", price.period)
        _fill(values, "price_max", _rounded(price.maximum))
        _fill(values, "price_is_from", price.is_from or None)
        _fill(values, "price_note", price.note)
        row.state(_STATED & ~_unread(row))
        for index, stated in (
            (_CURRENCY, price.currency),
            (_OPERATION, price.operation),
            (_PER_M2, price.per_m2),
        ):
            if values[index] is None and stated is not None:
                row.put(index, stated)
        if values[_OFFERS] is None and (price.offers or isinstance(value, str)):
            row.put(_OFFERS, _offers_text(price.offers) if price.offers else None)

    def _doubt(self, value: Any, price: Price, row: StagedRow) -> None:
        """Raise DoubtError for a price that is not a likely one, or far off the row's own unit price."""
        values = row.values
        operation = values[_OPERATION] or self._operation
        price = Price(
            _rounded(price.amount),
            values[_CURRENCY] or price.currency,
            price.period or values[_PERIOD],
            per_m2=price.per_m2,
            operation=price.operation,
            beside=price.beside,
        )
        doubt_unlikely(value, price, operation)
        unit_price = values[_PER_M2] or price.per_m2
        if unit_price and price.amount is not None:
            areas = [values[index] for index in _AREAS if values[index]]
            if areas and not any(_agree(price.amount, unit_price * area) for area in areas):
                expected = [_rounded(unit_price * area) for area in areas[:1]]
                raise DoubtError(value, "ten times off the price per m²", [price.amount, *expected])

    def read_number(
        self,
        given: Any,
        amount: Decimal,
        row: StagedRow,
        *,
        as_text: bool = False,
        currency: str | None = None,
    ) -> None:
        """The same for an amount of two decimals that came as a number, or as the text of one."""
        values, stated = row.values, currency or self._local
        currency = values[_CURRENCY] or stated
        if (
            not least_price("sale", currency) <= amount < MOST
            or values[_PER_M2] is not None
            or (as_text and amount < _LATEST_YEAR)
        ):
            self._doubt(given, Price(amount, stated), row)
        values[PRICE] = amount
        if values[_CURRENCY] is None and stated is not None:
            row.put(_CURRENCY, stated)
        if as_text and values[_OFFERS] is None:
            row.state(1 << _OFFERS)
        row.state(_STATED & ~_unread(row))

    def note_alone(self, row: StagedRow) -> None:
        """State that there is no price where the row has a note that explains it."""
        if row.values[_NOTE] is not None:
            row.state(_STATED & ~_unread(row))
            row.note("price", "stated_none", None, row.values[_NOTE])

    def _parsed(self, value: Any) -> Price:
        if isinstance(value, str):
            if is_blank(value):
                raise ParseError(value, "blank")
            value = repair(value)[0]  # its words become the note
        return parse_price(
            value, currency=self._currency, country=self._country, decimal_mark=self._decimal_mark
        )

    def _total(self, price: Price, row: StagedRow) -> Price:
        """A unit price times the area is the price; without an area there is only the note."""
        area = next((row.values[index] for index in _AREAS if row.values[index]), None)
        if area is None or price.per_m2 is None:
            row.note("price", "stated_none", price.note, "a price per m² and no area")
            return price
        row.note("price", "derived", price.note, "price per m² times the area")
        amount = price.per_m2 * area
        if amount >= _AMOUNT_LIMIT:
            raise ParseError(price.note or "", "more than 13 digits before the point")
        return Price(
            amount, price.currency, price.period, is_from=price.is_from, per_m2=price.per_m2,
            operation=price.operation,
        )  # fmt: skip


def _agree(amount: Decimal, expected: Decimal) -> bool:
    return expected < _OFF * amount and amount < _OFF * expected


def _unread(row: StagedRow) -> int:
    """The bits of the fields whose own cells were doubtful or could not be read: live keeps their values."""
    if not row.issues:
        return 0
    return sum({1 << BIT[issue["field"]] for issue in row.issues if issue["kind"] in _UNREAD})


def _fill(values: list[Any], name: str, stated: Any) -> None:
    if values[BIT[name]] is None:
        values[BIT[name]] = stated


def _rounded(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(_CENT, "ROUND_HALF_UP")


def _offers_text(offers: tuple[Offer, ...]) -> str:
    entries = [
        {
            "amount": int(offer.amount) if offer.amount == int(offer.amount) else float(offer.amount),
            "currency": offer.currency,
            "operation": offer.operation,
            "period": offer.period,
        }
        for offer in offers
    ]
    return json.dumps(entries, sort_keys=True, allow_nan=False, separators=(",", ":"))
