"""Listings posted again by a second portal, and neighbours that only look like them: made of any listings."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

Row = dict[str, Any]

_METRE: Final = 1 / 111_320
_LOOKS: Final = ("Bright", "Spacious", "Charming", "Updated", "Quiet", "Sunny")
_SPELLINGS: Final = (
    ("St", "Street"), ("Ave", "Avenue"), ("Rd", "Road"), ("Dr", "Drive"), ("Ln", "Lane"), ("Ct", "Court"),
    ("Blvd", "Boulevard"), ("Pl", "Place"), ("W", "West"), ("E", "East"), ("N", "North"), ("S", "South"),
)  # fmt: skip
_UNIT: Final = re.compile(
    r",?\s*(?:#|\b(?:unit|apt|int\.?|interior)\s)\s*(?P<unit>[\w-]+)\s*$", re.IGNORECASE
)
_HOUSE: Final = re.compile(r"^(?P<before>\D*)(?P<house>\d+)")


@dataclass(frozen=True, slots=True)
class Posted:
    """What the second portal shows: a row, and the listing that it is the same home as, None for no other."""

    row: Row
    again: str | None


class SecondPortal:
    """Posts a half of the listings again, and for every third a neighbour or the home's other operation.

    The same seed posts the same. Again: another id and url, the title and description reworded, the price
    rounded or lowered, the pin moved, street and unit spelt another way, one field or another left out. A
    neighbour is the next unit, alike in all but its number, or the next house of the street, 20 m on.
    """

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def posts(self, listings: Sequence[Row]) -> Iterator[Posted]:
        """What it shows, but for neighbours that the first portal shows itself."""
        shown = {_normal(home.get("address")) for home in listings}
        for number, home in enumerate(listings):
            fate = self._draw.random()
            if self._draw.random() < 0.5:
                yield self._posted(number, "a", self._again(home), home["property_id"])
            if fate < 0.22:
                neighbour = self._neighbour(home)
                if _normal(neighbour.get("address")) not in shown:
                    yield self._posted(number, "n", neighbour, None)
            elif fate < 0.33:
                yield self._posted(number, "r", self._other_operation(home), None)

    def _posted(self, number: int, kind: str, row: Row, again: str | None) -> Posted:
        identity = f"{number:06d}{kind}"
        url = f"https://second.example/{identity}"
        return Posted({**row, "property_id": identity, "source_url": url}, again)

    def _again(self, home: Row) -> Row:
        draw = self._draw
        row = {
            **home,
            "title": self._title(home),
            "description": self._reworded(home.get("description")),
            "price": self._asked(home.get("price")),
            "address": self._respelt(home.get("address")),
            "main_image_url": self._picture(home.get("main_image_url")),
            "agent_phone": None,
        }
        self._move(row, 10)
        for field, share in (
            ("address", 0.06), ("latitude", 0.10), ("bedrooms", 0.03), ("bathrooms", 0.05),
            ("covered_area_m2", 0.08), ("total_area_m2", 0.08), ("lot_size_m2", 0.20), ("floor_number", 0.40),
            ("construction_year", 0.20), ("description", 0.10),
        ):  # fmt: skip
            if draw.random() < share:
                row[field] = None
        if row.get("latitude") is None:
            row["longitude"] = None
        return row

    def _neighbour(self, home: Row) -> Row:
        draw = self._draw
        row = {
            **home,
            "title": self._title(home),
            "description": None,
            "main_image_url": None,
            "agent_phone": None,
        }
        address = str(home.get("address") or "")
        unit = _UNIT.search(address)
        if unit:
            row["address"] = self._respelt(f"{address[: unit.start()]} #{_next(unit['unit'])}")
            row["price"] = _scaled(home.get("price"), draw.choice((1, 1, 1.01, 0.98)))
            return row
        row["address"] = self._respelt(
            _HOUSE.sub(lambda found: f"{found['before']}{int(found['house']) + 2}", address, count=1)
        )
        row["price"] = _scaled(home.get("price"), draw.uniform(0.85, 1.15))
        for field in ("covered_area_m2", "total_area_m2", "lot_size_m2"):
            row[field] = _scaled(home.get(field), draw.uniform(0.9, 1.1))
        if row.get("construction_year") is not None:
            row["construction_year"] = int(row["construction_year"]) + draw.choice((-1, 0, 0, 1, 4))
        self._move(row, 0, along=20)
        return row

    def _other_operation(self, home: Row) -> Row:
        to_let = home.get("operation_type") != "rent"
        return {
            **self._again(home),
            "operation_type": "rent" if to_let else "sale",
            "price_period": "month" if to_let else None,
            "price": _scaled(home.get("price"), 1 / 220 if to_let else 220),
        }

    def _title(self, home: Row) -> str:
        kind = str(home.get("property_type") or "home").lower()
        return f"{self._draw.choice(_LOOKS)} {kind} with {home.get('bedrooms') or 'some'} bedrooms"

    def _reworded(self, description: str | None) -> str | None:
        """Its sentences in another order, one of them left out."""
        sentences = [part for part in re.split(r"(?<=[.!?])\s+", description or "") if part]
        if len(sentences) > 1:
            at = self._draw.randrange(len(sentences))
            sentences = sentences[at + 1 :] + sentences[:at]
        return " ".join(sentences) or None

    def _asked(self, price: Any) -> Any:
        fate = self._draw.random()
        if price is None or fate < 0.5:
            return price
        if fate < 0.8:
            step = 1_000 if float(price) >= 20_000 else 10
            return round(float(price) / step) * step
        return _scaled(price, 1 - self._draw.uniform(0.01, 0.06))

    def _respelt(self, address: str | None) -> str | None:
        if not address:
            return None
        draw = self._draw
        unit = _UNIT.search(address)
        street = address[: unit.start()] if unit else address
        if draw.random() < 0.6:
            words = dict(_SPELLINGS) | {long: short for short, long in _SPELLINGS}
            street = " ".join(words.get(word, word) for word in street.split(" "))
        if draw.random() < 0.2:
            street = street.upper()
        if not unit or draw.random() < 0.08:
            return street
        return street + draw.choice((" #{}", " Unit {}", " Apt {}", ", # {}")).format(unit["unit"])

    def _picture(self, url: str | None) -> str | None:
        """In one case of three the file that the first portal shows, on another server."""
        if not url or self._draw.random() > 1 / 3:
            return None
        return re.sub(r"^https?://[^/]+/", "https://img.second.example/", url)

    def _move(self, row: Row, metres: float, along: float = 0) -> None:
        for field in ("latitude", "longitude"):
            if row.get(field) is not None:
                row[field] = round(float(row[field]) + (self._draw.gauss(0, metres) + along) * _METRE, 6)


def _normal(address: Any) -> tuple[str, ...]:
    """House, words and unit, however these are written."""
    words = re.findall(r"[A-Z0-9]+", str(address or "").upper())
    longer = {short.upper(): long.upper() for short, long in _SPELLINGS}
    return tuple(longer.get(word, word) for word in words if word not in ("UNIT", "APT"))


def _scaled(amount: Any, factor: float) -> Any:
    return None if amount is None else round(float(amount) * factor, 2)


def _next(unit: str) -> str:
    """The unit beside it: 12 is beside 13, B beside A, 3-104 beside 3-105."""
    number = re.search(r"\d+$", unit)
    if number:
        return f"{unit[: number.start()]}{int(number[0]) + 1}"
    return f"{unit[:-1]}{chr(ord(unit[-1]) + (1 if unit[-1].upper() != 'Z' else -1))}"
