"""What is on offer: sale or rent, in the words of the portals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from config.sieve import finds_none
from parsing.text import fold, one_line, plain, squeeze
from parsing.vocabulary.operations import (
    KINDS,
    LEADS,
    PREPOSITIONS,
    RENT,
    RENT_IN_CELL,
    RENT_IN_SCRIPT,
    SALE,
    SALE_IN_CELL,
    SALE_IN_SCRIPT,
    TERMS,
    UNCLEAR,
)


def _spaced(phrase: str) -> str:
    """The phrase with `for_sale` and `for-sale` as two words."""
    return phrase.replace("_", " ").replace("-", " ")


def _any(forms: Iterable[str]) -> str:
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


_NAMED: Final = (
    rf"(?:(?P<lead>{_any(PREPOSITIONS)})\s?)?(?:(?:{_any(KINDS)}) )?"
    rf"(?:(?P<sale>{_any(SALE)})|(?P<rent>{_any(RENT)}))"
)
_IN_SCRIPT: Final = (
    rf"(?P<sold>{'|'.join(map(fold, SALE_IN_SCRIPT))})|(?P<let>{'|'.join(map(fold, RENT_IN_SCRIPT))})"
)
_WORD: Final = re.compile(rf"(?<!\w){_NAMED}(?!\w)|{_IN_SCRIPT}")
_WHOLE: Final = re.compile(rf"{_NAMED}(?: (?:{_any(TERMS)}))?|{_IN_SCRIPT}")
_IN_CELL: Final = {
    _spaced(word): operation
    for operation, forms in (("sale", SALE_IN_CELL), ("rent", RENT_IN_CELL))
    for word in forms
}
_NAMES_NONE: Final = finds_none(re.compile(rf"{_NAMED}|{_IN_SCRIPT}|{_any(map(re.escape, _IN_CELL))}"))
"""A text without any of their words."""
_MIXED: Final = re.compile(r"[/,;|&+]| y | and | und | et | e | o | or ")


def parse_operation(text: str) -> str:
    """`sale` or `rent` out of a cell; of several, the sale. A text that names neither stays as it is."""
    phrase = _spaced(plain(text))
    if _NAMES_NONE(phrase):
        return one_line(text)
    if (whole := _of_cell(phrase)) is not None:
        return whole
    named = {_of_cell(part.strip()) for part in _MIXED.split(phrase) if part.strip()}
    if not named or None in named:
        return one_line(text)
    return "sale" if "sale" in named else "rent"


def _of_cell(phrase: str) -> str | None:
    """The operation that a whole phrase is the name of."""
    found = _WHOLE.fullmatch(phrase)
    return _IN_CELL.get(phrase) if found is None else _name(found)


def operation_in(text: str) -> str | None:
    """The first operation that a short phrase names, if it names one."""
    phrase = _spaced(plain(text))
    found = None if _NAMES_NONE(phrase) else _WORD.search(phrase)
    return None if found is None else _name(found)


def operation_of(text: str) -> str | None:
    """The operation that a heading, an address or other running text is about; None for neither or both."""
    phrase = _spaced(squeeze(fold(text)))
    found = [] if _NAMES_NONE(phrase) else [match for match in _WORD.finditer(phrase) if _may_be_meant(match)]
    named = {_name(match) for match in found if _is_clear(match)} or set(map(_name, found))
    return named.pop() if len(named) == 1 else None


def _name(match: re.Match[str]) -> str:
    return "sale" if match["sale"] or match["sold"] else "rent"


def _may_be_meant(match: re.Match[str]) -> bool:
    """Not "a lease", "in location" or "inlet"."""
    return match["rent"] not in UNCLEAR or match["lead"] is None or match["lead"] in LEADS


def _is_clear(match: re.Match[str]) -> bool:
    return match["rent"] not in UNCLEAR or match["lead"] in LEADS
