"""The amounts in a price text, each with its currency, its factor, its period and the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.errors import DoubtError
from parsing.currency import MARK, currency_of, local_currency
from parsing.number import NUMBER, decimal_mark_of, read_digits
from parsing.period import period_after, period_in, without_period
from parsing.phrase import either
from parsing.scale import COMPOUNDS, SCALE, factor_of, implied_currency
from parsing.text import fold
from parsing.vocabulary import amounts, money
from parsing.vocabulary.money import CHEAP, MILS, RUPEES
from parsing.vocabulary.units import PRICE_OF, PRICED_BEFORE, PRICED_WORD, UNIT_WORD, any_of, unit_of

__all__ = ["COUNTED", "SCALE", "Mention", "find_mentions"]


_AMOUNT_FOLLOWS: Final = (
    r"(?<=[^\W\d_]) ?(?:\d{1,3}(?: \d{3})+|"
    rf"\d[\d.,]*(?:\d{{3}}| ?(?:{either(amounts.SCALES_THAT_FOLLOW)})))(?![^\W_])"
)
"""After a word for money: it belongs to the amount that follows, "Plot 45 Rs 35 lakh"."""
_MONEY: Final = re.compile(
    rf"(?:(?P<pre>{MARK}):? ?|(?<![a-zà-ÿͰ-ԯ\d.,]))(?P<sign>[-−])?(?P<number>{NUMBER})"
    rf"(?: ?(?P<scale>{SCALE}))?(?P<plural>['’]?s(?![^\W_]))?(?:[.,] ?[-–—]+)?"
    rf"(?:(?! (?:us|mx|nt|hk|r|a|c|s|nz)?[$£₹₩₦₱฿₪] ?\d) ?(?P<post>{MARK})(?!\d|{_AMOUNT_FOLLOWS}))?"
)
_PER_UNIT: Final = re.compile(
    rf"(?:\s*|\s*[(\[](?=/|{either(amounts.PER)}))"
    rf"(?:(?:/|{either(amounts.PER)}) ?(?P<any>{UNIT_WORD})|(?P<psf>psf|p\.s\.f\.?)"
    rf"|(?:(?:{either(amounts.EACH_OF)}) ?|(?P<bare>))(?P<unit>{PRICED_WORD}))(?![^\W_])"
)
_UNIT_BEFORE: Final = re.compile(
    rf"(?:(?:/|\b(?:{either(amounts.BEFORE_UNIT)})|за|\bza|\b{PRICE_OF}) ?(?P<unit>{PRICED_WORD})"
    rf"|{'|'.join(f'(?P<{unit}>{any_of({unit: words})})' for unit, words in PRICED_BEFORE.items())})"
    r"[\s:=(-]*$"
)
_MARK_END: Final = re.compile(rf"(?:^|\W)(?P<mark>{MARK})\s*$")
_PER_PERSON: Final = re.compile(
    rf"\W*(?:and |y |et |und )?(?:{either(amounts.PERSON_SHORT)}|"
    rf"(?:(?:{either(amounts.PERSON_LEAD)}) ?|/)(?:{either(amounts.PERSON)})(?!\w))"
)
COUNTED: Final = re.compile(rf"[\s'’-]?(?:{'|'.join(map(fold, money.COUNTED))}|{PRICED_WORD})(?![^\W_])")
_EACH: Final = re.compile(rf"\W*(?:{either(amounts.EACH)})(?!\w)")
_RETIRED: Final = re.compile(
    rf" ?(?:(?:{either(amounts.OF)}) |d')?(?P<word>{'|'.join(money.RETIRED)})(?![^\W_])"
)
_THREE_AFTER_BOTH: Final = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{3}|\d{1,3}(?:,\d{3})+\.\d{3}")
"""Marks that contradict each other where money has two decimals: "$1.050,000"."""
_HUNDREDTHS: Final = re.compile(rf" ?(?:de )?(?:{either(amounts.HUNDREDTHS)})(?![^\W_])")
_MONTH: Final = re.compile(r"mt\.?")
_VAGUE: Final = frozenset(money.SHARED)


@dataclass(slots=True)
class Mention:
    """A number in the text that may be money, with what stands around it."""

    figure: Decimal  # as written
    factor: Decimal | None  # what its multiplier stands for
    currency: str | None
    marked: bool  # carries a currency or a multiplier, which counts of rooms or floors never do
    digits: str
    is_negative: bool
    start: int
    end: int
    gap: str = ""  # text since the mention before it
    before: str = ""  # the same, without what belongs to the mention before it
    after: str = ""
    unit: str | None = None
    operation: str | None = None
    period: str | None = None
    doubt: DoubtError | None = None  # raised only where the mention turns out to be the price

    @property
    def amount(self) -> Decimal:
        """The figure times its factor."""
        amount = self.figure if self.factor is None else self.figure * self.factor
        return -amount if self.is_negative else amount


def find_mentions(
    text: str, *, currency: str | None, country: str | None, decimal_mark: str | None
) -> list[Mention]:
    """The amounts of a folded text, in order; `currency` and `country` settle a bare "$"."""
    reader = _Reader(text, currency, country, decimal_mark)
    mentions = _joined([reader.read(found) for found in _MONEY.finditer(text)], text)
    _describe(mentions, text)
    return mentions


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    currency: str | None
    country: str | None
    decimal_mark: str | None

    def read(self, found: re.Match[str]) -> Mention:
        scale, digits = found["scale"], found["number"]
        marks = [mark for mark in (found["pre"], found["post"]) if mark]
        start = found.start() if found["pre"] else found.start("number")
        if start and found["pre"] in _VAGUE and (named := _MARK_END.search(self.text[:start])) is not None:
            marks.insert(0, named["mark"])  # "USD $250,000"
        if scale is None and len(marks) > 1 and marks[-1] == "mn" and marks[0] not in ("$", "mx$"):
            scale, marks = "mn", marks[:-1]  # "£1.2mn" is millions, "$1,200 MN" Mexico's money
        elif scale == "mn" and (not marks or marks[0] in ("$", "mx$")):
            scale = None
            marks.append("mn")
        code = self._code(marks)
        if marks == ["ft"] and scale is None and code is None:
            marks = []  # feet, unless forints are the local money
        local = local_currency(self.currency, self.country)
        mention = Mention(
            Decimal(0), None, code, bool(marks or scale), digits, _is_negative(found, start, self.text),
            start, found.end(),
        )  # fmt: skip
        try:
            if scale is None:
                mention.figure = self._figure(digits, code)
            else:
                mention.figure = read_digits(digits, decimal_mark=_mark_of_scaled(digits, self.country))
                mention.factor = factor_of(
                    scale, mention.figure, digits=digits, currency=code, local=local, country=self.country
                )
                mention.figure = self._thousands_of(mention, digits, code or local)
        except DoubtError as doubt:
            mention.doubt = doubt
        if (beside := self._doubt(found, mention, marks)) is not None:
            mention.doubt = beside
        if scale is not None and all(mark in _VAGUE for mark in marks):
            mention.currency = implied_currency(scale, local) or code  # "$2.5 MDD" is dollars
        return mention

    def _doubt(self, found: re.Match[str], mention: Mention, marks: list[str]) -> DoubtError | None:
        """What the words and marks around an amount make doubtful about it."""
        end, amount = found.end(), mention.amount
        local = local_currency(self.currency, self.country)
        retired = None if found["post"] else _RETIRED.match(self.text, end)
        if _HUNDREDTHS.match(self.text, end):
            return DoubtError(found[0], "hundredths of the money", [amount / 100])
        if (found["plural"] and len(found["number"]) > 1) or self.text.startswith("台", end):
            return DoubtError(found[0], "a plural names a span of prices", [mention.figure * 1000])
        if retired is not None and not (retired["word"][:2] == "fr" and {self.country, local} & money.FRANCS):
            return DoubtError(found[0], "money that is no longer paid", [amount])
        if mention.currency is None and marks and local is not None:
            return DoubtError(found[0], f"which money {marks[-1]!r} stands for is not said", [amount])
        if _is_per_person(self.text, end):
            return DoubtError(found[0], "a price per person", [amount])
        return None

    def _code(self, marks: list[str]) -> str | None:
        """ "$4,500,000 MXN", "$250,000 USD": the clearer of two marks wins over the bare sign."""
        codes = [currency_of(mark, currency=self.currency, country=self.country) for mark in marks]
        clear = [code for mark, code in zip(marks, codes, strict=True) if mark not in ("$", "¥", "kr")]
        return (clear or codes or [None])[-1]

    def _thousands_of(self, mention: Mention, digits: str, money: str | None) -> Decimal:
        """The figure before a multiplier: in money of little worth "1.250 millones" are 1,250 of them."""
        figure, worth = mention.figure, CHEAP.get(money or "", 1)
        if worth == 1 or mention.factor != _MILLION or not _GROUPED_BY_POINT.fullmatch(digits):
            return figure
        if decimal_mark_of(self.country) != ",":
            return figure
        if worth >= _LITTLE_WORTH:
            return figure * 1000
        raise DoubtError(
            digits, "the point groups thousands or is decimal", [mention.amount, mention.amount * 1000]
        )

    def _figure(self, digits: str, code: str | None) -> Decimal:
        """An amount without a multiplier: one mark before three digits groups them, as nobody writes tenths
        of a cent. It is a doubt in money that has mils, and where the number is bare, or of rupees, and the
        mark is the country's decimal one: then it may be lakhs, or what a program wrote."""
        if self.decimal_mark is not None:
            return read_digits(digits, decimal_mark=self.decimal_mark, money=True)
        grouped = read_digits(digits, decimal_mark=None, money=True)
        if code not in MILS and _THREE_AFTER_BOTH.fullmatch(digits):
            whole = Decimal(digits.replace(",", "").replace(".", ""))
            raise DoubtError(digits, "its marks contradict each other", (whole, grouped))
        if code is not None and code not in RUPEES and _LAKHS.fullmatch(digits):
            raise DoubtError(digits, "its thousands are not grouped in threes", [grouped])
        mark = None if self.country in _MIXED else decimal_mark_of(self.country)
        if code in MILS:
            mark = "."
        elif code is not None and code not in RUPEES and _WELL_GROUPED.fullmatch(digits):
            return grouped
        if mark is not None and mark in digits:
            other = read_digits(digits, decimal_mark=mark, money=True)
            if other != grouped:
                raise DoubtError(digits, f"{mark!r} is the decimal mark there", (grouped, other))
        return grouped


_LAKHS: Final = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_GROUPED_BY_POINT: Final = re.compile(r"\d{1,3}\.\d{3}")
_MILLION: Final = Decimal(10**6)
_LITTLE_WORTH: Final = 500
_WELL_GROUPED: Final = re.compile(r"\d{1,3}[.,]\d{3}")
_MIXED: Final = frozenset(("ZA", "EC", "CR", "BO", "PY", "MA", "DZ", "TN", "LB", "AO", "MZ", "LU", "LI"))
"""Countries that write amounts both ways, whatever their officials do."""


def _mark_of_scaled(digits: str, country: str | None) -> str | None:
    """Before a multiplier a mark is decimal: "1.250 Mio.", unless a comma is not one in the country."""
    if "." in digits:
        return "."
    return decimal_mark_of(country)


def _joined(mentions: list[Mention], text: str) -> list[Mention]:
    """The mentions with those of one amount made one: "1 crore 20 lakh", "3億 5000万", "2 tỷ 500 triệu"."""
    found: list[Mention] = []
    for mention in mentions:
        last = found[-1] if found else None
        if (
            last is None
            or last.factor is None
            or last.doubt is not None
            or text[last.end : mention.start].strip() not in ("", "and", "y", "e")
        ):
            found.append(mention)
            continue
        factor = mention.factor or COMPOUNDS.get(last.factor, {}).get(len(mention.digits.replace(",", "")))
        if factor is None or factor >= last.factor or mention.figure * factor >= last.factor:
            if factor is None and not mention.marked and not COUNTED.match(text, mention.end):
                last.doubt = DoubtError(text, "a number after the multiplier", [last.amount])
            found.append(mention)
            continue
        last.figure += mention.figure * factor / last.factor
        last.currency = mention.currency if mention.currency is not None else last.currency
        last.end, last.doubt = mention.end, mention.doubt
    return found


def _is_per_person(text: str, end: int) -> bool:
    """Whether a price is asked of each person or room, be it before or after its period."""
    if _PER_PERSON.match(text, end):
        return True
    rest = text[end : end + _LONGEST_PERIOD]
    after = without_period(rest)
    return after != rest and (_PER_PERSON.match(after) or _EACH.match(after)) is not None


_LONGEST_PERIOD: Final = 60
"""Characters after an amount in which its period, and who pays it, are looked for."""


def _may_name_unit(after: str) -> bool:
    return after[:1].isalpha() or after[:1] in ("/", "(", "[")


def _is_negative(found: re.Match[str], start: int, text: str) -> bool:
    return bool(found["pre"] and found["sign"]) or text[:start].strip() in ("-", "−")


def _describe(mentions: list[Mention], text: str) -> None:
    """Give each mention the words around it, its unit and its period."""
    edges = [0, *(mention.end for mention in mentions)]
    starts = [*(mention.start for mention in mentions[1:]), len(text)]
    taken = 0  # of the gap, by the mention before it
    for mention, (left, right) in zip(mentions, zip(edges, starts, strict=False), strict=False):
        mention.gap = text[left : mention.start]
        mention.before = mention.gap[taken:].strip()
        mention.after = text[mention.end : right].strip()
        taken = 0
        unit = _PER_UNIT.match(text, mention.end) if _may_name_unit(mention.after) else None
        word = (unit["any"] or unit["unit"] or "sqft") if unit else ""
        if unit and mention.currency == "CHF" and _MONTH.fullmatch(word):
            unit = None  # "CHF 2'450.- / Mt."
            mention.period = "month"
        if unit and (mention.marked or unit["bare"] is None):
            mention.unit, taken = unit_of(word), unit.end() - mention.end
        elif unit:
            mention.unit = "an area, not money"
        elif mention.marked and (named := _UNIT_BEFORE.search(mention.before)) is not None:
            mention.unit = unit_of(named["unit"]) if named["unit"] else named.lastgroup
        mention.period = mention.period or (
            period_after(mention.after) or (period_in(mention.after) if mention.unit is not None else None)
        )
