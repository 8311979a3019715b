"""Which of a text's amounts are its price: not rooms, lots, phones, fees, extras or what was asked before."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.mentions import COUNTED, Mention
from parsing.operation import operation_in
from parsing.period import period_after
from parsing.phrase import either, phrase
from parsing.price.labels import read_labels_after
from parsing.price.ranges import LINK, linked
from parsing.text import fold
from parsing.vocabulary import amounts, money

_OLD: Final = phrase(*money.OLD, *money.OLD_BEFORE_AMOUNT, *money.OLD_UNLESS_ALONE)
_NEW: Final = phrase(*money.NEW)
_CUT: Final = phrase(*money.CUT)
_FEES: Final = (*money.FEES, *money.FEES_BEFORE_AMOUNT, *money.FEES_IN_CELL)
_FEE: Final = phrase(*_FEES, end=r"(?!\w)[^\d]*$")
_FEE_AFTER: Final = re.compile(rf"\W*(?:(?:/|per )\w+ )?(?:{either(money.FEES)})(?!\w)")
_ONLY_FEE: Final = re.compile(rf"\W*(?:(?:/|per )\w+ )?(?:{either(amounts.ONLY_FEES)})\W*")
_APPRAISED: Final = phrase(*amounts.APPRAISALS, end=r"(?!\w)[^\d]*$")
_BELOW: Final = re.compile(rf"(?<!\w)(?:{either(amounts.BELOW)})(?:\W+\w+){{0,2}}\W+$")
_PART: Final = 3
"""Times that an amount after a plus has to fit into the one before it to be an extra of it."""
_TAKEN_OFF: Final = re.compile(rf"[\s,(-]*(?:{either(amounts.TAKEN_OFF)})(?!\w)")
_LEAST_PARTS: Final = 2
_LESS: Final = re.compile(rf"[\s,(-]*(?:{either(amounts.LESS)})(?!\w)")
_PERCENT_OF: Final = re.compile(rf"% ?(?:{either(amounts.PERCENT_OF)})\W*$")
_NET: Final = re.compile(rf"\s*(?:{either(amounts.NET)})(?!\w)")
_BEFORE_FEES: Final = re.compile(rf"[\s(]*(?:{either(amounts.BEFORE_FEES)})(?!\w)")
_CUT_BY: Final = re.compile(rf"(?:{either(amounts.CUTS)})\W*$")
_EXPLAINED: Final = phrase(
    *map(fold, money.EXPLAINED), end=r"\W{0,3}(?:no|nr|n|num|number)?[\W_]{0,3}(?:[a-z]{1,2}[\s-]*)?$"
)
_QUALIFIER: Final = phrase(*map(fold, money.QUALIFIERS))
_IS_NEW: Final = phrase(*money.NEW, end=r"(?!\w)(?: (?:for|at|only|just))?[\s:]*$")
_ASKED: Final = phrase(*money.ASKED, end=r"(?!\w)[\s:.=-]*$")
_ARROW: Final = re.compile(r"\s*(?:→|->|=>|➜|⇒|»|>)\s*")
_REDUCED: Final = re.compile(rf"\s*(?:{either(amounts.REDUCED_TO)})\s*")
_LETTERED: Final = re.compile(r"\d{1,4} ?[bl]")
"""A flat's number and letter: "Flat 12b" is no billion."""
_FROM_OLD: Final = re.compile(r"(?<!\w)(?:de|von|from)\W*$")
_PART_OF_PHONE: Final = re.compile(r"\d[ -]$")
_TIMES: Final = re.compile(r"(?<!\d)\d{1,3} ?[x×] ?$")
_MAY_LEAD: Final = re.compile(r"\d{1,3} [1-9]\d\d(?: \d{3})*")
_NUMBERED: Final = re.compile(rf"(?:\d[a-z]?/|(?<!\w)(?:{either(amounts.HOME_NUMBERS)})\.? ?|#)$")
_OTHER_KINDS: Final = re.compile(
    r"\W*(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4}|\(?\d{3}\)?[ -]\d{3}-\d{4}|"
    r"\+\d[\d ()-]{6,})\W*"
)
_KNOWN: Final = (
    phrase(*map(fold, money.FROM)), _QUALIFIER, _OLD, _NEW, phrase(*map(fold, money.KNOWN)),
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_][\w.]*")
_PER: Final = re.compile(r"(?:/|(?:per|pro)(?!\w)) ?(?P<word>[^\W\d_]+)")
_BESIDE: Final = re.compile(r"(?P<word>[^\W\d_][^\W\d_.]*)")


def money_of(mentions: list[Mention], text: str) -> list[Mention]:
    """The amounts that are money and not a fee or an extra; bare numbers only where no amount is marked."""
    marked = [mention for mention in mentions if mention.marked]
    if _is_sum(marked):
        return marked[-1:]
    alone, fees = len(mentions) == 1, read_labels_after(mentions)
    most = max((mention.amount for mention in marked), default=Decimal(0))
    kept: list[Mention] = []
    ended: Mention | None = None  # the amount before, where it is no price
    for mention in mentions:
        if mention in fees or (ended is not None and _is_end_of_fee(ended, mention)):
            ended = None
            continue
        ended = mention
        before = next((other for other in kept if other.marked), None)
        if not _is_difference(mention, most, alone=alone) and _is_money(mention, text, before, alone=alone):
            _doubt_numbered(mention, text)
            kept.append(mention)
            ended = None
    if any(mention.marked for mention in kept):
        kept = [m for i, m in enumerate(kept) if m.marked or _in_range(kept, i)]
    return kept


def _is_sum(marked: list[Mention]) -> bool:
    """Whether the last amount is what the others make: "land $310,000 + house $289,000 = $599,000"."""
    return len(marked) > 2 and marked[-1].amount == sum(mention.amount for mention in marked[:-1])


def _is_difference(mention: Mention, most: Decimal, *, alone: bool) -> bool:
    """Whether an amount is taken off the price, or is what a price lies below something by."""
    if (alone or mention.amount < most) and _TAKEN_OFF.match(mention.after):
        return True
    return (alone or _LEAST_PARTS * mention.amount < most) and _LESS.match(mention.after) is not None


def _is_money(mention: Mention, text: str, before: Mention | None, *, alone: bool) -> bool:
    """Whether an amount may be the price; `before` is the first amount that may be it, where there is one."""
    if mention.after.startswith("%") or mention.unit == "an area, not money":
        return False
    if not mention.marked or (mention.currency is None and _LETTERED.fullmatch(_written(mention, text))):
        if _EXPLAINED.search(mention.before) or mention.before.endswith("#"):
            return False
        if COUNTED.match(text, mention.end) or _PART_OF_PHONE.search(text, 0, mention.start):
            return False
    if before is None:
        return not (_is_fee(mention) or (alone and _ONLY_FEE.fullmatch(mention.after)))
    is_fee = _FEE_AFTER.match(mention.after) and not _ends_range(before, mention, text)
    if is_fee or _is_fee(mention) or _PERCENT_OF.search(mention.gap):
        return False
    return "+" not in mention.gap or _PART * mention.amount >= before.amount


def _ends_range(first: Mention, second: Mention, text: str) -> bool:
    """Whether an amount ends a range, and the fee after it is of the next: "$1,500-$1,800 deposit $500"."""
    is_followed = text[second.end :].strip() != second.after
    return is_followed and linked(first, second) and second.amount <= _PART * first.amount


def _is_end_of_fee(first: Mention, second: Mention) -> bool:
    """Whether an amount ends the range that a fee or a value begins: "estimate $940K - $1.02M"."""
    return _is_fee(first) and linked(first, second) and second.amount <= _PART * first.amount


def _is_fee(mention: Mention) -> bool:
    return _FEE.search(mention.before) is not None or _is_appraised(mention)


def _is_appraised(mention: Mention) -> bool:
    """Whether an amount is what somebody thinks a home is worth; "below market value: $9" is a price."""
    found = _APPRAISED.search(mention.before)
    return found is not None and not _BELOW.search(mention.before, 0, found.start())


def _doubt_numbered(mention: Mention, text: str) -> None:
    """Doubt an amount that may begin with a home's number ("Lot 12 245 000 €"), or is one of several."""
    if _TIMES.search(text, 0, mention.start):
        mention.doubt = DoubtError(_written(mention, text), "several times an amount", [mention.amount])
    if _MAY_LEAD.fullmatch(mention.digits) and _NUMBERED.search(text, 0, mention.start):
        rest = Decimal(mention.digits.partition(" ")[2].replace(" ", ""))
        mention.doubt = DoubtError(
            _written(mention, text), "its first digits may be a number of the home", [mention.amount, rest]
        )


def _written(mention: Mention, text: str) -> str:
    return text[mention.start : mention.end]


def _in_range(kept: list[Mention], index: int) -> bool:
    return (index > 0 and kept[index - 1].marked and linked(kept[index - 1], kept[index])) or (
        index + 1 < len(kept) and kept[index + 1].marked and linked(kept[index], kept[index + 1])
    )


def refuse_other_words(value: str, text: str, kept: list[Mention]) -> None:
    """Raise ParseError for a bare number among unknown words: it may be rooms, an id, a phone."""
    rest = text
    for mention in reversed(kept):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    words = _unknown(rest)
    if words:
        raise ParseError(value, f"{words[0]!r} beside the number")


def refuse_other_kinds(value: str, text: str) -> None:
    """Raise ParseError for a bare date or telephone number."""
    if _OTHER_KINDS.fullmatch(text):
        raise ParseError(value, "a date or a telephone number")


def _unknown(rest: str) -> list[str]:
    """The words of a text that say nothing about a price."""
    for pattern in _KNOWN:
        rest = pattern.sub(" ", rest)
    return [word for word in _WORD.findall(rest) if not _is_expected(word)]


def _is_expected(word: str) -> bool:
    return bool(period_after(word) or operation_in(word) or LINK.fullmatch(word))


def per_unknown(mention: Mention) -> str | None:
    """The unknown word after an amount and a slash: "3.2万/平" is no price of a home."""
    found = _PER.match(mention.after)
    if found is None or mention.unit is not None or mention.period is not None:
        return None
    return found["word"] if _unknown(found["word"]) else None


def word_beside(mention: Mention, text: str) -> tuple[str | None, bool]:
    """The unknown word straight after an amount without a multiplier, and whether no blank is between."""
    if mention.factor is not None or mention.period is not None or mention.unit is not None:
        return None, False
    attached = mention.end < len(text) and text[mention.end].isalpha()
    found = _BESIDE.match(mention.after)
    if found is None or not _unknown(mention.after) or not _unknown(found["word"]):
        return None, False
    return (None, False) if _QUALIFIER.match(mention.after) else (found["word"], attached)


def current(kept: list[Mention], text: str) -> list[Mention]:
    """The current prices, without old ones beside them, and without what they were lowered by."""
    if len(kept) == 2 and (one := _one_of_two(*kept)) is not None:
        return [one]
    if len(kept) == 2 and _CUT.search(text) and linked(*kept):
        return kept[1:]
    if len(kept) == 2 and _REDUCED.fullmatch(kept[1].gap) and _FROM_OLD.search(kept[0].before):
        return kept[1:]
    if len(kept) == 2 and _ARROW.fullmatch(kept[1].gap):
        return kept[1:]
    found = [mention for mention in kept if not _is_old(mention)] or kept[-1:]
    for pattern in (_IS_NEW, _ASKED):
        said = [mention for mention in found if pattern.search(mention.before)]
        if len(said) == 1 and len(found) > 1 and not _goes_on(found, said[0]):
            return said
    return found


def _one_of_two(first: Mention, second: Mention) -> Mention | None:
    """The price, where the other amount is what it was lowered by, or the same with other costs in it."""
    low, high = sorted((first, second), key=lambda mention: mention.amount)
    if amounts.SMALL_PART * low.amount < high.amount and _CUT_BY.search(low.before):
        return high
    bare = [_BEFORE_FEES.match(mention.after) is not None for mention in (first, second)]
    if bare[0] != bare[1]:
        return second if bare[0] else first
    net = [_NET.match(mention.after) is not None for mention in (first, second)]
    if net[0] != net[1]:
        return first if net[0] else second
    return None


def _goes_on(found: list[Mention], first: Mention) -> bool:
    """Whether a range or another offer follows: "price $300,000 - $350,000", "rent $900, sale $90,000"."""
    after = found[found.index(first) + 1 :]
    is_range = bool(after) and linked(first, after[0])
    return is_range or len({operation_in(mention.before) for mention in found}) > 1


def _is_old(mention: Mention) -> bool:
    old = [found.start() for found in _OLD.finditer(mention.before)]
    new = [found.start() for found in _NEW.finditer(mention.before)]
    return bool(old) and (not new or old[-1] > new[-1])
