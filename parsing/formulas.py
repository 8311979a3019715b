"""Texts that a spreadsheet would run as a formula: an apostrophe is put before them, and taken off again.

A spreadsheet takes a cell for a formula by how it begins, after blanks and quotes. One that expects another
delimiter than the comma also begins cells at a semicolon, a tab or a line end inside of ours. A number or a
phone of digits and blanks runs nothing and stays as it is: `-5`, `+52 55 1234 5678`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_MARK: Final = "'"
_BLANKS: Final = r"[\s\0-\x1f\"'\ufeff\u200b-\u200f\u2060]*"
_SURE: Final = "=@\uff1d\uff20\ufe66\ufe6b"
_SIGNS: Final = "+\\-\uff0b\uff0d\ufe62\ufe63"
_BEGINS: Final = re.compile(rf"{_BLANKS}[{_SURE}{_SIGNS}]")
_CONTROL: Final = re.compile(r"'*[\t\r\n]")
_HARMLESS: Final = re.compile(rf"{_BLANKS}[+-]\d[\d ]*(?:[.,]\d+)?")
_INSIDE: Final = re.compile(rf"{_BLANKS}(?:[{_SURE}]|[{_SIGNS}].*?[(|!=@])", re.S)
_SEPARATOR: Final = re.compile(r"([;\t\r\n])")
_SUSPECT: Final = re.compile(rf"(?:^|[;\t\r\n]){_BLANKS}[{_SURE}{_SIGNS}]|^'*[\t\r\n]")

RAW_HEADER: Final = '"source",'
"""How a CSV of ours begins that was written without apostrophes; to a reader it is the column `source`."""


def neutralised(text: str) -> str:
    """Return the text with an apostrophe before what a spreadsheet would run."""
    if not _SUSPECT.search(text):
        return text
    inside = _within(text, lambda piece: _MARK + piece)
    return _MARK + inside if _runs(text) else inside


def restored(text: str) -> str:
    """Return the text that was neutralised; any other text stays as it is.

    Whether a text runs does not depend on apostrophes before it, so one that began with them comes back too.
    """
    if _MARK not in text or not _SUSPECT.search(text):
        return text
    outside = text[1:] if text.startswith(_MARK) and _runs(text) else text
    return _within(outside, lambda piece: piece.removeprefix(_MARK))


def _within(text: str, change: Callable[[str], str]) -> str:
    """Change what would run in the middle of a cell."""
    first, *others = _SEPARATOR.split(text)
    for index in range(1, len(others), 2):
        if _INSIDE.match(others[index]):
            others[index] = change(others[index])
    return first + "".join(others)


def _runs(text: str) -> bool:
    if _CONTROL.match(text):
        return True
    return _BEGINS.match(text) is not None and not _HARMLESS.fullmatch(text)
