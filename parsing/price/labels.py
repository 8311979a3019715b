"""Labels that stand after their amounts: "£750 deposit, £650 pcm", "500 € Kaution, 900 € Kaltmiete"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from parsing.mentions import Mention
from parsing.phrase import either
from parsing.vocabulary import amounts, money

_FEES: Final = either(
    (*money.FEES, *money.FEES_BEFORE_AMOUNT, *money.FEES_IN_CELL, *amounts.DOWN, *amounts.APPRAISALS)
)
_ASKED: Final = either((*money.ASKED, *money.RENT_PRICE, *money.SALE_PRICE))
_FEE: Final = re.compile(
    rf"[\s(]*(?:{either(amounts.OF_FEE)})?(?:[a-z]+ )?(?:{_FEES})(?!\w)"
    rf"(?!\W*(?:{either(amounts.INCLUDED)}))(?P<rest>[^\d,;|/)+·•]{{0,25}}?)(?P<end>[,;|/)+·•]|$)"
)
_PRICE: Final = re.compile(rf"[\s(]*(?:{_ASKED})(?!\w)")
_WORD: Final = re.compile(r"[^\W\d_]")
_MOST_DEPOSITS: Final = 12
"""Times the amount asked for that a fee named after its amount may be; a price is more."""


def read_labels_after(mentions: list[Mention]) -> list[Mention]:
    """The amounts that a label after them makes a fee; the label is taken off what stands before the next.

    Labels stand after their amounts where nothing stands before the first one, and where a mark such as a
    comma closes the label or the last amount has one too.
    """
    marked = [mention for mention in mentions if mention.marked]
    if len(marked) < 2 or _WORD.search(marked[0].before):
        return []
    last = marked[-1]
    last_is_labelled = last.period is not None or bool(_FEE.match(last.after) or _PRICE.match(last.after))
    fees: list[Mention] = []
    for mention, following in zip(marked, [*marked[1:], None], strict=True):
        found = _FEE.match(mention.after)
        if found is None or (following is not None and not found["end"] and not last_is_labelled):
            continue
        fees.append(mention)
    asked = [mention.amount for mention in marked if mention not in fees]
    if not asked or any(fee.amount > _MOST_DEPOSITS * max(asked) for fee in fees):
        return []
    for mention, following in pairwise(marked):
        if mention in fees or (last_is_labelled and _PRICE.match(mention.after)):
            following.before = _without_label(mention, following)
    return fees


def _without_label(mention: Mention, following: Mention) -> str:
    """What stands before an amount, without the label of the one before it."""
    found = _FEE.match(mention.after) or _PRICE.match(mention.after)
    if found is None or not following.before.startswith(mention.after[: found.end()].strip()):
        return following.before
    return following.before[found.end() :].strip()
