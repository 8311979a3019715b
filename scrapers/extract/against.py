"""What a page says against a value, or in the place of one: kept with the row, so that a person can judge."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from config.errors import DoubtError, ParseError
from parsing.area import parse_area
from parsing.staged import Issue, excerpt
from parsing.vocabulary.field_names import COUNT_FIELDS, QUANTITY_FIELDS
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.sameness import sameness

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_MOST_APART: Final = {"price": Decimal("1.01"), "area": Decimal("1.05")}
_UNLIKELY_APART: Final = 2
"""Areas of a home differ by what they count; the one of another unit is at least this many times as large."""


def missing(field: str, text: object, why: str) -> Issue:
    """The issue of a field whose place on the page holds nothing, or nothing that can be its value."""
    return {"field": field, "kind": "missing", "text": excerpt(text), "why": why}


def overruled(field: str, text: object, where: str) -> Issue:
    """The issue of a field that has a value, against which another place of the page speaks."""
    return {
        "field": field,
        "kind": "overruled",
        "text": excerpt(text),
        "why": f'{where} says "{excerpt(text)}"',
    }


def disagreement(field: str, chosen: Fact, stated: list[Fact]) -> Issue | None:
    """What speaks against the chosen fact of a number.

    It is doubtful where one place of the page's data stands against another and what the page shows is not
    the chosen one; else the other is overruled.
    """
    others = [] if chosen.trust is Trust.RECIPE else [fact for fact in stated if _speaks(field, chosen, fact)]
    if not others:
        return None
    other = max(others, key=lambda fact: fact.trust)
    agreeing = {
        _place(fact) for fact in stated if sameness(field, fact.value) == sameness(field, chosen.value)
    }
    is_settled = len(agreeing) > 1 or other.trust < Trust.META
    if is_settled or (field in QUANTITY_FIELDS and _apart(field, chosen, other) < _UNLIKELY_APART):
        return overruled(field, other.value, other.where)
    return {
        "field": field,
        "kind": "doubtful",
        "text": excerpt(chosen.value),
        "why": f"{chosen.where} and {other.where} disagree",
        "readings": [str(excerpt(fact.value)) for fact in (chosen, other)],
    }


def _speaks(field: str, chosen: Fact, fact: Fact) -> bool:
    """Whether a fact of another place of the page is trusted enough, and another number."""
    if _place(fact) == _place(chosen):  # one place states several where it has several offers or parts
        return False
    if fact.trust < (Trust.TEXT if field == "price" else Trust.META):
        return False
    if field == "price":
        return _apart(field, chosen, fact) > _MOST_APART["price"]
    if field in QUANTITY_FIELDS:
        return _apart(field, chosen, fact) > _MOST_APART["area"]
    if field == "bathrooms":  # some count half ones in, some do not
        one, other = _count(chosen.value), _count(fact.value)
        return one is not None and other is not None and abs(one - other) >= 1
    return field in COUNT_FIELDS and sameness(field, chosen.value) != sameness(field, fact.value)


def _place(fact: Fact) -> str:
    return fact.where.split(" ")[0]


def _apart(field: str, one: Fact, other: Fact) -> Decimal:
    """How many times one number is the other; 1 where one of them is none."""
    numbers = [_amount(field, fact.value) for fact in (one, other)]
    low, high = sorted(number or Decimal(0) for number in numbers)
    return high / low if low else Decimal(1)


def _amount(field: str, value: Any) -> Decimal | None:
    if field == "price":
        digits = sameness(field, value)
        return Decimal(digits) if digits.isdigit() else None
    return square_metres(value)


def square_metres(value: Any) -> Decimal | None:
    """The size of an area's raw value; None where it cannot be read."""
    try:
        return parse_area(value if isinstance(value, str) else str(value)).m2
    except (DoubtError, ParseError, ValueError):
        return None


def _count(value: Any) -> Decimal | None:
    found = _NUMBER.search(str(value))
    return Decimal(found[0]) if found else None
