"""Currencies by their marks: codes, signs and words, and what an ambiguous sign means to a source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from parsing.vocabulary.money import CODES, COUNTRIES, MARKS, SHARED, USUAL


def mark_pattern(marks: Iterable[str]) -> str:
    """Any of these marks in lower-cased text; longest first, so that "us$" is never read as "$".

    A word does not begin or end inside another word; `?` in a mark is meant.
    """
    ordered = sorted(marks, key=lambda mark: (-len(mark), mark))
    words = [_ended(mark) for mark in ordered if mark[0].isascii() and mark[0].isalpha()]
    signs = [_ended(mark) for mark in ordered if not (mark[0].isascii() and mark[0].isalpha())]
    grouped = [rf"(?<![^\W\d_])(?:{'|'.join(words)})"] if words else []
    return "|".join((*grouped, *signs))


def _ended(mark: str) -> str:
    escaped = re.escape(mark).replace(r"\?", "?")
    is_word = mark.rstrip("?.")[-1].isalpha() and mark.isascii()
    return escaped + (r"(?![^\W\d_])" if is_word else "")


ALL_MARKS: Final = frozenset(
    {*(mark for marks in MARKS.values() for mark in marks), *SHARED, *map(str.lower, CODES)}
)
MARK: Final = mark_pattern(ALL_MARKS)
"""Any currency mark, for lower-cased text."""

_CODE_OF: Final = [(re.compile(mark_pattern(marks)), code) for code, marks in MARKS.items()]


def local_currency(currency: str | None, country: str | None) -> str | None:
    """The currency of a source: the declared one, else its country's."""
    return currency or COUNTRIES.get(country or "")


def currency_of(mark: str, *, currency: str | None, country: str | None) -> str | None:
    """The ISO code that a mark stands for; a shared sign means the source's own money."""
    mark = mark.strip().lower()
    if mark.upper() in CODES:
        return mark.upper()
    if mark in SHARED:
        local = local_currency(currency, country)
        if local in SHARED[mark]:
            return local
        if mark == "$" and local is not None:
            return "USD"  # a dollar sign where the local money is not written with one
        return USUAL.get(mark)
    return next((code for pattern, code in _CODE_OF if pattern.fullmatch(mark)), None)


def parse_currency(text: str, *, currency: str | None = None, country: str | None = None) -> str | None:
    """The ISO code that a cell names: a code of three letters, a sign or a word; None for any other."""
    mark = text.strip()
    known = currency_of(mark, currency=currency, country=country)
    if known is None and len(mark) == 3 and mark.isascii() and mark.isalpha():
        return mark.upper()
    return known
