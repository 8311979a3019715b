"""Text made comparable: folded, squeezed, cut down to letters and digits."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"\d+")


def squeeze(text: str) -> str:
    """Text with every run of white space as one blank."""
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def compact(text: str) -> str:
    """Letters and digits only: `List_Price` and `listPrice` are one key."""
    return _NOT_WORD.sub("", fold(text))


def digits(text: str) -> str:
    """Its digits, joined."""
    return "".join(_DIGITS.findall(text))


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing at all."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip() in {"", "-", "—", "null", "undefined", "None", "NaN"}
    return value in ([], {})


def words(text: str) -> frozenset[str]:
    """A set written as a line of words."""
    return frozenset(text.split())
