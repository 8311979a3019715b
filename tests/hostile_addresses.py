"""Addresses that hide the id of a home among other numbers: ten shapes, on two days."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from tests.homes_for_sale import Home

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def _slug(home: Home) -> str:
    return f"{home.street_number}-{home.street.lower()}-street-springfield-il-{home.zip_code}"


HOSTILE: Final[dict[str, Callable[[Home], str]]] = {
    "in the query, among keys of a campaign": lambda h: (
        f"/home?utm_source=mail&utm_campaign=day{h.day}&utm_content={h.number}{h.day}&gclid=C{h.day}{h.key}"
        f"&pid={h.key}"
    ),
    "slug with the year it was built, its price and its rooms": lambda h: (
        f"/{h.year}-house-{h.price}-usd-{h.beds}-bedrooms-{h.street.lower()}-{h.key}"
    ),
    "the agency's phone behind the number": lambda h: f"/h/{h.key}/call-217-555-0100",
    "the photo's number behind it": lambda h: f"/photos/{h.key}/photo-{(h.number + h.day) % 9 + 1}",
    "MLS number with letters": lambda h: f"/mls/{_slug(h)}/CA{h.key}XM",
    "base36 code": lambda h: f"/l/{_base36(h.key * 7919 + 60_466_176)}/{_slug(h)}",
    "uuid before a .html": lambda h: f"/{h.zip_code}/{uuid.uuid5(uuid.NAMESPACE_URL, str(h.key))}.html",
    "slug of the price and the day, number at its start": lambda h: (
        f"/offers/{h.key}-{h.price}-2026-05-{h.day:02}.html"
    ),
    "mark of the session in the path": lambda h: f"/s-{9_000_000 + 31 * h.day + h.number}/{h.key}/view.aspx",
    "mark of the session in the query": lambda h: (
        f"/view.php?sid={h.day}f{h.number:02}a9c{h.key}b&lang=en&object={h.key}"
    ),
}
