"""The id of a listing, as its source writes it."""

from __future__ import annotations

from typing import Any, Final

from config.errors import ParseError
from parsing.cells import as_text
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

LONGEST_ID: Final = 500
_UNREADABLE: Final = (ParseError, ArithmeticError, ValueError, RecursionError)


def read_id(value: Any) -> tuple[str, str | None]:
    """The id in a cell, and the problem of the row if the cell holds none."""
    if type(value) is str and 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable():
        text = value.strip()
    elif value is None:
        text = ""
    else:
        text, problem = _unusual(value)
        if problem is not None:
            return text, problem
    return text, "row has no property_id" if is_blank(text) else None


def _unusual(value: Any) -> tuple[str, str | None]:
    try:
        if isinstance(value, bool | list | tuple):
            raise ParseError(value, "not an id")
        text = bytes(value).decode() if isinstance(value, bytes) else as_text(value)
    except _UNREADABLE:
        return "", f"property_id of type {type(value).__name__} cannot be read"
    text, repaired = repair(text)
    if len(text) > LONGEST_ID:
        return text, f"property_id has {len(text)} characters, more than {LONGEST_ID}"
    if repaired:
        return text, f"property_id {text!r} has invalid characters"
    return text, None
