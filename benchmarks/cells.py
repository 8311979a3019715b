"""`python -m benchmarks.cells`: processor time to read one row, numbers plain and as people write them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from config.source import Source
from parsing.rows import CellReader

_SOURCE: Final = Source(name="homes", country="US")
_FETCHED: Final = datetime(2026, 6, 1, tzinfo=UTC)
_TEXTS: Final = (
    "from $430-450K",
    "$1.2 million",
    "was $500,000 now $475,000",
    "Unit 4 - $310,000",
    "USD 215k",
)


def rows(count: int, kind: str) -> Iterator[dict[str, Any]]:
    """Listings of 19 fields; `kind` is how their prices and areas are written: plain, usual or hard."""
    for number in range(count):
        price, area = 50_000 + number * 37, 400 + number * 7 % 5_600
        written = {
            "plain": (str(price), str(area)),
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
            "lot_size_m2": str(1_000 + number * 13 % 49_000), "construction_year": 1900 + number % 125,
            "latitude": str(30 + number % 100_000 / 10_000), "longitude": str(-90 + number % 99_999 / 10_000),
            "standard_status": "Active", "agent_name": "Jane Doe", "listing_date": "2026-06-01",
        }  # fmt: skip


def microseconds(count: int, kind: str) -> float:
    """Processor time a row, the best of five readings."""
    given = list(rows(count, kind))
    best = float("inf")
    for _ in range(5):
        reader = CellReader(_SOURCE)
        began = time.process_time()
        for row in given:
            reader.read(row, url=None, page_number=None, fetched_at=_FETCHED)
        best = min(best, time.process_time() - began)
    return best / count * 1e6


def main() -> None:
    """Print one line for each way of writing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    count = parser.parse_args().rows
    for kind in ("plain", "usual", "hard"):
        print(f"{kind:6} {microseconds(count, kind):6.1f} µs a row")


if __name__ == "__main__":
    main()
