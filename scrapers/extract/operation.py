"""Sale or rent, told from the words of a type, a url or a heading."""

from __future__ import annotations

from parsing.text import fold
from parsing.vocabulary.field_names import RENT, SALE


def operation_of(text: str) -> str | None:
    """`sale`, `rent`, or None when the words say neither or both."""
    plain = fold(text).replace("_", "-")
    sale, rent = bool(SALE.search(plain)), bool(RENT.search(plain))
    if sale == rent:
        return None
    return "sale" if sale else "rent"
