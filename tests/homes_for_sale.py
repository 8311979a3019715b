"""Twelve homes, and the ten kinds of addresses that sites give their pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

_NAMES: Final = (
    "Oak",
    "Elm",
    "Cedar",
    "Maple",
    "Birch",
    "Pine",
    "Aspen",
    "Walnut",
    "Rowan",
    "Alder",
    "Hazel",
    "Linden",
)
_ZIPS: Final = ("62704", "62521", "61614")


@dataclass(frozen=True)
class Home:
    """What a site knows of one home."""

    number: int
    """From 1."""
    price: int
    street_number: int
    street: str
    zip_code: str
    year: int
    beds: int
    day: int = 1

    @property
    def address(self) -> str:
        return f"{self.street_number} {self.street} Street"

    @property
    def title(self) -> str:
        return f"{self.beds} bedroom house on {self.street} Street"

    @property
    def key(self) -> int:
        """The site's number of it."""
        return 48_200 + 7 * self.number


def homes(day: int = 1) -> list[Home]:
    """The homes of a day: on the second, one has another price and the last is gone."""
    first = [
        Home(
            number=n,
            price=210_000 + 5_000 * n,
            street_number=(1286, 1340, 1412)[n % 3],
            street=_NAMES[n - 1],
            zip_code=_ZIPS[n % 3],
            year=1985 + n % 4,
            beds=2 + n % 3,
            day=day,
        )
        for n in range(1, 13)
    ]
    if day == 1:
        return first
    return [replace(first[0], price=first[0].price - 4_000), *first[1:-1]]


def _hex(home: Home) -> str:
    return hashlib.md5(str(home.number).encode(), usedforsecurity=False).hexdigest()


ADDRESSES: Final[dict[str, Callable[[Home], str]]] = {
    "slug that ends in a postal code": lambda h: (
        f"/homes/{h.street_number}-{h.street.lower()}-st-springfield-il-{h.zip_code}"
    ),
    "postal code before the number": lambda h: (
        f"/homedetails/{h.street_number}-{h.street}-St-Springfield-IL-{h.zip_code}/{h.key}0021_zpid/"
    ),
    "slug that ends in a street number": lambda h: (
        f"/property/{h.beds}-bedroom-house-{h.street.lower()}-st-{h.street_number}/"
    ),
    "id in the query": lambda h: f"/ficha.php?id={40 + h.number}",
    "a key of the query that has no name": lambda h: f"/detalle.asp?lang=es&inm={40 + h.number}",
    "year and month of the advert": lambda h: f"/2026/05/house-{h.street.lower()}-street/",
    "number before the slug": lambda h: f"/listing/{h.key}-house-{h.street.lower()}-street.html",
    "price in the slug": lambda h: f"/for-sale/house-{h.price}-{h.street.lower()}-springfield",
    "a key that looks random": lambda h: f"/p/{_hex(h)}",
    "number between words, and a mark of the visit": lambda h: (
        f"/property/{h.key}/springfield/il?v=visit{h.day}{h.number}"
    ),
}
