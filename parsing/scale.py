"""Multipliers of amounts: "k", "Mio.", "lakh", "億", and which factor a word stands for where it has two."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from config.errors import DoubtError
from parsing.text import fold
from parsing.vocabulary.money import (
    CHEAP,
    IMPLIED,
    MIL_IS_MILLION,
    MIL_IS_THOUSAND,
    RUPEES,
    SCALES,
    SCALES_OF,
)

_THOUSAND, _MILLION, _BILLION = Decimal(10**3), Decimal(10**6), Decimal(10**9)
_FIRST_UNSPACED: Final = "\u0e00"
"""From Thai on, scripts write a multiplier straight before the currency; in the others its word ends."""


def _ended(word: str) -> str:
    if word[0] >= _FIRST_UNSPACED:
        return word
    if word == "t":
        return r"t(?= ?(?:€|eur(?![^\W_])|chf))"
    return rf"{word}(?![^\W_]|²|\.n)"


def _both(words: tuple[str, ...] | dict[str, dict[str, Decimal]]) -> list[str]:
    """The words with their accents, as pages have them, and folded, as `parsing.price` reads."""
    return list(dict.fromkeys(form for word in words for form in (word, fold(word))))


_WORDS: Final = {word: factor for factor, words in SCALES.items() for word in _both(words)}
_ALL: Final = dict.fromkeys([*_WORDS, *_both(SCALES_OF)])
SCALE: Final = "|".join(map(_ended, sorted(_ALL, key=lambda word: (-len(word), word))))
"""Any multiplier, for lower-cased text."""
_FACTORS: Final = [(re.compile(word), factor) for word, factor in _WORDS.items()]
_LOCAL: Final = {fold(word): factors for word, factors in SCALES_OF.items()}
_IMPLIED: Final = {fold(word): code for word, code in IMPLIED.items()}
COMPOUNDS: Final[dict[Decimal, dict[int, Decimal]]] = {
    Decimal(10**8): {4: Decimal(10**4), 3: Decimal(10**4)},
    Decimal(10**9): {3: Decimal(10**6)},
}
"""By factor, what a number after it without a multiplier counts, by its digits: "3억 5000" is 3억 5000만,
"2 tỷ 850" 2 tỷ 850 triệu."""
_STRONG_LIMIT: Final = 500 * _MILLION
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,’' ]\d{3}){2,}")


@lru_cache(maxsize=1000)
def _usual_factor(word: str) -> Decimal | None:
    return next((factor for pattern, factor in _FACTORS if pattern.fullmatch(word)), None)


def factor_of(
    word: str,
    figure: Decimal,
    *,
    digits: str,
    currency: str | None,
    local: str | None,
    country: str | None,
) -> Decimal:
    """What a word after `figure` multiplies it by; raises DoubtError where it may be two factors."""
    text, money = f"{digits} {word}", currency or local
    factor = _of_money(word, text, figure, money) or _usual_factor(word)
    if word in ("mil", "mil."):
        factor = _of_mil(text, figure, currency, local, country)
    if factor is None:
        raise DoubtError(text, f"{word!r} is no multiplier of {money or 'unknown money'}", (figure,))
    if factor >= _MILLION and _GROUPED.fullmatch(digits):
        raise DoubtError(text, "a number with its millions has a multiplier too", (figure, figure * factor))
    amount = figure * factor
    if amount >= _STRONG_LIMIT and money not in CHEAP and factor in (_MILLION, _BILLION):
        smaller = figure * (factor / _THOUSAND)
        raise DoubtError(text, "more than homes cost", (smaller, amount))
    return factor


def _of_money(word: str, text: str, figure: Decimal, money: str | None) -> Decimal | None:
    """The factor of a word that means something else in some money."""
    if word == "m" and money == "IDR":
        if figure >= 100:
            raise DoubtError(
                text, "m is short for miliar and for million", (figure * _MILLION, figure * _BILLION)
            )
        return _BILLION
    if word == "l" and money not in RUPEES:
        raise DoubtError(text, "l is short for lakh in India and its neighbours alone", (figure,))
    local = _LOCAL.get(word)
    if local is None:
        return None
    found = local.get(money or "")
    if found is None and _usual_factor(word) is None:
        raise DoubtError(text, f"{word!r} is no multiplier of {money or 'unknown money'}", (figure,))
    return found


def _of_mil(
    text: str, figure: Decimal, currency: str | None, local: str | None, country: str | None
) -> Decimal:
    """ "mil" is a thousand in Spanish and Portuguese, and short for a million elsewhere."""
    for place in (country, currency, local):
        if place in MIL_IS_THOUSAND:
            return _THOUSAND
        if place in MIL_IS_MILLION:
            if figure >= 100:
                break
            return _MILLION
    else:
        if figure >= 100 and country is None:
            return _THOUSAND
    raise DoubtError(text, "mil is a thousand or a million", (figure * _THOUSAND, figure * _MILLION))


def implied_currency(word: str, local: str | None) -> str | None:
    """The currency that only one country's multiplier implies."""
    stem = word.rstrip(".")
    implied = _IMPLIED.get(stem) or (None if stem in _WORDS else _IMPLIED.get(stem.removesuffix("s")))
    return local if implied == "INR" and local in RUPEES else implied
