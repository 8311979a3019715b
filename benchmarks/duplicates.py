"""`python -m benchmarks.duplicates`: re-posted homes that are found, neighbours that are told from them.

Invented: flats in towers and houses in streets, listed by one portal; some of them again by a second one,
with another id, title and agent, the address spelt another way or without its unit, the pin moved, the price
rounded. Hard negatives: the flat above, alike in all but its unit; the house next door; a flat of the same
tower that only the second portal has. All goes through staging and sync, and pairs are judged by homes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Final

from benchmarks.listings import Row
from benchmarks.ours import moment
from benchmarks.server import BASE, Server, throwaway_server
from config.source import Source
from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.duplicates import find_duplicates, list_pairs
from services.pipeline import SyncOptions, sync_session
from services.staging import SessionWriter, register_source

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


@dataclass(frozen=True, slots=True)
class Quality:
    """Pairs of one home: how many of those found are, how many of those there are were found, and both."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: pairs that were merged, and those with the ones that wait for a person."""

    homes: int
    listings: int
    pairs: int
    merged: Quality
    merged_or_waiting: Quality
    seconds: float


class Town:
    """Homes, and how two portals list them; the same seed gives the same town."""

    def __init__(self, homes: int, seed: int) -> None:
        self._draw = random.Random(seed)
        self.homes = homes
        self.of: dict[str, int] = {}
        """The home of each listing, by its id."""

    def listings(self) -> tuple[list[Row], list[Row]]:
        """What the first portal lists, and what the second does."""
        first, second = [], []
        for number in range(self.homes):
            home = self._flat(number) if number // _PER_TOWER % 2 else self._house(number)
            fate = self._draw.random()
            if fate < 0.85:
                first.append(self._listed("F", number, home))
            if fate < 0.30 or fate >= 0.85:
                second.append(self._listed("S", number, self._again(home)))
        return first, second

    def _listed(self, portal: str, number: int, home: Row) -> Row:
        identity = f"{portal}-{number:06d}"
        self.of[identity] = number
        return {**home, "property_id": identity}

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
        city, latitude, longitude = drawn.choice(_TOWNS)
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


async def measure(server: Server, homes: int, seed: int) -> Measured:
    """List a town, find duplicates, compare the homes found with those there are."""
    await server.copy("town", BASE)
    town = Town(homes, seed)
    first, second = town.listings()
    async with await DirectDatabase.connect(server.login_dsn("town")) as database:
        await _listed(database, "first", first)
        await _listed(database, "second", second)
        began = time.perf_counter()
        found = await find_duplicates(database, actor="benchmark")
        seconds = time.perf_counter() - began
        merged = {
            _ids(pair) for pair in await list_pairs(database, state="merged", least=0.5, limit=1_000_000)
        }
        waiting = {_ids(pair) for pair in await list_pairs(database, least=0.5, limit=1_000_000)}
    true = _true_pairs(town.of)
    return Measured(
        homes,
        len(first) + len(second),
        found.pairs,
        _quality(merged, true),
        _quality(merged | waiting, true),
        seconds,
    )


def _ids(pair: Any) -> tuple[str, str]:
    left, right = sorted((pair.left_side["property_id"], pair.right_side["property_id"]))
    return left, right


def _true_pairs(of: dict[str, int]) -> set[tuple[str, str]]:
    listed: dict[int, list[str]] = defaultdict(list)
    for identity, home in of.items():
        listed[home].append(identity)
    return {(left, right) for each in listed.values() for left, right in combinations(sorted(each), 2)}


def _quality(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> Quality:
    right = len(found & true)
    precision, recall = right / max(len(found), 1), right / max(len(true), 1)
    return Quality(precision, recall, 2 * right / max(len(found) + len(true), 1))


async def _listed(database: DirectDatabase, name: str, rows: Iterable[Row]) -> None:
    source = Source(name=name, currency="MXN", country="MX", language="spanish")
    await register_source(database, source)
    at = moment(1)
    session = await SessionWriter.open(database, source, scope="all", kind="import", clock=lambda: at)
    reader = CellReader(source)
    for row in rows:
        await session.add(reader.read(row, url=None, page_number=1, fetched_at=at))
    await session.complete("complete")
    done = await sync_session(database, session.session_id, SyncOptions(clock=lambda: at, catch_up=False))
    if done.status != "applied":
        raise RuntimeError(f"the sync is {done.status}: {done.error}")


def _lines(measured: Measured) -> Iterator[str]:
    head = f"{measured.listings:,} listings of {measured.homes:,} homes"
    yield f"{head}, {measured.pairs:,} pairs, {measured.seconds:.1f} s"
    for name, quality in (("merged", measured.merged), ("merged or waiting", measured.merged_or_waiting)):
        figures = f"precision {quality.precision:.4f}   recall {quality.recall:.4f}   F1 {quality.f1:.4f}"
        yield f"  {name:<18} {figures}"


async def _main(homes: list[int], seed: int, as_json: bool) -> None:
    async with throwaway_server() as server:
        for count in homes:
            measured = await measure(server, count, seed)
            print(json.dumps(asdict(measured)) if as_json else "\n".join(_lines(measured)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, nargs="+", default=[2_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    asyncio.run(_main(asked.homes, asked.seed, asked.json))
