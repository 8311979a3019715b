"""Where a listing stands, as one of RESO's eleven StandardStatus values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from parsing.operation import parse_operation
from parsing.text import fold, one_line, plain
from parsing.vocabulary.statuses import STATUSES, UNAVAILABLE

STANDARD: Final = (
    "Active", "Active Under Contract", "Canceled", "Closed", "Coming Soon", "Delete", "Expired", "Hold",
    "Incomplete", "Pending", "Withdrawn",
)  # fmt: skip
WITHDRAWN: Final = "Withdrawn"
_SQUEEZE: Final = re.compile(r"[\W_]+")
_LONGEST: Final = 40
_PART: Final = re.compile(r" [-–—|/] | ?/ ?|[,(;:)]")
"""Between a status and what else is said: "Sold STC - off the market"."""
_AVAILABLE: Final = re.compile(
    r"(?:available|verfugbar|disponible|beschikbaar|libre|frei) (?:from|now|on|immediately|again|to|for|ab|"
    r"a partir|"
    r"des|desde|vanaf|per|\d)(?! ?(?:soon|sale again)).*"
)
"""A home that is offered from some day on."""


def _key(words: str) -> str:
    return _SQUEEZE.sub("", fold(words))


_BY_KEY: Final = {_key(status): status for status in STANDARD} | {
    _key(word): status for status, words in STATUSES.items() for word in words
}
_UNAVAILABLE: Final = frozenset(UNAVAILABLE)


@lru_cache(maxsize=10_000)
def is_off_market(text: str) -> bool:
    """Whether a text is the name of a status other than active: sold, let, reserved, withdrawn."""
    status = parse_standard_status(text) if 1 < len(text) <= _LONGEST else "Active"
    return status in STANDARD and status != "Active"


def parse_standard_status(text: str) -> str:
    """The RESO status; "For Sale" is Active, "SOLD" is Closed, and an unknown one stays as it is.

    Of several parts the first that is not Active counts: "For sale - under offer".
    """
    word = plain(text).removeprefix("https://schema.org/").removeprefix("http://schema.org/")
    if (status := _named(word)) is not None:
        return status
    parts = [part.strip() for part in _PART.split(word) if part.strip()]
    named = [_named(part) for part in parts]
    other = next((status for status in named if status not in (None, "Active")), None)
    return other or (named[0] if named else None) or one_line(text)


def says_unavailable(text: str) -> bool:
    """Whether a text, blank for other fields, says that the home is not available."""
    return plain(text) in _UNAVAILABLE


def _named(word: str) -> str | None:
    if (status := _BY_KEY.get(_SQUEEZE.sub("", word))) is not None:
        return status
    is_offered = parse_operation(word) in ("sale", "rent") or _AVAILABLE.fullmatch(word) is not None
    return "Active" if is_offered else None
