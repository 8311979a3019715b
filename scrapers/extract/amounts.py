"""Amounts of money in texts, also where a page writes sign, number and period apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from config.sieve import finds_none, fits_none
from parsing.currency import ALL_MARKS, mark_pattern
from parsing.mentions import SCALE
from parsing.period import period_after
from parsing.phrase import phrase
from parsing.text import fold, plain
from parsing.vocabulary.money import ON_REQUEST, ON_REQUEST_IN_CELL, PRICE, UNCLEAR_MARKS
from scrapers.extract.chunks import Content

_AMOUNT: Final = r"(?:\d[\d.,’'\s]{0,20}\d|\d)"
_LARGE: Final = rf"(?:\d{{1,3}}(?:[.,’'\s]\d{{3}})+|\d{{3,}}|\d[\d.,]{{0,20}}\s?(?:{SCALE}))"
_CLEAR: Final = mark_pattern(ALL_MARKS - UNCLEAR_MARKS)
_UNCLEAR: Final = mark_pattern(UNCLEAR_MARKS)
MONEY: Final = re.compile(
    rf"(?<!\w)(?:(?:{_CLEAR})\s?\d|(?:{_UNCLEAR})\s?{_LARGE})"
    rf"|(?<![\w.,])(?:{_AMOUNT}(?:\s?(?:{SCALE}))?\s?(?:{_CLEAR})|{_LARGE}\s?(?:{_UNCLEAR}))(?!\w)"
    rf"|(?<![\d.,]){_AMOUNT}\s?(?:{SCALE})?円",
    re.IGNORECASE,
)
_SHOWS_NO_MONEY: Final = finds_none(MONEY)
_SIGN: Final = re.compile(mark_pattern(ALL_MARKS), re.IGNORECASE)
_IS_NO_SIGN: Final = fits_none(_SIGN)
BARE: Final = re.compile(
    r"\d{1,3}(?:[.,’' \u00a0\u202f]\d{3})+(?:[.,](?:\d\d|-+))?|\d{4,9}"
    rf"|\d[\d.,]{{0,12}}\s?(?:{SCALE})",
    re.IGNORECASE,
)
"""A price without a sign of money, where only a price can be."""
_NO_PRICE: Final = re.compile(
    rf"{phrase(*ON_REQUEST, end='').pattern}"
    rf"|(?<!\w)(?:{'|'.join(PRICE)})(?:\s*[:–—-]\s*|\s)(?:{'|'.join(ON_REQUEST_IN_CELL)})"
)
_SAYS_NO_WORD_FOR_PRICE: Final = finds_none(_NO_PRICE)
_AFTER_SIGN: Final = re.compile(
    rf"^(?:{SCALE})?\s?(?:{mark_pattern(ALL_MARKS)})?,?\s*(?:[-–—]+)?", re.IGNORECASE
)
_FIGURE: Final = re.compile(r"\D{0,5}\d[\d.,’'\s]*\d|\d")


def joined_text(found: Content, at: int) -> str:
    """A chunk with the rest of its parent's text when that is short: "$" and "1,200" may stand apart."""
    chunk = found.chunks[at]
    if has_money(chunk.text) or len(chunk.text) > 4:
        start, end = found.span(chunk.element)
        whole = chunk.text
        if end - start <= 4 and (start, end) != (at, at + 1):
            joined = " ".join(
                c.text
                for i, c in enumerate(found.chunks[start:end], start)
                if not c.hint and (i == at or not has_money(c.text))
            )
            whole = joined if len(joined) <= 60 else whole
        if not has_money(whole) and _is_sign(before := _next_to(found, at, -1)):
            whole = f"{before} {whole}" if has_money(f"{before} {whole}") else whole
        return _with_period(found, at, whole)
    start, end = found.span(chunk.element)
    around = [c.text for c in found.chunks[start:end] if not c.hint]
    if 1 < len(around) <= 4 and has_money(whole := " ".join(around)):
        return whole
    following = found.chunks[at + 1].text if at + 1 < len(found.chunks) else ""
    is_sign = following[:1].isdigit() and not chunk.text[-1:].isdigit() and _is_sign(chunk.text)
    return f"{chunk.text}{following}" if is_sign else chunk.text


def _with_period(found: Content, at: int, text: str) -> str:
    """An amount with the time it is due for where that is the next text: "£1,450", "pcm"."""
    if not has_money(text):
        return text
    following = _next_to(found, at, 1)
    if not 0 < len(following) <= 20 or text.endswith(following) or any(map(str.isdigit, following)):
        return text
    if has_period(text) or not has_period(f"{text} {following}"):
        return text
    around = found.chunks[at].element.parent
    start, end = found.span(around) if around is not None else (0, 0)
    return f"{text} {following}" if any(c.text == following for c in found.chunks[start:end]) else text


def _next_to(found: Content, at: int, step: int) -> str:
    """The text before or after a chunk; a hint is none."""
    beside = at + step
    while 0 <= beside < len(found.chunks) and found.chunks[beside].hint:
        beside += step
    return found.chunks[beside].text if 0 <= beside < len(found.chunks) else ""


def length_beyond(text: str) -> int:
    """How many characters of a text are no part of its first amount."""
    found = money_in(text)
    figures = _FIGURE.search(text, found.start()) if found else None
    return len(text) - len(figures[0]) if figures else len(text)


def has_period(text: str) -> bool:
    """Whether the amount of a text is due every night, week, month or year."""
    found = money_in(text)
    figure = _FIGURE.search(text, found.start()) if found else None
    return figure is not None and period_after(_AFTER_SIGN.sub("", plain(text[figure.end() :]))) is not None


@lru_cache(maxsize=20_000)
def _is_sign(text: str) -> bool:
    return not _IS_NO_SIGN(text) and _SIGN.fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def stands_for_money(text: str) -> bool:
    """Whether a text may be a price all the same: a bare number, or words such as "on request"."""
    if BARE.fullmatch(text) is not None:
        return True
    folded = fold(text)
    return not _SAYS_NO_WORD_FOR_PRICE(folded) and _NO_PRICE.search(folded) is not None


def has_money(text: str) -> bool:
    """Whether a text shows an amount of money."""
    return money_in(text) is not None


@lru_cache(maxsize=20_000)
def money_in(text: str) -> re.Match[str] | None:
    """The first amount of money in a text."""
    return None if _SHOWS_NO_MONEY(text) else MONEY.search(text)
