"""Regular expressions that read a part of a cell. RE2's time grows with the cell's length, and no faster."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from config.errors import ParseError
from parsing.cells import as_text
from parsing.staged import Unreadable
from parsing.text import repair
from parsing.vocabulary.blank import is_blank


@lru_cache(maxsize=200)
def matcher(pattern: str) -> Callable[[str], str | None]:
    """What returns the pattern's one group in a text, None where the text does not match.

    Raises ValueError for a pattern that cannot be read, or that has another number of groups.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(repair(pattern)[0], options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args else "it cannot be read"
        raise ValueError(
            f"the pattern {_quoted(pattern)} cannot be used: {reason} (no look-around, no back-references)"
        ) from error
    if compiled.groups != 1:
        raise ValueError(
            f"the pattern {_quoted(pattern)} has {compiled.groups} groups: put what is meant in one pair of "
            "brackets, and (?: ) around the rest"
        )

    def find(text: str) -> str | None:
        found = compiled.search(repair(text)[0])
        return None if found is None else found[1]

    return find


def part_of(value: Any, pattern: str) -> Any:
    """The part of a cell, or of each text in a list, that the pattern's group matches."""
    if isinstance(value, Unreadable) or is_blank(value):
        return value
    if isinstance(value, list):
        return [part_of(item, pattern) for item in value]
    try:
        part = matcher(pattern)(as_text(value))
    except ParseError as error:
        return Unreadable(value, error.why)
    return Unreadable(value, f"does not match the pattern {_quoted(pattern)}") if part is None else part


def _quoted(pattern: str) -> str:
    """The pattern with its backslashes as they work, not as TOML doubles them."""
    return f"'{pattern}'"
