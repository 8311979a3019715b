"""Words and short patterns of a vocabulary as one regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsing.text import fold


def either(words: Iterable[str]) -> str:
    """A pattern for any of these words in folded text, as it is put into a larger one; longer ones first."""
    folded = [word if word.isascii() else fold(word) for word in words]  # \W is not \w
    return "|".join(sorted(folded, key=lambda word: (-len(word), word)))


def phrase(*words: str, end: str = r"(?!\w)") -> re.Pattern[str]:
    """Finds any of these words in folded text, each from the beginning of a word; `end` follows them."""
    return re.compile(rf"(?<!\w)(?:{either(words)}){end}")
