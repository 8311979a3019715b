"""Words and short patterns of a vocabulary as one regular expression."""

from __future__ import annotations

import re


def phrase(*words: str, end: str = r"(?!\w)") -> re.Pattern[str]:
    """Finds any of these words in folded text, each from the beginning of a word; `end` follows them."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))}){end}")
