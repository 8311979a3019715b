"""Link records to their parcels: what changed since the last time, and what waited for a parcel that came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from config.county.keys import Place
from database.handle import Database
from database.records import records

BATCH: Final = 20_000
"""How many changes are looked at in one call."""

Progress = Callable[[int], None]
"""Is told how many changes have been looked at."""


@dataclass(frozen=True, slots=True)
class Waits:
    """So many records of a kind that wait, were left without a parcel, or are linked with a doubt.

    `why` is no_id (no readable parcel id), no_parcel (no parcel has it), other_order (the id may be read in
    two orders, and the parcel that it names has another address) or other_address (so has the parcel that it
    names for certain).
    """

    kind: str
    standing: str
    why: str
    records: int


@dataclass(frozen=True, slots=True)
class Linked:
    """What was looked at, and what came of it."""

    changes: int
    linked: int
    """Records that found a parcel, or another one."""
    unlinked: int
    """Records that lost theirs, as they name another or none."""
    waits: tuple[Waits, ...]

    @property
    def waiting(self) -> int:
        """How many records wait for a parcel or a person."""
        return sum(each.records for each in self.waits if each.standing == "waiting")


async def link(
    database: Database,
    counties: Iterable[Place] = (),
    *,
    anew: bool = False,
    progress: Progress | None = None,
) -> Linked:
    """Bring the links of records to parcels up to date, as live has changed; it may be called any time.

    The key rules of `counties` are kept for this and later calls: they say which ids may be read in two
    orders. `anew` looks at every record, whatever was looked at before.
    """
    for county in counties:
        rule = county.key.model_dump(mode="json")
        await database.value("keep_key_rule", county.state, county.county_fips, rule)
    if anew:
        await database.value("link_records_anew")
    changes = linked = unlinked = 0
    remaining = True
    while remaining:
        row = await database.row("link_records", BATCH)
        if row is None:
            break
        changes, linked = changes + row["changes"], linked + row["linked"]
        unlinked, remaining = unlinked + row["unlinked"], row["remaining"]
        if progress is not None:
            progress(changes)
    return Linked(changes, linked, unlinked, tuple(await waits(database)))


async def waits(database: Database) -> list[Waits]:
    """How many records wait, by kind, standing and reason."""
    return records(Waits, await database.rows("waiting_counts"))
