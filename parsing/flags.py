"""Yes and no, in the words and figures that feeds use."""

from __future__ import annotations

from typing import Final

from config.errors import ParseError
from parsing.text import plain

_YES_WORDS: Final = (
    "true t yes y 1 1.0 on si s x ✓ ✔ checked oui o ja j sim verdadero vrai wahr available included"
    " да tak evet ano igen"
)
_NO_WORDS: Final = (
    "false f no n 0 0.0 off non nein nao nej falso faux falsch ✗ ✘ none unchecked нет nie hayir ne nem"
)
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())


def parse_boolean(value: object) -> bool:
    """True or false from a typed value or a word; anything else is doubt, not false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = plain(value)
    elif value in (0, 1):
        word = str(int(value))
    else:
        raise ParseError(value, "neither yes nor no")
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ParseError(value, "neither yes nor no")
