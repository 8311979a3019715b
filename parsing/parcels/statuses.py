"""What the words of counties and cities for the state of a sale or a case mean."""

from __future__ import annotations

from typing import Final

from parsing.text import words

UNKNOWN: Final = "unknown"

_CANCELED: Final = "canceled cancelled cancel"
STATUSES: Final[dict[str, dict[str, str]]] = {
    "tax_sales": {
        "active": "scheduled",
        "active sale": "scheduled",
        "scheduled": "scheduled",
        "upcoming": "scheduled",
        "sold": "sold",
        "redeemed": "redeemed",
        "lands available": "lands_available",
        "list of lands available": "lands_available",
    },
    "tax_certificates": {
        "": "unpaid",
        "unpaid": "unpaid",
        "p": "paid",
        "paid": "paid",
        "r": "redeemed",
        "s": "surrendered",
        "surrendered": "surrendered",
        "c": "canceled",
    },
    "foreclosures": {
        "active": "scheduled",
        "scheduled": "scheduled",
        "rescheduled": "scheduled",
        "upcoming": "scheduled",
        "waiting": "scheduled",
        "auction sold": "sold",
    },
    "code_violations": {
        "open": "open",
        "active": "open",
        "reopened": "open",
        "in progress": "open",
        "closed": "closed",
        "complied": "closed",
        "in compliance": "closed",
        "resolved": "closed",
    },
}
"""By kind: a text, folded → our word; "" is a blank cell."""

FIRST_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(_CANCELED.split(), "canceled"),
    "redeemed": "redeemed",
    "sold": "sold",
}
"""Words that say it whatever follows them: "Canceled per Bankruptcy". Not of code cases."""

OURS: Final[dict[str, frozenset[str]]] = {
    "tax_sales": words("scheduled sold redeemed canceled lands_available unknown"),
    "tax_certificates": words("unpaid paid redeemed surrendered canceled unknown"),
    "foreclosures": words("scheduled sold canceled redeemed unknown"),
    "code_violations": words("open closed unknown"),
}
"""By kind, every word that its `status` may be."""


def status_of(kind: str, text: str) -> str:
    """Our word for a folded text of one line; `unknown` where none is known."""
    known = STATUSES[kind].get(text)
    if known is not None:
        return known
    if kind != "code_violations":
        first = text.replace("-", " ").split(" ", 1)[0].strip(".,:;")
        return FIRST_WORDS.get(first, UNKNOWN)
    return UNKNOWN
