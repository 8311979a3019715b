"""Pairs of listings that may be one home: listed, and one of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import records
from services.duplicates.comparisons import COMPARISONS, MISSING
from services.sources import require_source

State = Literal["review", "merged", "apart"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two listings and how likely they are one home; `vetoed` says why a person must decide."""

    left_id: UUID
    right_id: UUID
    probability: float
    state: str
    vetoed: str | None
    left_side: dict[str, Any]
    right_side: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison says: `weight` in bits, positive for one home, negative against it."""

    comparison: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class PairDetails:
    """A pair with what each comparison says. `decided` is what a person said: the same home or not."""

    left_id: UUID
    right_id: UUID
    probability: float | None
    weight: float | None
    vetoed: str | None
    same_home: bool
    decided: bool | None
    left_side: dict[str, Any]
    right_side: dict[str, Any]
    evidence: tuple[Evidence, ...]


async def list_pairs(
    database: Database,
    *,
    state: State = "review",
    least: float,
    source: str | None = None,
    after: Pair | None = None,
    limit: int = 50,
) -> list[Pair]:
    """Pairs in a state, the surest first; those that wait for review from the probability `least` on.

    Raises NotFoundError for an unknown source.
    """
    await require_source(database, source)
    place = None if after is None else [after.probability, str(after.left_id), str(after.right_id)]
    return records(Pair, await database.rows("duplicate_pairs", state, least, source, place, limit))


async def find_listing(database: Database, text: str) -> UUID:
    """The listing that a person means: source/id, or the start of its listing id, eight characters or more.

    Raises NotFoundError where there is none, or several.
    """
    found = await database.rows("find_listings", text)
    if len(found) == 1:
        listing: UUID = found[0]["listing_id"]
        return listing
    raise NotFoundError(
        f'the id of several listings begins with "{text}"' if found else f'there is no listing "{text}"',
        next_step="give source/id, such as acme/A-7, or more of the listing's id",
    )


async def show_pair(database: Database, left: UUID, right: UUID) -> PairDetails:
    """Two listings beside each other. Raises NotFoundError where they were not compared."""
    row = await database.row("duplicate_pair", left, right)
    if row is None:
        raise NotFoundError(
            "these two listings were not compared: they share neither address, pin, picture, agent nor "
            "title, nor price and size",
            next_step="run duplicates find, which compares what has changed since the last time",
        )
    found = dict(row)
    pattern, shares = found.pop("pattern"), found.pop("shares") or {}
    evidence = tuple(
        Evidence(each.name, each.levels[int(level) - 1], shares[each.name])
        for each, level in zip(COMPARISONS, pattern, strict=True)
        if level != MISSING and each.name in shares
    )
    return PairDetails(**found, evidence=evidence)
