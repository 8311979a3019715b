"""What a sample shows of its country: decimal mark, order of day and month, currency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from config.errors import ParseError
from parsing.currency import local_currency
from parsing.price import parse_price
from parsing.street_words import STATES

_COMMA: Final = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d{4,},\d{1,2}")
_POINT: Final = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|\d{4,}\.\d{1,2}")
_DAY: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_CANADIAN: Final = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d", re.IGNORECASE)
_BRITISH: Final = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_AMERICAN: Final = re.compile(r"\d{5}(?:-\d{4})?")
_STATES: Final = frozenset(STATES.values())


def decimal_mark(texts: Iterable[str]) -> str | None:
    """The mark that some number proves and none contradicts."""
    comma = point = False
    for text in texts:
        comma = comma or _COMMA.search(text) is not None
        point = point or _POINT.search(text) is not None
    return None if comma == point else "," if comma else "."


def date_format(texts: Sequence[str]) -> str | None:
    """The format of numeric dates, where a day above twelve proves the order."""
    found = [_DAY.fullmatch(text) for text in texts]
    if not found or not all(found):
        return None
    parts = [(int(match[1]), int(match[3]), match[2], len(match[4])) for match in found if match]
    day_first, month_first = any(a > 12 for a, *_ in parts), any(b > 12 for _, b, *_ in parts)
    marks, years = {mark for _, _, mark, _ in parts}, {year for *_, year in parts}
    if day_first == month_first or len(marks) > 1 or len(years) > 1:
        return None
    mark, year = marks.pop(), "%Y" if years.pop() == 4 else "%y"
    return mark.join(("%d", "%m", year) if day_first else ("%m", "%d", year))


def country(postal_codes: Sequence[str], states: Sequence[str]) -> str | None:
    """The country whose postal codes these are; five digits alone could be many."""
    if _mostly(postal_codes, _CANADIAN):
        return "CA"
    if _mostly(postal_codes, _BRITISH):
        return "GB"
    american = bool(states) and sum(state in _STATES for state in states) >= 0.9 * len(states)
    return "US" if american and (not postal_codes or _mostly(postal_codes, _AMERICAN)) else None


def _mostly(texts: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return bool(texts) and sum(pattern.fullmatch(text) is not None for text in texts) >= 0.9 * len(texts)


def currency(prices: Sequence[str], place: str | None) -> str | None:
    """The money that nearly all prices name, else the country's."""
    named = Counter(_currency_of(price, place) for price in prices)
    code, count = named.most_common(1)[0] if named else (None, 0)
    return code if code is not None and count >= 0.9 * len(prices) else local_currency(None, place)


def _currency_of(price: str, place: str | None) -> str | None:
    try:
        return parse_price(price, country=place).currency
    except (ParseError, ArithmeticError):
        return None
