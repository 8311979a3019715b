"""The multiple that a column of prices states in its name: "Price (Lakh)", "Preis in T€", "price_000s"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from parsing.area import header_words
from parsing.text import fold
from parsing.vocabulary.money import SCALES

_MARKS: Final = "€$£₹"
_THOUSANDS: Final = re.compile(
    rf"[{_MARKS}]?['’]?000(?:'?s)?|t ?€|teur|k ?[{_MARKS}]|[{_MARKS}] ?k|k(?:eur|usd|gbp)"
)
_IN_WORDS: Final = {
    Decimal(1_000): ("thousands", "miles", "milliers", "migliaia", "milhares", "tausender"),
    Decimal(1_000_000): ("mils?",),
}
"""Plural names of multiples, which no amount has after it."""
_CLEAR: Final = 4
"""Letters from which a word is a multiple wherever it stands in a name; shorter ones are in brackets."""
_IN_BRACKETS: Final = 2
"""The same in brackets with other words, where one letter may be anything."""
_SHORT: Final = frozenset(("mn", "mln", "mio", "mrd", "mld", "tsd", "tys", "lac", "тыс", "млн"))
_NOT_ALONE: Final = frozenset(("mil", "mils", "mila", "mille", "mill", "l", "b", "bin", "mii"))
"""Words that are a thousand here, a million or something else there: no proof."""
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")
_FILLING: Final = re.compile(rf"\b(?:in|en|inr|rs|usd|eur|gbp|of|de)\b\.?|[{_MARKS}.,]")


@lru_cache(maxsize=1000)
def factor_in_header(header: str) -> tuple[Decimal, str] | None:
    """The multiple and the words that state it; None where the name states none, or not surely."""
    for inside in _BRACKETS.findall(header):
        text = fold(inside).casefold().strip()
        words = _FILLING.sub(" ", text).split()
        least = 1 if len(words) == 1 else _IN_BRACKETS
        for factor in (_of_sign(text), *(_factor(word, least=least) for word in words)):
            if factor is not None:
                return factor, text
    for word in _words(header):
        factor = _of_sign(word) or _factor(word, least=0 if word in _SHORT else _CLEAR)
        if factor is not None:
            return factor, word
    return None


def without_factor(header: str) -> str:
    """The name without what states its multiple."""
    found = factor_in_header(header)
    if found is None:
        return header
    return " ".join(word for word in _words(header) if word != found[1] and word != "in")


def _words(header: str) -> list[str]:
    return fold(header_words(_BRACKETS.sub(" ", header))).split()


def _of_sign(word: str) -> Decimal | None:
    return Decimal(1_000) if _THOUSANDS.fullmatch(word.strip()) else None


def _factor(word: str, *, least: int) -> Decimal | None:
    if len(word) < least or word in _NOT_ALONE:
        return None
    return next((factor for factor, pattern in _patterns() if pattern.fullmatch(word)), None)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[Decimal, re.Pattern[str]]]:
    return [
        (factor, re.compile("|".join((*map(fold, words), *_IN_WORDS.get(factor, ())))))
        for factor, words in SCALES.items()
    ]
