"""Prices: amount, currency, period, range, "from", unit price out of one text, or the stated lack of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from config.errors import ParseError
from parsing.area import per_square_metre
from parsing.currency import MARK, currency_of, local_currency
from parsing.number import NUMBER, parse_number, read_digits
from parsing.operation import operation_in
from parsing.period import period_after, period_in
from parsing.text import one_line, plain
from parsing.vocabulary.blank import is_blank
from parsing.vocabulary.units import UNIT_WORD, unit_of


@dataclass(frozen=True, slots=True)
class Offer:
    """One amount a text asks for, and for what."""

    amount: Decimal
    currency: str | None = None
    operation: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a price text says; no `amount` means it states that there is none, or only a unit price."""

    amount: Decimal | None
    currency: str | None = None
    period: str | None = None
    maximum: Decimal | None = None
    is_from: bool = False
    note: str | None = None
    per_m2: Decimal | None = None
    operation: str | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(slots=True)
class _Mention:
    """A number in the text that may be money, with what stands around it."""

    amount: Decimal
    currency: str | None
    marked: bool  # carries a currency or a multiplier: nobody writes rooms or floors so
    scaled: bool
    gap: str  # raw text since the mention before it
    before: str
    after: str
    start: int
    end: int
    unit: str | None = None
    operation: str | None = None
    period: str | None = None


_SCALES: Final = {
    Decimal(1_000): r"k|mil|thousand|tausend|tsd\.?|thsd",
    Decimal(1_000_000): (
        r"m|mm|mill?\.?|millon|millones|million(?:s|en|er|i)?|mio\.?|mdp|mdd|milhao|milhoes|mln|milione|"
        r"milioni|"
        r"miljoen|млн"
    ),
    Decimal(1_000_000_000): r"bn|b|billion|mrd\.?|milliarden?|miliardo|mm ?mdp",
    Decimal(100_000): r"lacs?|lakhs?|l",
    Decimal(10_000_000): r"crores?|cr\.?",
    Decimal(10_000): r"万|만|萬",
    Decimal(100_000_000): r"億|亿|억",
}
_SCALE: Final = "|".join(
    # A latin multiplier ends where its word ends; an east Asian one is followed by the currency.
    f"(?:{words})" + (r"(?![^\W_]|²|\.n)" if words[0].isascii() else "")
    for words in _SCALES.values()
)
_SCALE_OF: Final = [(re.compile(words), factor) for factor, words in _SCALES.items()]
_IMPLIED: Final = {"mdp": "MXN", "mdd": "USD", "lac": "INR", "lakh": "INR", "cr": "INR", "crore": "INR"}
_RUPEES: Final = frozenset(("INR", "PKR", "BDT", "NPR", "LKR"))

_MONEY: Final = re.compile(
    rf"(?:(?P<pre>{MARK}) ?|(?<![a-zà-ÿ\d.,]))(?P<sign>[-−])?(?P<number>{NUMBER})"
    rf"(?:(?P<big>億|亿|억)(?P<number2>{NUMBER})(?P<small>万|萬|만))?"
    rf"(?: ?(?P<scale>{_SCALE}))?(?:[.,] ?[-–—]+)?(?: ?(?P<post>{MARK}))?"
)
_MACHINE: Final = re.compile(r"[+-]?\d+(?:\.\d*)?e[+-]?\d+")
_PER_UNIT: Final = re.compile(
    rf"\s*(?:(?:/|por|per|pro|el|al|a|the|x|je|le|par|cada) ?|(?P<bare>))(?P<unit>{UNIT_WORD})(?![^\W_])"
)
_LINK: Final = re.compile(
    r"\s*(?:[-–—~〜]|\b(?:a|to|bis|hasta|up to|and|y|e|até|through|à|et|till|tot)\b)\s*"
)
_OLD: Final = re.compile(
    r"(?<!\w)(?:antes(?: de)?|before|was|previously|vorher|statt|originally|original price|avant|prima|"
    r"era|old price|"
    r"precio anterior|previous price|antes:|listed at)\b"
)
_NEW: Final = re.compile(
    r"(?<!\w)(?:ahora|now|hoy|jetzt|nur|maintenant|adesso|agora|new price|precio actual|nuevo precio|"
    r"today)\b"
)
_CUT: Final = re.compile(
    r"(?<!\w)(?:reduced|bajo|rebajad[oa]|drop(?:ped)?|cut|reducid[oa]|reduziert|baisse)\b"
)
_FEE: Final = re.compile(
    r"(?<!\w)(?:mantenimiento|maintenance|hoa|deposit|deposito|fianza|gastos|expensas|nebenkosten|"
    r"service charge|"
    r"charges|council tax|fees?|cuota|condominio|iptu|predial|tax|taxes|est\.? payment|kaution|ground rent|"
    r"estimated|down payment|enganche|levies|levy|rates)\b[^\d]*$"
)
_FROM: Final = re.compile(
    r"(?<!\w)(?:desde|from|a partir d[eo]|a partire da|ab|des|starting (?:at|from)|starts? (?:at|from)|"
    r"vanaf|od|fra|från|"
    r"minimum|minimo|min\.?|mas de|over|offers over|offers above|offers from|offers in excess of|"
    r"excess of|oieo|oo)(?!\w)"
)
_ONWARDS: Final = re.compile(r"\s*(?:\+|onwards?|en adelante|and up|y mas)[\s*)]*")
_QUALIFIER: Final = re.compile(
    r"(?<!\w)(?:offers? (?:over|above|from|around|invited|in excess of|in (?:the )?regions? of)|"
    r"guide(?: price)?|oieo|oiro|"
    r"o\.?n\.?o\.?|asking(?: price)?|fixed price|negotiable|negociable|a tratar|vhb|vb|"
    r"verhandlungsbasis|auction(?: guide)?|"
    r"buyers? guide|neg\.?|k\.k\.|v\.o\.n\.|starting bid|shared ownership|part buy|estimated?|"
    r"precio de remate)(?!\w)"
)
_NONE: Final = re.compile(
    r"consult|pregunta|tratar|on (?:application|request|enquiry|inquiry|demand)|upon request|by request|"
    r"\bp\.?o\.?a\b|"
    r"auction|subasta|enchere|contact|call |ask |enquire|inquire|auf anfrage|anfrage|sur demande|"
    r"su richiesta|"
    r"trattativa|sob |op aanvraag|aanvraag|undisclosed|withheld|not disclosed|\btb[acd]\b|to be |"
    r"coming soon|negotia|"
    r"negocia|make (?:an )?offer|best offer|bids?\b|expressions? of interest|\beoi\b|por definir|"
    r"sin precio|no price|"
    r"price not|precio no|not stated|por confirmar|solicit|request|応相談|問い?合わせ|面议|面議|"
    r"по запросу|договор|preco a|pris pa|hinta|informes|\bvhs\b|\bnone\b|"
    r"tender|vendor|on asking|log ?in|register"
)  # fmt: skip
_KNOWN_WORDS: Final = re.compile(
    r"(?<!\w)(?:price|precio|preis|prix|prezzo|preco|total|de|of|the|el|la|only|solo|just|approx|aprox|"
    r"ca|circa|about|"
    r"iva|vat|mas|plus|incl|inc|excl|neto|net|gross|each|list|asking|up|to|sale|rent|venta|renta|per|"
    r"por|al|a|"
    r"vb|approximately|pricing|valor|costo|kaufpreis|kaltmiete|warmmiete|miete|bajo|reduced|now|ahora|"
    r"antes)(?!\w)"
)
_DIGIT: Final = re.compile(r"\d")
_LONGEST_NOTE: Final = 200


def parse_price(
    value: object,
    *,
    currency: str | None = None,
    country: str | None = None,
    decimal_mark: str | None = None,
) -> Price:
    """Read a price; `currency` and `country` are the source's, and say what a bare "$" or number means."""
    local = local_currency(currency, country)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _checked(parse_number(value), Price(None, local, note=str(value)))
    if not isinstance(value, str):
        raise ParseError(value, "not a price")
    line = one_line(value)
    if is_blank(line):
        raise ParseError(value, "blank")
    text = line.casefold()
    if _MACHINE.fullmatch(text):
        return _checked(parse_number(text), Price(None, local, note=line))
    words = " ".join(value.split())
    mentions = [_read(found, currency, country, decimal_mark, text) for found in _MONEY.finditer(text)]
    _describe(mentions, text)
    kept = [mention for mention in mentions if _is_money(mention)]
    if any(mention.marked for mention in kept):
        kept = [m for i, m in enumerate(kept) if m.marked or _in_range(kept, i)]
    elif _NONE.search(plain(line)):
        kept = []
    if not kept:
        return _without_amount(words, local)
    if not any(mention.marked for mention in kept):
        _refuse_other_words(value, text, kept)
    return _compose(words, _current(kept, text), local)


def _checked(number: Decimal, none: Price) -> Price:
    """0 and 1 are what forms put where no price is; nothing is sold for less than nothing."""
    if number < 0:
        raise ParseError(none.note or "", "a price below zero")
    return none if number in (0, 1) else replace(none, amount=number, note=None)


def _read(
    found: re.Match[str], currency: str | None, country: str | None, decimal_mark: str | None, text: str
) -> _Mention:
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
    return _Mention(
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
    implied = _IMPLIED.get((scale_word or "").rstrip("s."))
    return local if implied == "INR" and local in _RUPEES else implied


def _describe(mentions: list[_Mention], text: str) -> None:
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


def _is_money(mention: _Mention) -> bool:
    return not (
        mention.after.startswith("%")
        or mention.unit == "an area, not money"
        or _FEE.search(mention.before) is not None
    )


def _linked(first: _Mention, second: _Mention) -> bool:
    return first.end <= second.start and _LINK.fullmatch(second.gap) is not None


def _in_range(kept: list[_Mention], index: int) -> bool:
    return (index > 0 and kept[index - 1].marked and _linked(kept[index - 1], kept[index])) or (
        index + 1 < len(kept) and kept[index + 1].marked and _linked(kept[index], kept[index + 1])
    )


def _without_amount(line: str, local: str | None) -> Price:
    if _NONE.search(plain(line)):
        return Price(None, local, note=line[:_LONGEST_NOTE])
    raise ParseError(line, "no price in it")


def _refuse_other_words(value: str, text: str, kept: list[_Mention]) -> None:
    """A bare number among words nobody knows may be anything: rooms, an id, a phone."""
    rest = text
    for mention in reversed(kept):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    rest = plain(rest)
    for pattern in (_FROM, _QUALIFIER, _OLD, _NEW, _KNOWN_WORDS):
        rest = pattern.sub(" ", rest)
    words = [word for word in re.findall(r"[^\W\d_][\w.]*", rest) if not _is_expected(word)]
    if words:
        raise ParseError(value, f"{words[0]!r} beside the number")


def _is_expected(word: str) -> bool:
    return bool(period_after(word) or operation_in(word) or _LINK.fullmatch(word))


def _current(kept: list[_Mention], text: str) -> list[_Mention]:
    """The prices that hold today, where old ones are shown beside them."""
    if len(kept) == 2 and _CUT.search(plain(text)) and _linked(*kept):
        return kept[1:]
    current = [mention for mention in kept if not _is_old(mention)]
    return current or kept[-1:]


def _is_old(mention: _Mention) -> bool:
    old = [found.start() for found in _OLD.finditer(mention.before)]
    new = [found.start() for found in _NEW.finditer(mention.before)]
    return bool(old) and (not new or old[-1] > new[-1])


def _compose(line: str, mentions: list[_Mention], local: str | None) -> Price:
    whole = [mention for mention in mentions if mention.unit is None]
    units = [mention for mention in mentions if mention.unit is not None]
    per_m2 = per_square_metre(units[0].amount, units[0].unit or "m2") if units else None
    if not whole:
        return Price(
            None,
            units[0].currency or local,
            units[0].period,
            is_from=_FROM.search(units[0].before) is not None,
            note=line[:_LONGEST_NOTE],
            per_m2=per_m2,
        )
    _name_operations(whole)
    if len(whole) == 2 and _linked(*whole) and whole[0].operation == whole[1].operation:
        return _ranged(line, whole[0], whole[1], local, per_m2)
    return _first_of(line, whole, local, per_m2)


def _name_operations(mentions: list[_Mention]) -> None:
    """Labels stand before their amounts or after them, the same way throughout a text."""
    labels_lead = operation_in(mentions[0].before) is not None
    for mention in mentions:
        mention.operation = operation_in(mention.before if labels_lead else mention.after)


def _ranged(line: str, low: _Mention, high: _Mention, local: str | None, per_m2: Decimal | None) -> Price:
    if high.scaled and not low.scaled and low.amount < 1000 <= high.amount:
        low.amount = low.amount * (high.amount / _unscaled(high.amount))
    first, last = sorted((low.amount, high.amount))
    return replace(
        _priced(line, low, local),
        amount=first,
        maximum=last if last != first else None,
        currency=low.currency or high.currency or local,
        period=high.period or low.period,
        is_from=False,
        per_m2=per_m2,
    )


def _unscaled(amount: Decimal) -> Decimal:
    """The figure as written before its multiplier: "1.5" of 1.5 million."""
    for factor in sorted(_SCALES, reverse=True):
        if amount >= factor:
            return amount / factor
    return amount


def _first_of(line: str, mentions: list[_Mention], local: str | None, per_m2: Decimal | None) -> Price:
    ordered = sorted(mentions, key=lambda mention: mention.operation == "rent")
    price = replace(_priced(line, ordered[0], local), per_m2=per_m2)
    if len(ordered) > 1:
        offers = tuple(Offer(m.amount, m.currency or local, m.operation, m.period) for m in ordered)
        return replace(price, offers=tuple(dict.fromkeys(offers)))
    return replace(price, period=price.period or period_in(plain(_DIGIT.sub(" ", line))))


def _priced(line: str, mention: _Mention, local: str | None) -> Price:
    words = plain(line)
    qualifier = _QUALIFIER.search(words)
    price = Price(
        None,
        mention.currency or local,
        mention.period,
        is_from=_FROM.search(mention.before) is not None or _ONWARDS.fullmatch(mention.after) is not None,
        note=_as_written(line, qualifier[0]) if qualifier else None,
        operation=mention.operation,
    )
    if mention.amount != 0 and (mention.scaled or mention.amount != 1):
        return replace(_checked(mention.amount, price), note=price.note)
    return replace(price, is_from=False, note=line[:_LONGEST_NOTE])


def _as_written(line: str, words: str) -> str:
    start = line.casefold().find(words)
    return words if start < 0 else line[start : start + len(words)]
