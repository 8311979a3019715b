"""What the values of a column say against the field that its name suggests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from config.errors import ParseError
from importers.mapping.header_names import names_a_rent
from importers.mapping.shapes import as_texts, fit, looks_like_picture
from parsing.area import header_words, unit_named
from parsing.number import parse_number
from parsing.price import parse_price
from parsing.vocabulary.blank import is_blank_anywhere

_FEWEST: Final = 5
"""With fewer values a column may repeat by chance."""

_LEAST_DISTINCT: Final = {
    "title": 0.5, "source_url": 0.8, "description": 0.3, "main_image_url": 0.3, "address": 0.1,
    "gps_coordinates": 0.1, "latitude": 0.1, "longitude": 0.1,
}  # fmt: skip
_LETTER: Final = re.compile(r"[^\W\d_]")
_WHOLE: Final = frozenset(("all", "total", "whole", "gesamt", "unit", "month"))
"""What a price is of, where it is not of an area."""
_WIDEST_PRICES: Final = 1000
_MULTIPLES: Final = 10_000
_SMALLEST_PRICES: Final = 1_000
_STATE_A_FACTOR: Final = "if they are in thousands or lakh, state a factor"
OF_PEOPLE: Final = re.compile(
    r"\b(?:agent|agency|agencia|seller|broker|office|organi[sz]ation|publisher|developer|contact|owner|"
    r"advertiser|customer|company|makler|anbieter|vendedor|inmobiliaria)\b"
)
_PEOPLES_FIELDS: Final = ("agent_name", "agent_phone", "agent_email", "agency_name", "message_url")
_NO_LISTING: Final = frozenset(("feature", "point", "listing", "property"))
_AGAINST: Final = 0.4

Objection = tuple[float, str]
"""What a confidence is multiplied by (0..1), and why."""


def objection(target: str, column: str, values: Sequence[Any]) -> Objection | None:
    """Why a column is less likely to be the field than its name says; None if nothing speaks against it."""
    if target not in _PEOPLES_FIELDS and OF_PEOPLE.search(header_words(column)):
        return _AGAINST, "of an agent or agency, not of the home"
    texts = as_texts(values)
    if target == "property_type" and (reason := _no_type(texts)):
        return 0.2, reason
    if target == "source_url" and texts and all(map(looks_like_picture, texts)):
        return 0.2, "links to pictures"
    if len(texts) < _FEWEST:
        return None
    if len(set(texts)) < _LEAST_DISTINCT.get(target, 0) * len(texts):
        return _AGAINST, "most rows share it"
    return _against_price(column, texts) if target == "price" else None


def misfit(target: str, share: float, values: Sequence[Any], why: str) -> str:
    """What speaks against a column's name where the field could hold few of its values."""
    amounts = sorted(amount for text in as_texts(values) if (amount := _amount(text)) is not None)
    if target == "price" and amounts and 0 < amounts[-1] < _MULTIPLES:
        low, high = amounts[0], amounts[-1]
        return (
            f"{why}, but amounts from {low:,g} to {high:,g}: if they are in thousands or lakh, state a factor"
        )
    return f"{why}, but {share:.0%} of the values fit"


def _no_type(texts: Sequence[str]) -> str | None:
    if texts and all(text.casefold() in _NO_LISTING for text in texts):
        return "the same word in every row, no kind of home"
    return "says sale or rent, not the kind of home" if fit("operation_type", texts) > 0.8 else None


def _against_price(column: str, texts: Sequence[str]) -> Objection | None:
    if len(set(texts)) == 1:
        return _AGAINST, "every row has the same amount"
    # the middle nine tenths: a price of 1 that stands for "ask" says nothing of the column
    amounts = sorted(amount for text in texts if (amount := _amount(text)) is not None and amount > 0)
    if amounts and amounts[-1 - len(amounts) // 20] < _SMALLEST_PRICES and not names_a_rent(column):
        return 0.4, f"amounts from {amounts[0]:,g} to {amounts[-1]:,g}: {_STATE_A_FACTOR}"
    if amounts and amounts[-1 - len(amounts) // 20] > _WIDEST_PRICES * amounts[len(amounts) // 20]:
        return 0.6, f"amounts from {amounts[0]:,.0f} to {amounts[-1]:,.0f}: not one kind of price"
    return None


def _amount(text: str) -> float | None:
    """The amount in a text, with its multiplier: "2.5 Cr" is 25 million."""
    try:
        amount = parse_price(text).amount if _LETTER.search(text) else parse_number(text)
    except (ParseError, ArithmeticError, ValueError):
        return None
    return None if amount is None else float(amount)


def priced_by_area(column: str, cells: Mapping[str, Sequence[Any]]) -> str | None:
    """The column beside one of prices that says of some that they are per m²; None where there is none."""
    parent = column.rpartition(".")[0]
    for other, values in cells.items():
        beside = parent and other.rpartition(".")[0] == parent
        if other == column or not (beside or "price" in header_words(other).split()):
            continue
        words = set(as_texts([value for value in values if not is_blank_anywhere(value)]))
        if words and words <= {word for word in words if _is_basis(word)} and any(map(_is_unit, words)):
            return other
    return None


def _is_basis(word: str) -> bool:
    return word.casefold() in _WHOLE or _is_unit(word)


def _is_unit(word: str) -> bool:
    return unit_named(word.casefold().removeprefix("per ").removeprefix("/")) is not None
