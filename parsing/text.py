"""Text as a database holds it and a program compares it: white space, control characters, case, accents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse
from typing import Final

from config.errors import ParseError

_FORBIDDEN: Final = re.compile("[\x00\ud800-\udfff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NEWLINE: Final = re.compile("\r\n?|[\u2028\u2029\x85]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_NOT_COMPACT: Final = re.compile(r"[^a-z0-9]+")
_DIGITS: Final = re.compile(r"\d+")

_REMEMBERED_LENGTH: Final = 200
LONGEST_VALUE: Final = 1000
"""No price, number, date or phone has more characters; a longer text is refused unread."""


def repair(text: str) -> tuple[str, bool]:
    """The text without the characters no database holds, and whether any was removed or replaced.

    Newlines become `\\n` and outer white space goes too; that does not count as a repair.
    """
    repaired = _FORBIDDEN.search(text) is not None
    if repaired:
        text = _SURROGATE.sub("\ufffd", _pair_surrogates(text))
    return _CONTROL.sub("", _NEWLINE.sub("\n", text)).strip(), repaired


def _pair_surrogates(text: str) -> str:
    """Join the two surrogates of a character that came as separate escapes; lone ones stay."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def squeeze(text: str) -> str:
    """The text as written, on one line: every run of white space is one blank."""
    return " ".join(text.split())


def one_line(text: str) -> str:
    """A short value in one normal form: compatibility characters decomposed, white space squeezed.

    "m²" becomes "m2" and "2½" "21⁄2", which `parsing.number` reads. Raises ParseError for a text of more
    than `LONGEST_VALUE` characters.
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_VALUE:
        return " ".join(text.split())  # it is in its normal form
    # Normalising can lengthen: one character may stand for eighteen.
    if "´" in text:
        text = text.replace("´", "'")  # it would become a blank and an accent
    normal = text if len(text) > LONGEST_VALUE else unicodedata.normalize("NFKC", text)
    if len(normal) > LONGEST_VALUE:
        raise ParseError(text, f"longer than {LONGEST_VALUE} characters")
    return squeeze(_CONTROL.sub("", normal))


def fold(text: str) -> str:
    """The text for look-ups: without case, accents and compatibility forms.

    "ß" is "ss", because German writes the same word either way (and Swiss German only so); "½" is "1⁄2", so
    that a look-up finds both. What a page or file wrote is kept: a folded text is compared and never stored.
    """
    if text.isascii():
        return text.lower()
    return _folded(text) if len(text) <= _REMEMBERED_LENGTH else _folded.__wrapped__(text)


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filterfalse(unicodedata.combining, decomposed))


def plain(text: str) -> str:
    """A short value for look-ups: one line, folded."""
    return fold(one_line(text))


def compact(text: str) -> str:
    """The folded letters and digits only: `List_Price` and `listPrice` are one name."""
    return _NOT_COMPACT.sub("", fold(text))


def digits(text: str) -> str:
    """The digits of a text, joined."""
    return "".join(_DIGITS.findall(text))


def in_order(text: str) -> tuple[str, ...]:
    """The words of a line, the preferred one first."""
    return tuple(text.split())


def words(text: str) -> frozenset[str]:
    """A set of words from a line of them."""
    return frozenset(text.split())
