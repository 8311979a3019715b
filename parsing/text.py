"""Text as a database can hold it and as a reader compares it: white space, control characters, surrogates."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from config.errors import ParseError

_FORBIDDEN: Final = re.compile("[\x00\ud800-\udfff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NEWLINE: Final = re.compile("\r\n?|[\u2028\u2029\x85]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SPACE: Final = re.compile(r"\s+")

LONGEST_VALUE: Final = 1000
"""No price, number, date or phone is longer; what is longer is not read at all."""


def repair(text: str) -> tuple[str, bool]:
    """The text without what no database holds, and whether something had to be removed or replaced.

    Newlines become `\\n` and outer white space goes too; that is tidying, not repair.
    """
    repaired = _FORBIDDEN.search(text) is not None
    if repaired:
        text = _SURROGATE.sub("\ufffd", _pair_surrogates(text))
    return _CONTROL.sub("", _NEWLINE.sub("\n", text)).strip(), repaired


def _pair_surrogates(text: str) -> str:
    """Join the two halves of a character that came as separate escapes; lone halves stay."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def one_line(text: str) -> str:
    """A short value in one normal form: compatibility characters folded, every white space one blank."""
    # Folding can lengthen: one character may stand for eighteen.
    folded = text if len(text) > LONGEST_VALUE else unicodedata.normalize("NFKC", text)
    if len(folded) > LONGEST_VALUE:
        raise ParseError(text, f"longer than {LONGEST_VALUE} characters")
    return _SPACE.sub(" ", _CONTROL.sub("", folded)).strip()


def plain(text: str) -> str:
    """The text for look-ups: one line, lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", one_line(text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
