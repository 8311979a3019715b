"""Listings in a catalogue, posted again by a second portal, and the homes that are found."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.linkage.quality import Quality, quality
from benchmarks.linkage.reposts import Posted, Row, SecondPortal
from benchmarks.ours import moment
from benchmarks.server import BASE, Server
from config.source import Source
from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.duplicates import Pair as Compared
from services.duplicates import find_duplicates, list_pairs
from services.duplicates.find import REVIEW_AT
from services.pipeline import SyncOptions, sync_session
from services.staging import SessionWriter, register_source
from services.workflows.import_ import ListingImporter

Pair = tuple[str, str]
_ALL = 1_000_000
WRONG_COSTS = 20
"""A wrong merge, which nobody may notice, costs as much as so many pairs that a person settles."""
_FIELDS = (
    "property_id", "title", "description", "property_type", "operation_type", "address", "city", "state",
    "postal_code", "latitude", "longitude", "price", "currency", "price_period", "bedrooms", "bathrooms",
    "total_area_m2", "covered_area_m2", "lot_size_m2", "floor_number", "construction_year", "main_image_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """What a search found of listings posted again: pairs by their ids."""

    name: str
    listings: int
    true: frozenset[Pair]
    merged: frozenset[Pair]
    likely: dict[Pair, float]
    unvetoed: dict[Pair, float]
    seconds: float

    def automatic(self) -> Quality:
        """Of the homes that were merged without a person."""
        return quality(self.merged, self.true)

    def with_review(self) -> Quality:
        """Of these and the pairs that wait for a person."""
        return quality(self.merged | set(self.likely), self.true)

    def at(self, threshold: float) -> Quality:
        """Had homes been merged from another probability on."""
        return quality(self._merged_at(threshold), self.true)

    def cost(self, threshold: float) -> int:
        """What homes merged from this probability on would have cost, in pairs that a person settles."""
        wait = sum(REVIEW_AT <= found < threshold for found in self.unvetoed.values())
        return WRONG_COSTS * len(self._merged_at(threshold) - self.true) + wait

    def _merged_at(self, threshold: float) -> set[Pair]:
        return {pair for pair, found in self.unvetoed.items() if found >= threshold}


async def of_file(server: Server, path: Path, seed: int) -> Listed:
    """The listings of a file, imported as a user does, and posted again."""
    await server.copy("posted", BASE)
    async with await DirectDatabase.connect(server.login_dsn("posted")) as database:
        mapping = Path(__file__).parent / "mappings" / f"{path.stem}.toml"
        importer = ListingImporter(database, options=_options())
        await importer.import_and_sync(str(path), mapping=str(mapping) if mapping.exists() else None)
        async with server.connect("posted") as conn:
            country = await conn.fetchval("select country from public.sources limit 1")
            rows = await conn.fetch(
                f"select {', '.join(_FIELDS)} from public.properties_live order by property_id"
            )
        posts = list(SecondPortal(seed).posts([dict(row) for row in rows]))
        second = Source(name="second", country=country, decimal_mark=".")
        await _show(database, second, posts)
        true = {_pair(post.again, post.row["property_id"]) for post in posts if post.again}
        return await found(database, path.stem, len(rows) + len(posts), true)


async def _show(database: DirectDatabase, source: Source, posts: Sequence[Posted]) -> None:
    await show(database, source, ({k: v for k, v in post.row.items() if v is not None} for post in posts))


async def show(database: DirectDatabase, source: Source, rows: Iterable[Row], *, day: int = 1) -> None:
    """Bring rows into live as a scrape of a source."""
    await register_source(database, source)
    at = moment(day)
    session = await SessionWriter.open(database, source, scope="all", kind="import", clock=lambda: at)
    reader = CellReader(source)
    for row in rows:
        await session.add(reader.read(row, url=None, page_number=1, fetched_at=at))
    await session.complete("complete")
    done = await sync_session(database, session.session_id, _options(day))
    if done.status != "applied":
        raise RuntimeError(f"the sync is {done.status}: {done.error}")


def _options(day: int = 1) -> SyncOptions:
    at = moment(day)
    return SyncOptions(clock=lambda: at, catch_up=False)


async def found(database: DirectDatabase, name: str, listings: int, true: set[Pair]) -> Listed:
    """Search for homes, and keep what became of each pair."""
    began = time.perf_counter()
    await find_duplicates(database, actor="benchmark")
    seconds = time.perf_counter() - began
    merged = await list_pairs(database, state="merged", least=0, limit=_ALL)
    waiting = await list_pairs(database, least=0.01, limit=_ALL)
    unvetoed = {_ids(pair): pair.probability for pair in merged}
    unvetoed |= {_ids(pair): pair.probability for pair in waiting if pair.vetoed is None}
    return Listed(
        name,
        listings,
        frozenset(true),
        frozenset(_ids(pair) for pair in merged),
        {_ids(pair): pair.probability for pair in waiting if pair.probability >= REVIEW_AT},
        unvetoed,
        seconds,
    )


def _pair(left: str, right: str) -> Pair:
    return (left, right) if left < right else (right, left)


def _ids(pair: Compared) -> Pair:
    return _pair(pair.left_side["property_id"], pair.right_side["property_id"])
