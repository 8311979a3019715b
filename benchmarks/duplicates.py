"""`python -m benchmarks.duplicates`: re-posted homes that are found, neighbours that are told from them.

Invented: flats in towers and houses in streets, listed by one portal; some of them again by a second one,
with another id, title and agent, the address spelt another way or without its unit, the pin moved, the price
rounded. Hard negatives: the flat above, alike in all but its unit; the house next door; a flat of the same
tower that only the second portal has. All goes through staging and sync, and pairs are judged by homes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from benchmarks.linkage.listed import Listed, found, show
from benchmarks.listings import Row
from benchmarks.server import BASE, Server, throwaway_server
from config.source import Source
from database.direct import DirectDatabase

_STREETS: Final = (
    "Reforma",
    "Insurgentes",
    "Juárez",
    "Hidalgo",
    "Morelos",
    "Independencia",
    "Libertad",
    "Ceiba",
)
_LOOKS: Final = (
    "luminoso",
    "amplio",
    "remodelado",
    "céntrico",
    "con balcón",
    "con terraza",
    "de lujo",
    "nuevo",
)
_TOWNS: Final = (("Mérida", 20.967, -89.623), ("Puebla", 19.041, -98.206), ("León", 21.122, -101.680))
_PER_TOWER: Final = 12
_METRE: Final = 1 / 111_320


class Town:
    """Homes, and how two portals list them; the same seed gives the same town.

    Of each portal `alone` is the share that no other lists. There is a town to every so many homes, so that a
    country is no denser than a city.
    """

    def __init__(
        self, homes: int, seed: int, *, alone: float = 0.55, homes_a_town: int | None = None
    ) -> None:
        self._draw = random.Random(seed)
        self.homes = homes
        self._alone = alone
        self._towns = _TOWNS if homes_a_town is None else _many_towns(homes // homes_a_town + 1)
        self.of: dict[str, int] = {}
        """The home of each listing, by its id."""

    def listings(self) -> tuple[list[Row], list[Row]]:
        """What the first portal lists, and what the second does."""
        first, second = [], []
        for number in range(self.homes):
            home = self._home_of(number)
            fate = self._draw.random()
            if fate < 0.85:
                first.append(self._listed("F", number, home))
            if fate < 0.85 - self._alone or fate >= 0.85:
                second.append(self._listed("S", number, self._again(home)))
        return first, second

    def third(self, listings: int) -> list[Row]:
        """So many of the homes, spread over all, as a third portal lists them."""
        step = max(1, self.homes // listings)
        return [
            self._listed("T", number, self._again(self._home_of(number)))
            for number in range(0, self.homes, step)
        ]

    def true_pairs(self) -> set[tuple[str, str]]:
        """The listings of one home, as listings() made them, the smaller id first."""
        listed: dict[int, list[str]] = defaultdict(list)
        for identity, home in self.of.items():
            listed[home].append(identity)
        return {pair for each in listed.values() for pair in combinations(sorted(each), 2)}

    def _listed(self, portal: str, number: int, home: Row) -> Row:
        identity = f"{portal}-{number:06d}"
        self.of[identity] = number
        return {**home, "property_id": identity}

    def _home_of(self, number: int) -> Row:
        return self._flat(number) if number // _PER_TOWER % 2 else self._house(number)

    def _flat(self, number: int) -> Row:
        """One of a tower's flats: street, size, rooms, price and words are nearly those of the next."""
        tower = random.Random(number // _PER_TOWER)
        unit = number % _PER_TOWER
        area = 60 + 5 * tower.randrange(12)
        base = self._home(tower, "Departamento", area, tower.randrange(1, 4))
        address = f"{base['address']} Int. {101 + unit % 4 + 100 * (unit // 4)}"
        price = base["price"] + 25_000 * (unit // 4)
        return {**base, "address": address, "price": price, "floor_number": 1 + unit // 4}

    def _house(self, number: int) -> Row:
        """A house of its own, next to others of its street."""
        own = random.Random(number)
        street = random.Random(number // _PER_TOWER)
        base = self._home(street, "Casa", 80 + own.randrange(240), own.randrange(2, 6))
        house = int(base["address"].split()[-1]) + 2 * (number % _PER_TOWER)
        price = base["total_area_m2"] * (14_000 + own.randrange(9_000))
        along = 12 * (number % _PER_TOWER) * _METRE
        street_name = base["address"].rsplit(" ", 1)[0]
        return {
            **base,
            "address": f"{street_name} {house}",
            "price": price,
            "latitude": base["latitude"] + along,
            "title": f"Casa {own.choice(_LOOKS)} de {base['bedrooms']} recámaras en {base['city']}",
        }

    def _home(self, drawn: random.Random, kind: str, area: int, bedrooms: int) -> Row:
        city, latitude, longitude = drawn.choice(self._towns)
        return {
            "title": f"{kind} {drawn.choice(_LOOKS)} en {city}, {bedrooms} recámaras",
            "property_type": kind,
            "operation_type": "sale",
            "address": f"Calle {drawn.choice(_STREETS)} {100 + drawn.randrange(900)}",
            "city": city,
            "postal_code": f"{97_000 + drawn.randrange(60)}",
            "latitude": latitude + drawn.randrange(60_000) / 1_000_000,
            "longitude": longitude + drawn.randrange(60_000) / 1_000_000,
            "price": area * (18_000 + drawn.randrange(12_000)),
            "currency": "MXN",
            "bedrooms": bedrooms,
            "bathrooms": 1 + bedrooms // 2,
            "total_area_m2": area,
            "agent_phone": f"+52 999 {drawn.randrange(10_000_000):07d}",
        }

    def _again(self, home: Row) -> Row:
        """The home as the second portal lists it."""
        draw = self._draw
        again = {
            **home,
            "title": f"{draw.choice(_LOOKS).capitalize()}: {home['property_type'].lower()} en venta",
            "address": self._respelt(home["address"]),
            "price": round(home["price"] * draw.choice((1, 1, 1, 0.98, 0.95)), -4),
            "latitude": home["latitude"] + draw.gauss(0, 8) * _METRE,
            "longitude": home["longitude"] + draw.gauss(0, 8) * _METRE,
            "agent_phone": f"+52 998 {draw.randrange(10_000_000):07d}",
        }
        for field, share in (
            ("latitude", 0.15),
            ("address", 0.1),
            ("total_area_m2", 0.1),
            ("floor_number", 0.5),
        ):
            if draw.random() < share:
                again.pop(field, None)
        if "latitude" not in again:
            again.pop("longitude")
        return again

    def _respelt(self, address: str) -> str:
        """Another spelling, one in ten without the unit."""
        draw = self._draw
        street, _, unit = address.partition(" Int. ")
        street = draw.choice(
            (street, street.replace("Calle ", "C. "), street.upper(), street.replace(" ", "  "))
        )
        if not unit or draw.random() < 0.1:
            return street
        return f"{street}{draw.choice((' Int. ', ' int ', ' Interior ', ', Int. '))}{unit}"


async def measure(server: Server, homes: int, seed: int) -> Listed:
    """List a town, find duplicates, compare the homes found with those there are."""
    await server.copy("town", BASE)
    town = Town(homes, seed)
    first, second = town.listings()
    async with await DirectDatabase.connect(server.login_dsn("town")) as database:
        await show(database, portal("first"), first)
        await show(database, portal("second"), second)
        return await found(database, f"{homes:,} invented homes", len(first) + len(second), town.true_pairs())


def _many_towns(count: int) -> tuple[tuple[str, float, float], ...]:
    draw = random.Random(count)
    return tuple(
        (f"Villa {number}", draw.uniform(16, 30), draw.uniform(-115, -90)) for number in range(count)
    )


def portal(name: str) -> Source:
    return Source(name=name, currency="MXN", country="MX", language="spanish")


def lines(listed: Listed) -> Iterator[str]:
    """What was found, for people."""
    again = f"{len(listed.true):,} posted again"
    yield f"{listed.name}: {listed.listings:,} listings, {again}, {listed.seconds:.1f} s"
    for name, quality in (("merged", listed.automatic()), ("merged or waiting", listed.with_review())):
        figures = f"precision {quality.precision:.4f}   recall {quality.recall:.4f}   F1 {quality.f1:.4f}"
        yield f"  {name:<18} {figures}"


async def _main(homes: list[int], seed: int) -> None:
    async with throwaway_server() as server:
        for count in homes:
            print("\n".join(lines(await measure(server, count, seed))), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, nargs="+", default=[2_000])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asyncio.run(_main(asked.homes, asked.seed))
