"""The id of a listing, as its source writes it."""

from __future__ import annotations

import re
from typing import Any, Final

from config.errors import ParseError
from parsing.cells import as_text
from parsing.staged import Unreadable
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

LONGEST_ID: Final = 500
LONGEST_SHOWN: Final = 80
_UNREADABLE: Final = (ParseError, ArithmeticError, ValueError, RecursionError)
_FIRST_INEXACT: Final = 2**53
_SCIENTIFIC: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2,3}", re.ASCII).fullmatch


def read_id(value: Any) -> tuple[str, str | None]:
    """The id in a cell, and the problem of the row if the cell holds none."""
    if type(value) is str and 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable():
        text = spelled(value.strip())
    elif value is None:
        text = ""
    else:
        text, problem = _unusual(value)
        if problem is not None:
            return text, problem
    if is_rounded(text):
        return "", lost_digits(text)
    return text, "row has no property_id" if is_blank(text) else None


def spelled(text: str) -> str:
    """An id as the source wrote it before a program took it for a decimal: "7001.0" is 7001."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def is_rounded(value: Any) -> bool:
    """Whether an id lost digits: text such as 1.91431E+18, or a float that several whole numbers share."""
    if isinstance(value, float):
        return abs(value) >= _FIRST_INEXACT
    return isinstance(value, str) and "+" in value and _SCIENTIFIC(value) is not None


def lost_digits(value: Any) -> str:
    """Why a rounded id is none."""
    return f"property_id {value} lost digits when a spreadsheet or a program took it for a number"


def _unusual(value: Any) -> tuple[str, str | None]:
    if isinstance(value, Unreadable):
        return "", f"property_id {str(value.given)[:LONGEST_SHOWN]!r} {value.why}"
    try:
        if isinstance(value, bool | list | tuple):
            raise ParseError(value, "not an id")
        if is_rounded(value):
            return "", lost_digits(value)
        text = bytes(value).decode() if isinstance(value, bytes) else as_text(value)
    except _UNREADABLE:
        return "", f"property_id of type {type(value).__name__} cannot be read"
    text, repaired = repair(text)
    if len(text) > LONGEST_ID:
        return text, f"property_id has {len(text)} characters, more than {LONGEST_ID}"
    if repaired:
        return text, f"property_id {text!r} has invalid characters"
    return text, None
