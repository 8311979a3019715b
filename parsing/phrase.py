"""Words and short patterns of a vocabulary as one regular expression."""

from __future__ import annotations

import re

from parsing.text import fold


def phrase(*words: str, end: str = r"(?!\w)") -> re.Pattern[str]:
    """Finds any of these words in folded text, each from the beginning of a word; `end` follows them."""
    folded = [word if word.isascii() else fold(word) for word in words]  # \W is not \w
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(folded, key=len, reverse=True))}){end}")
