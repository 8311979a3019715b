"""Find listings of one home: what changed is compared, pairs are weighed, sure ones merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.errors import UsageError
from database.handle import Database
from database.records import records
from services.duplicates.comparisons import description_level, levels, street_level, title_level
from services.duplicates.groups import Likely, Member, Merge, merges
from services.duplicates.model import Model, learn

MERGE_AT: Final = 0.9
"""From which probability on homes are merged without a person."""
REVIEW_AT: Final = 0.5
"""From which probability on a pair waits for a person."""

CROWD: Final = 100
"""A cell of more listings says nothing of any two of them."""
BATCH: Final = 100_000
"""How many listings are compared in one call."""
TEXTS: Final = 20_000
"""The texts of how many pairs are compared at once."""
FEW: Final = 5_000
"""How many pairs are looked at for merging in one call."""
LONGEST_SECONDS: Final = 3600.0
MANY_PAIRS: Final = 20_000
"""From so many pairs on a model is kept …"""
MOVED_SHARE: Final = 0.05
"""… until this share of them has come or gone since it was learnt."""

LISTED: Final = 20
"""How many of the crowded cells are named."""

Progress = Callable[[int, int], None]
"""Is told how many listings have been compared, and of how many."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What so many listings share that they are not compared by it: `agent phone +52…`."""

    name: str
    cells: int
    """In so many cells they are by that: a pin is in several."""
    listings: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was compared, and what came of it."""

    listings: int
    """How many listings were compared with the others: those that changed since the last time."""
    pairs: int
    """How many pairs that made."""
    bare: int
    """How many of the listings have nothing that they could be compared by."""
    crowded: int
    """How many cells have too many listings to compare them: they are not compared by these."""
    crowds: tuple[Crowd, ...]
    """The largest of those."""
    merged: int
    """How many homes went into others."""
    review: int
    """How many pairs wait for a person."""
    share: float
    """The share of all compared pairs that are of one home by the model."""


async def find_duplicates(
    database: Database,
    *,
    merge_at: float = MERGE_AT,
    review_at: float = REVIEW_AT,
    actor: str,
    progress: Progress | None = None,
) -> Found:
    """Compare what changed since the last time, weigh the pairs, merge homes that are surely one.

    Done again it changes nothing; broken off, it goes on where it was.
    Raises UsageError unless 0 < review_at <= merge_at <= 1.
    """
    if not 0 < review_at <= merge_at <= 1:
        raise UsageError(
            f"{review_at} and {merge_at} are no thresholds: a pair is reviewed from a probability between 0 "
            "and 1 on, and merged from that or a larger one on"
        )
    compared = await _compare(database, progress)
    model = await _weigh(database)
    await database.value("renew_waiting", review_at, timeout=LONGEST_SECONDS)
    merged = await _merge(database, merge_at, actor)
    review = await database.value("renew_waiting", review_at, timeout=LONGEST_SECONDS)
    await database.run("end_search", compared.reached, merge_at, review_at)
    crowds = await database.rows("crowded_cells", LISTED)
    return Found(
        compared.listings,
        compared.pairs,
        compared.bare,
        crowds[0]["total"] if crowds else 0,
        tuple(Crowd(crowd["name"], crowd["cells"], crowd["listings"]) for crowd in crowds),
        merged,
        review,
        model.share,
    )


@dataclass(slots=True)
class _Compared:
    """What was compared, up to the feed position `reached`."""

    listings: int = 0
    pairs: int = 0
    bare: int = 0
    reached: int = 0


async def _compare(database: Database, progress: Progress | None) -> _Compared:
    """Bring the pairs up to date, some listings at a time; then compare the texts that are not equal."""
    compared, waiting = _Compared(), 1
    while waiting:
        (done,) = await database.rows("renew_pairs", BATCH, CROWD, timeout=LONGEST_SECONDS)
        compared.listings += done["listings"]
        compared.pairs += done["pairs"]
        compared.bare += done["bare"]
        compared.reached, waiting = done["reached"], done["waiting"]
        if progress:
            progress(compared.listings, compared.listings + waiting)
    while texts := await database.rows("pair_texts", TEXTS, timeout=LONGEST_SECONDS):
        await database.value("set_text_levels", _levels(texts), timeout=LONGEST_SECONDS)
    return compared


def _levels(texts: Sequence[Any]) -> list[dict[str, str]]:
    return [
        {
            "left_id": str(text["left_id"]),
            "right_id": str(text["right_id"]),
            "street": street_level(text["left_street"] or "", text["right_street"] or ""),
            "title": title_level(text["left_title"] or "", text["right_title"] or ""),
            "words": description_level(text["left_words"] or "", text["right_words"] or ""),
        }
        for text in texts
    ]


async def _weigh(database: Database) -> Model:
    """Weigh the patterns that are new by the model there is, or all by one that is learnt anew."""
    rows = await database.rows("pair_patterns")
    pairs = sum(row["apart"] + row["together"] for row in rows)
    stored = await database.value("linkage_model")
    model = _still_right(stored, pairs)
    if model is None:
        model = learn(
            {row["pattern"]: row["apart"] for row in rows}, {row["pattern"]: row["together"] for row in rows}
        )
        stored, new = {**model.document(), "pairs": pairs}, [row["pattern"] for row in rows]
    else:
        new = [row["pattern"] for row in rows if not row["weighed"]]
    weighed = [
        {
            "pattern": pattern,
            "weight": model.weight(pattern),
            "probability": model.probability(pattern),
            "shares": model.shares(pattern),
            "levels": levels(pattern),
        }
        for pattern in new
    ]
    await database.run("save_linkage_model", stored, weighed)
    return model


def _still_right(stored: Mapping[str, Any] | None, pairs: int) -> Model | None:
    """The stored model, while it was learnt from nearly as many pairs as there are, and these are many."""
    if stored is None or "pairs" not in stored:
        return None
    moved = abs(pairs - stored["pairs"])
    return None if pairs < MANY_PAIRS or moved > MOVED_SHARE * pairs else Model.of(stored)


async def _merge(database: Database, merge_at: float, actor: str) -> int:
    """Merge what is sure, the surest first; a home that grew keeps out what contradicts it."""
    merged = 0
    after: list[Any] | None = None
    while True:
        pairs = records(Likely, await database.rows("likely_pairs", merge_at, after, FEW))
        homes = sorted({home for pair in pairs for home in (pair.left_home, pair.right_home)})
        members = records(Member, await database.rows("home_members", homes))
        apart = [(row["left_id"], row["right_id"]) for row in await database.rows("kept_apart", homes)]
        planned = _document(merges(pairs, members, apart))
        done: int = await database.value("merge_homes", planned, actor, timeout=LONGEST_SECONDS)
        merged += done
        if len(pairs) < FEW:
            return merged
        after = [pairs[-1].probability, str(pairs[-1].left_id), str(pairs[-1].right_id)]


def _document(planned: Sequence[Merge]) -> list[dict[str, Any]]:
    return [
        {
            "into_home": str(merge.into_home),
            "homes": [str(home) for home in merge.homes],
            "probability": merge.probability,
        }
        for merge in planned
    ]
