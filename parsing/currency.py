"""Currencies by their marks: codes, signs and words, and what an ambiguous sign means to a source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from parsing.text import fold
from parsing.vocabulary.money import (
    CODES,
    COUNTRIES,
    ISO_4217,
    LOCAL_SIGNS,
    LOCAL_WORDS,
    MARKS,
    SHARED,
    USUAL,
)


def mark_pattern(marks: Iterable[str]) -> str:
    """Any of these marks in lower-cased or folded text; longest first, so that "us$" is never read as "$".

    A word does not begin or end inside another word; `?` in a mark is meant.
    """
    both = {form for mark in marks for form in (mark, fold(mark))}
    ordered = sorted(both, key=lambda mark: (-len(mark), mark))
    words = [_ended(mark) for mark in ordered if _is_letter(mark[0])]
    signs = [_ended(mark) for mark in ordered if not _is_letter(mark[0])]
    grouped = [rf"(?<![^\W\d_])(?:{'|'.join(words)})"] if words else []
    return "|".join((*grouped, *signs))


def _is_letter(char: str) -> bool:
    """Whether words of its script end with a blank: in those from Thai on they do not."""
    return char.isalpha() and char < "\u0e00"


def _ended(mark: str) -> str:
    escaped = re.escape(mark).replace(r"\?", "?")
    is_word = _is_letter(mark.rstrip("?.")[-1])
    return escaped + (r"(?![^\W\d_])" if is_word else "")


ALL_MARKS: Final = frozenset(
    {*(mark for marks in MARKS.values() for mark in marks), *SHARED, *map(str.lower, CODES)}
)
MARK: Final = mark_pattern(ALL_MARKS)
"""Any currency mark, for lower-cased text."""

_CODE_OF: Final = [(re.compile(mark_pattern(marks)), code) for code, marks in MARKS.items()]


_LOCAL_WORDS: Final = {
    code: re.compile(rf"(?<=\d) ?({'|'.join(words)})(?![^\W_])") for code, words in LOCAL_WORDS.items()
}
_BALBOAS: Final = re.compile(r"(?<!\w)b/\.? ?(?=\d)")
_LOCAL_SIGNS: Final = {
    code: re.compile(
        rf"(?<![^\W_])(?:{sign})\.? ?(?=\d[\d.,' ]*(?:\d{{3}}|\d ?(?:[kmb]|mil|million)(?![^\W_])))"
    )
    for code, sign in LOCAL_SIGNS.items()
}


def spelled_out(text: str, local: str | None) -> str:
    """A folded text with what only the local money's country writes in full: "q 1,250" is "gtq 1,250"."""
    if "b/" in text:
        text = _BALBOAS.sub("pab ", text)
    if local is None:
        return text
    if (word := _LOCAL_WORDS.get(local)) is not None:
        return word.sub(lambda found: f" {LOCAL_WORDS[local][found[1]]}", text)
    sign = _LOCAL_SIGNS.get(local)
    return text if sign is None else sign.sub(f"{local.lower()} ", text)


@lru_cache(maxsize=1000)
def _only_code(mark: str) -> str | None:
    return next((code for pattern, code in _CODE_OF if pattern.fullmatch(mark)), None)


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
    return _only_code(mark)


def parse_currency(text: str, *, currency: str | None = None, country: str | None = None) -> str | None:
    """The ISO code that a cell names: a code of ISO 4217, a sign or a word; None for any other."""
    mark = text.strip()
    known = currency_of(mark, currency=currency, country=country)
    if known is None and mark.lower() not in SHARED and mark.upper() in ISO_4217:
        return mark.upper()
    return known
