"""The amounts in a price text, each with its currency, its period and the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from parsing.currency import MARK, currency_of, local_currency
from parsing.number import NUMBER, read_digits
from parsing.period import period_after, period_in
from parsing.text import plain
from parsing.vocabulary.money import IMPLIED, RUPEES, SCALES
from parsing.vocabulary.units import UNIT_WORD, unit_of

SCALE: Final = "|".join(
    # A latin multiplier ends where its word ends; an east Asian one is followed by the currency.
    f"(?:{'|'.join(words)})" + (r"(?![^\W_]|²|\.n)" if words[0].isascii() else "")
    for words in SCALES.values()
)
"""Any multiplier, for lower-cased text."""
_SCALE_OF: Final = [(re.compile("|".join(words)), factor) for factor, words in SCALES.items()]
_MONEY: Final = re.compile(
    rf"(?:(?P<pre>{MARK}) ?|(?<![a-zà-ÿ\d.,]))(?P<sign>[-−])?(?P<number>{NUMBER})"
    rf"(?:(?P<big>億|亿|억)(?P<number2>{NUMBER})(?P<small>万|萬|만))?"
    rf"(?: ?(?P<scale>{SCALE}))?(?:[.,] ?[-–—]+)?(?: ?(?P<post>{MARK}))?"
)
_PER_UNIT: Final = re.compile(
    rf"\s*(?:(?:/|por|per|pro|el|al|a|the|x|je|le|par|cada) ?|(?P<bare>))(?P<unit>{UNIT_WORD})(?![^\W_])"
)


@dataclass(slots=True)
class Mention:
    """A number in the text that may be money, with what stands around it."""

    amount: Decimal
    currency: str | None
    marked: bool  # carries a currency or a multiplier, which counts of rooms or floors never do
    scaled: bool
    gap: str  # raw text since the mention before it
    before: str
    after: str
    start: int
    end: int
    unit: str | None = None
    operation: str | None = None
    period: str | None = None


def find_mentions(
    text: str, *, currency: str | None, country: str | None, decimal_mark: str | None
) -> list[Mention]:
    """The amounts of a text in lower case, in order; `currency` and `country` settle a bare "$"."""
    mentions = [_read(found, currency, country, decimal_mark, text) for found in _MONEY.finditer(text)]
    _describe(mentions, text)
    return mentions


def _read(
    found: re.Match[str], currency: str | None, country: str | None, decimal_mark: str | None, text: str
) -> Mention:
    scale_word = found["scale"]
    explicit = (
        decimal_mark if scale_word is None else (decimal_mark or ("." if "." in found["number"] else None))
    )
    amount = read_digits(found["number"], decimal_mark=explicit, money=scale_word is None)
    marks = [mark for mark in (found["pre"], found["post"]) if mark]
    if found["big"]:
        amount = amount * 10**8 + read_digits(found["number2"], decimal_mark=None) * 10**4
    elif scale_word:
        amount *= next(factor for pattern, factor in _SCALE_OF if pattern.fullmatch(scale_word))
    elif marks == ["£", "mn"] or (len(marks) == 2 and marks[1] == "mn" and marks[0] not in ("$", "mx$")):
        amount, marks = amount * 1_000_000, marks[:1]  # "£1.2mn" is millions, "$1,200 MN" Mexico's money
    codes = [currency_of(mark, currency=currency, country=country) for mark in marks]
    # "$4,500,000 MXN", "$250,000 USD": the clearer of two marks wins over the bare sign.
    clear = [code for mark, code in zip(marks, codes, strict=True) if mark not in ("$", "¥", "kr")]
    code = (clear or codes or [None])[-1] or _implied(scale_word, local_currency(currency, country))
    start = found.start() if found["pre"] else found.start("number")
    return Mention(
        -amount if _is_negative(found, start, text) else amount,
        code,
        marked=bool(marks or scale_word or found["big"]),
        scaled=bool(scale_word or found["big"]),
        gap="",
        before="",
        after="",
        start=start,
        end=found.end(),
    )


def _is_negative(found: re.Match[str], start: int, text: str) -> bool:
    return bool(found["pre"] and found["sign"]) or text[:start].strip() in ("-", "−")


def _implied(scale_word: str | None, local: str | None) -> str | None:
    implied = IMPLIED.get((scale_word or "").rstrip("s."))
    return local if implied == "INR" and local in RUPEES else implied


def _describe(mentions: list[Mention], text: str) -> None:
    """Give each mention the words around it, its unit and its period."""
    edges = [0, *(mention.end for mention in mentions)]
    starts = [*(mention.start for mention in mentions[1:]), len(text)]
    for mention, left, right in zip(mentions, edges, starts, strict=False):
        mention.gap = text[left : mention.start]
        mention.before, mention.after = plain(mention.gap), plain(text[mention.end : right])
        unit = _PER_UNIT.match(text, mention.end)
        if unit and (mention.marked or unit["bare"] is None):
            mention.unit = unit_of(unit["unit"])
        elif unit:
            mention.unit = "an area, not money"
        mention.period = period_after(mention.after) or (
            period_in(mention.after) if mention.unit is not None else None
        )
