"""When two values of a field are the same, however they are written."""

from __future__ import annotations

import re
from typing import Any, Final

from parsing.text import digits, fold
from parsing.vocabulary.field_names import COUNT_FIELDS

_NUMBER: Final = re.compile(r"-?\d[\d.,\s’']*")


def sameness(field: str, value: Any) -> str:
    """A key that two equal values of a field share, however they are written."""
    if field == "price":
        number = _NUMBER.search(str(value))
        plain = re.sub(r"[.,]\d{1,2}$", "", number[0].strip()) if number else ""
        return digits(plain) or fold(str(value))
    if field in COUNT_FIELDS:
        number = re.search(r"\d+(?:[.,]\d+)?", str(value))
        return number[0].replace(",", ".").removesuffix(".0") if number else fold(str(value))
    if field in {"latitude", "longitude"}:
        return str(value)[:6]
    return fold(str(value))
