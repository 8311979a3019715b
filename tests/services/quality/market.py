"""An invented market that moves as markets do: from day to day 2 % new, 5 % changed, 1 % gone."""

from __future__ import annotations

import random
from collections.abc import Callable

from services.pipeline import SyncResult
from tests.catalogue import Catalogue, Row

CITIES = {"Mérida": (20.97, -89.62, 1.0), "Puebla": (19.04, -98.2, 1.4), "León": (21.12, -101.68, 0.8)}
KINDS = {"Casa": 1.0, "Departamento": 0.7}


class Market:
    """The homes on offer at one source; each `day` it moves on."""

    def __init__(self, seed: int, homes: int = 120, *, new: float = 0.02) -> None:
        self.new = new
        self.dice = random.Random(seed)
        self.seed = seed
        self.number = 0
        self.rows = [self.home() for _ in range(homes)]

    def home(self) -> Row:
        """A new home."""
        self.number += 1
        dice, number = self.dice, self.number
        city = dice.choice([*CITIES])
        latitude, longitude, dear = CITIES[city]
        kind = dice.choice([*KINDS])
        area = round(dice.lognormvariate(4.8, 0.4))
        return {
            "property_id": f"{self.seed}-{number}",
            "title": f"{kind} {number} en {city}",
            "description": f"Luminosa, de {area} m², número {number}",
            "property_type": kind,
            "operation_type": "sale",
            "address": f"Calle {number}",
            "city": city,
            "price": round(area * 15_000 * dear * KINDS[kind] * dice.lognormvariate(0, 0.25), -3),
            "total_area_m2": area,
            "bedrooms": dice.choice([2, 3, 3, 4]) if dice.random() > 0.05 else "",
            "bathrooms": dice.choice([1, 2, 2, 3]),
            "latitude": round(latitude + dice.gauss(0, 0.05), 5),
            "longitude": round(longitude + dice.gauss(0, 0.05), 5),
            "main_image_url": f"https://acme.example/{number}.jpg",
            "agency_name": dice.choice(["Norte", "Sur", "Centro"]),
        }

    def day(self) -> list[Row]:
        """The homes on offer a day later."""
        kept = [row for row in self.rows if self.dice.random() > 0.01]
        for row in kept:
            if self.dice.random() < 0.05:
                row["price"] = round(row["price"] * self.dice.uniform(0.93, 1.05), -3)
        new = sum(self.dice.random() < self.new for _ in kept)
        self.rows = kept + [self.home() for _ in range(new)]
        return [dict(row) for row in self.rows]


Fault = Callable[[list[Row]], list[Row]]


async def quiet_days(
    catalogue: Catalogue, market: Market, days: int, *, first: float = 0, **how: object
) -> list[SyncResult]:
    """So many days of the market, each applied."""
    return [await catalogue.run(market.day(), day=first + day, **how) for day in range(days)]  # type: ignore[arg-type]
