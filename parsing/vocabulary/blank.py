"""What counts as blank: an empty cell, a dash, "N/A" and the like."""

from __future__ import annotations

from math import isnan
from typing import Final

WORDS: Final = (
    "n/a", "n/d", "n.a.", "n.d.", "n. d.", "na", "nd", "none", "null", "nil", "nan", "nat", "s/d", "s/n/d",
    "#n/a", "#n/d", "#ref!", "#value!", "unknown", "undefined", "not available", "not specified",
    "tbd", "tba", "no disponible", "sin dato", "sin datos", "sin información", "sin informacion",
    "no especificado", "k.a.", "k. a.", "keine angabe", "non renseigné", "nc", "n.c.",
    "-na-", "(null)", "(none)", "[]", "{}",
)  # fmt: skip
MARKS: Final = (
    "", "-", "--", "---", "–", "—", "―", "−", ".", "..", "...", "…", "?", "_", "*", "/", "|", "·",
)  # fmt: skip

STATES: Final = frozenset(("NC", "ND"))
"""North Carolina and North Dakota, which elsewhere mean "non communiqué" and "no disponible"."""

BLANKS: Final = frozenset(
    form for word in (*MARKS, *WORDS) for form in (word, word.upper(), word.capitalize(), word.title())
)
"""Every blank as it is usually written: for a clean text, one look-up decides."""

LONGEST: Final = max(map(len, BLANKS))


def is_blank(value: object, field: str | None = None) -> bool:
    """Whether a cell is blank, however it is padded and written; a state may be "NC" or "ND"."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > LONGEST or text.casefold() not in BLANKS:
            return False
        return not (field == "state" and text in STATES)
    if value is None:
        return True
    if isinstance(value, float):
        return isnan(value)
    return isinstance(value, list | dict | tuple) and not value


def is_blank_anywhere(value: object) -> bool:
    """Whether a cell is blank in any field, a state included: for when its field is not known yet."""
    return is_blank(value, "state")


def is_empty(value: object) -> bool:
    """Whether nothing is written in a cell at all: layout and structure, where a dash is already a word."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict | tuple) and not value)
