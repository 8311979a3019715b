"""What counts as saying nothing: empty cells, dashes, "N/A" and their kin."""

from __future__ import annotations

from typing import Final

_WORDS: Final = (
    "n/a", "n/d", "n.a.", "n.d.", "n. d.", "na", "nd", "none", "null", "nil", "nan", "nat", "s/d", "s/n/d",
    "#n/a", "#n/d", "#ref!", "#value!", "unknown", "undefined", "not available", "not specified",
    "tbd", "tba", "no disponible", "sin dato", "sin datos", "sin información", "sin informacion",
    "no especificado", "k.a.", "k. a.", "keine angabe", "non renseigné", "nc", "n.c.",
    "-na-", "(null)", "(none)", "[]", "{}",
)  # fmt: skip
_MARKS: Final = (
    "",
    "-",
    "--",
    "---",
    "–",
    "—",
    "―",
    "−",
    ".",
    "..",
    "...",
    "…",
    "?",
    "_",
    "*",
    "/",
    "|",
    "·",
)

BLANKS: Final = frozenset(
    form for word in (*_MARKS, *_WORDS) for form in (word, word.upper(), word.capitalize(), word.title())
)
"""Every blank as it is usually written: for a clean text, one look-up decides."""

LONGEST: Final = max(map(len, BLANKS))


def is_blank(text: str) -> bool:
    """Whether a text says nothing, however it is padded and written."""
    trimmed = text.strip() if len(text) <= LONGEST else text.strip()[: LONGEST + 1]
    return len(trimmed) <= LONGEST and trimmed.casefold() in BLANKS
