"""Prices of a listing: one box with an amount, or a list with one price per operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from parsing.operation import operation_of
from parsing.text import words
from parsing.vocabulary.blank import is_empty
from parsing.vocabulary.boxes import AMOUNT_KEYS, PRICE_BOXES
from parsing.vocabulary.field_names import FIELD_OF
from scrapers.extract.facts import Fact, Spot
from scrapers.extract.values import first, is_scalar, key_name, word

MAX_OFFERS: Final = 10
_MOST: Final = words("max to maxprice pricemax high")
_CODES: Final = ("code", "iso", "isocode", "currencycode", "id", "symbol", "name")
_PERIODS: Final = words("period frequency interval per unit")


def read_price_box(value: dict[str, Any], spot: Spot) -> Iterator[Fact]:
    """`{"amount": 450, "currency": "GBP", "period": "month"}`."""
    amount = first(value, AMOUNT_KEYS)
    if isinstance(amount, dict):
        amount = first(amount, AMOUNT_KEYS)
    if is_scalar(amount):
        yield spot.fact("price", amount, 1)
    if isinstance(box := first(value, ("currency",)), dict) and (code := first(box, _CODES)):
        yield spot.at("currency").fact("currency", code)
    for key, item in value.items():
        if is_scalar(item) and not is_empty(item) and (field := _price_field(key_name(key))):
            yield spot.at(key).fact(field, item, 2 if field == "price" else 0)


def _price_field(name: str) -> str | None:
    if name in _MOST:
        return "price_max"
    if name in _PERIODS:
        return "price_period"
    field = FIELD_OF.get(name, ("",))[0]
    return field if field in {"currency", "price", "price_per_m2"} else None


def read_offers(nodes: list[Any]) -> list[dict[str, Any]]:
    """Prices per operation: `[{operationType: {name}, prices: [{amount, currency}]}]` and the like."""
    found = []
    for node in nodes[:MAX_OFFERS]:
        offer = _offer(node) if isinstance(node, dict) else None
        if offer is None:
            return []
        if is_scalar(offer["amount"]) and not is_empty(offer["amount"]):  # some list a rent that is not given
            found.append(offer)
    return found


def _offer(node: dict[str, Any]) -> dict[str, Any] | None:
    named = {FIELD_OF.get(key_name(key), ("",))[0]: value for key, value in reversed(node.items())}
    operation = word(named.get("operation_type", named.get("property_type")))
    money: Any = next((value for key, value in node.items() if key_name(key) in PRICE_BOXES), node)
    money = money[0] if isinstance(money, list) and money else money
    if not isinstance(money, dict):
        money = {**node, "amount": money}
    amount = first(money, ("amount", "price", "value", "raw", "formattedAmount"))
    if (
        not isinstance(operation, str)
        or operation_of(operation) is None
        or not (is_scalar(amount) or _names_amount(money))
    ):
        return None
    return {
        "operation": operation,
        "amount": amount,
        "currency": first(money, ("currency", "currencyCode")),
        "period": first(money, ("period", "frequency")),
    }


def _names_amount(money: dict[str, Any]) -> bool:
    """Whether a box has a place for an amount, be it empty."""
    return any(key_name(key) in ("amount", "price", "value") for key in money)


def offer_facts(offers: list[dict[str, Any]], spot: Spot) -> Iterator[Fact]:
    """The sale's price stands for the listing, or the first's; several are kept as they are too."""
    chosen = min(offers, key=lambda offer: operation_of(str(offer["operation"])) != "sale")
    yield spot.fact("price", chosen["amount"])
    yield spot.fact("operation_type", chosen["operation"])
    if chosen["currency"]:
        yield spot.fact("currency", chosen["currency"])
    if chosen["period"]:
        yield spot.fact("price_period", chosen["period"])
    if len(offers) > 1:
        yield spot.fact("offers", offers)
