"""`python -m benchmarks.cells`: processor time to read one row, numbers plain and as people write them."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, Final

from config.listing import BIT
from config.source import Source
from parsing.rows import CellReader
from parsing.vocabulary.units import IN_M2

_SOURCE: Final = Source(name="homes", country="US")
_FETCHED: Final = datetime(2026, 6, 1, tzinfo=UTC)
_TEXTS: Final = (
    "from $430-450K",
    "$1.2 million",
    "was $500,000 now $475,000",
    "Unit 4 - $310,000",
    "USD 215k",
)
_MEANT: Final = (430_000, 1_200_000, 475_000, 310_000, 215_000)
"""The prices of those texts, in order."""
_LEAST_AREA: Final = Decimal("0.01")
_DEGREE: Final = Decimal("0.00000001")
_NUMBERS: Final = frozenset(
    (
        "price",
        "bedrooms",
        "bathrooms",
        "covered_area_m2",
        "lot_size_m2",
        "construction_year",
        "latitude",
        "longitude",
    )
)
KINDS: Final = ("plain", "usual", "hard")


def rows(count: int, kind: str) -> Iterator[dict[str, Any]]:
    """Listings of 19 fields; `kind` is how their prices and areas are written: plain, usual or hard."""
    for number in range(count):
        price, area = 50_000 + number * 37, 400 + number * 7 % 5_600
        written = {
            "plain": (str(price), Decimal(area)),  # as a mapping that names the unit gives it
            "usual": (f"${price:,}", f"{area} sqft"),
            "hard": (
                f"{_TEXTS[number % len(_TEXTS)]} #{number}",
                f"{area / 43_560:.3f} acres + {number % 90} m²",
            ),
        }[kind]
        yield {
            "property_id": f"A{number}", "title": f"House {number}", "source_url": f"https://homes.example/{number}",
            "price": written[0], "currency": "USD", "address": f"{number % 999} Main St", "city": "Asheville",
            "state": "NC", "postal_code": f"{10_000 + number % 90_000}", "bedrooms": str(number % 8 + 1),
            "bathrooms": str(1 + number % 6 / 2), "covered_area_m2": written[1],
            "lot_size_m2": Decimal(1_000 + number * 13 % 49_000), "construction_year": 1900 + number % 125,
            "latitude": str(30 + number % 100_000 / 10_000), "longitude": str(-90 + number % 99_999 / 10_000),
            "standard_status": "Active", "agent_name": "Jane Doe", "listing_date": "2026-06-01",
        }  # fmt: skip


def check(given: list[dict[str, Any]], kind: str) -> None:
    """Raise ValueError unless price, area, place and counts of every row are read as they were meant."""
    reader = CellReader(_SOURCE)
    for number, row in enumerate(given):
        values = reader.read(row, url=None, page_number=None, fetched_at=_FETCHED).values
        found = {name: values[BIT[name]] for name in ("price", "covered_area_m2", "bedrooms", "latitude")}
        price, area = 50_000 + number * 37, Decimal(400 + number * 7 % 5_600)
        if kind == "usual":
            area = area * IN_M2["sqft"]
        elif kind == "hard":
            price = _MEANT[number % len(_MEANT)]
            area = Decimal(row["covered_area_m2"].split()[0]) * IN_M2["acre"] + number % 90
        meant = {
            "price": price,
            "covered_area_m2": area.quantize(Decimal("0.01"), ROUND_HALF_UP),
            "bedrooms": number % 8 + 1,
            "latitude": Decimal(row["latitude"]).quantize(_DEGREE),
        }
        if abs(found["covered_area_m2"] - meant["covered_area_m2"]) <= _LEAST_AREA:
            found["covered_area_m2"] = meant["covered_area_m2"]  # of a sum each part is rounded
        if found != meant:
            raise ValueError(f"{kind} row {number} is read as {found}, not {meant}")


def ours(given: list[dict[str, Any]]) -> None:
    """Read every cell of the rows into staged rows."""
    reader = CellReader(_SOURCE)
    for row in given:
        reader.read(row, url=None, page_number=None, fetched_at=_FETCHED)


def peer(given: list[dict[str, Any]]) -> None:
    """What a short script does with plain rows: `float` of each number, a date of the date, JSON of all."""
    for row in given:
        read = {name: float(cell) if name in _NUMBERS else cell for name, cell in row.items()}
        read["listing_date"] = date.fromisoformat(row["listing_date"]).isoformat()
        json.dumps(row)
        json.dumps(read)


def measured(count: int, rounds: int) -> dict[str, float]:
    """Processor time in µs a row of each kind, and of the peer on plain rows: the least of the rounds.

    Each round takes them all in turn, so that whatever else the machine does strikes them alike. The rows
    are checked first.
    """
    given = {kind: list(rows(count, kind)) for kind in KINDS}
    for kind in KINDS:
        check(given[kind], kind)
    texts = [
        {name: str(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
        for row in given["plain"]
    ]
    runs: dict[str, Callable[[], None]] = {"peer": partial(peer, texts)}
    runs |= {kind: partial(ours, given[kind]) for kind in KINDS}
    return {name: seconds / count * 1e6 for name, seconds in least(runs, rounds).items()}


def least(runs: Mapping[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """The least processor time in seconds of each run, taken in turn `rounds` times."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - began)
    return best


def main() -> None:
    """Print one line for each way of writing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    found = measured(options.rows, options.rounds)
    for name, cost in found.items():
        print(f"{name:6} {cost:6.1f} µs a row {cost / found['peer']:6.2f} × peer")


if __name__ == "__main__":
    main()
