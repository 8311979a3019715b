"""What the values of a column say against the field that its name suggests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from config.errors import ParseError
from importers.mapping.shapes import as_texts, fit, looks_like_picture
from parsing.area import header_words
from parsing.number import parse_number

_FEWEST: Final = 5
"""With fewer values a column may repeat by chance."""

_LEAST_DISTINCT: Final = {
    "title": 0.5, "source_url": 0.8, "description": 0.3, "main_image_url": 0.3, "address": 0.1,
    "gps_coordinates": 0.1, "latitude": 0.1, "longitude": 0.1,
}  # fmt: skip
_WIDEST_PRICES: Final = 1000
_OF_PEOPLE: Final = re.compile(
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
    if target not in _PEOPLES_FIELDS and _OF_PEOPLE.search(header_words(column)):
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
    return _against_price(texts) if target == "price" else None


def _no_type(texts: Sequence[str]) -> str | None:
    if texts and all(text.casefold() in _NO_LISTING for text in texts):
        return "the same word in every row, no kind of home"
    return "says sale or rent, not the kind of home" if fit("operation_type", texts) > 0.8 else None


def _against_price(texts: Sequence[str]) -> Objection | None:
    if len(set(texts)) == 1:
        return _AGAINST, "every row has the same amount"
    # the middle nine tenths: a price of 1 that stands for "ask" says nothing of the column
    amounts = sorted(amount for text in texts if (amount := _amount(text)) is not None and amount > 0)
    if amounts and amounts[-1 - len(amounts) // 20] > _WIDEST_PRICES * amounts[len(amounts) // 20]:
        return 0.6, f"amounts from {amounts[0]:,.0f} to {amounts[-1]:,.0f}: not one kind of price"
    return None


def _amount(text: str) -> float | None:
    try:
        return float(parse_number(text))
    except (ParseError, ArithmeticError, ValueError):
        return None
