"""Scrapes kept on disk between the processes of a run, and what their rows add up to."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.listings import Row

_CHUNK_ROWS: Final = 10_000


@dataclass(slots=True)
class Sums:
    """What any catalogue of exactly these listings adds up to."""

    rows: int = 0
    prices: Decimal = Decimal(0)
    title_letters: int = 0
    amenities: int = 0

    def add(self, row: Row) -> None:
        self.rows += 1
        self.prices += row["price"]
        self.title_letters += len(row["title"])
        self.amenities += len(row["amenities"])

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "prices": str(self.prices)}


def keep(rows: Iterable[Row], path: Path) -> Sums:
    """Write a scrape, and return what it adds up to."""
    sums, waiting = Sums(), iter(rows)
    with path.open("wb") as file:
        while chunk := list(islice(waiting, _CHUNK_ROWS)):
            for row in chunk:
                sums.add(row)
            pickle.dump(chunk, file, pickle.HIGHEST_PROTOCOL)
    return sums


def kept(path: str | Path) -> Iterator[Row]:
    """The rows of a kept scrape, a chunk in memory at a time."""
    with Path(path).open("rb") as file:
        while True:
            try:
                chunk = pickle.load(file)
            except EOFError:
                return
            yield from chunk
