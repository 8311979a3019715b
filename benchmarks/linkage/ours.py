"""Labelled records by the project's own blocking, comparisons, model and grouping."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final
from uuid import UUID

import asyncpg

from benchmarks.linkage.fields import Labelled, Pair, grouped_pairs, level_of
from benchmarks.linkage.quality import Scored
from database.queries import parse
from database.template import expand, read_snippets
from services.duplicates.comparisons import WAITING
from services.duplicates.groups import Likely, Member, merges
from services.duplicates.model import learn

_ALIKE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When all records were first seen: none is older than another."""


async def scored(conn: asyncpg.Connection, labelled: Labelled) -> Scored:
    """All pairs that share a cell and how likely each is one entity."""
    comparisons = tuple(field.comparison() for field in labelled.fields)
    patterns = _with_texts(labelled, await _patterns(conn, labelled))
    counts = Counter(patterns.values())
    model = learn(counts, comparisons=comparisons)
    probabilities = {pattern: model.probability(pattern) for pattern in counts}
    return Scored({pair: probabilities[pattern] for pair, pattern in patterns.items()})


def entities(labelled: Labelled, scores: Mapping[Pair, float], threshold: float) -> set[Pair]:
    """The pairs that are of one entity once likely ones are merged, the surest first."""
    pairs = sorted(
        (
            Likely(UUID(int=left), UUID(int=right), UUID(int=left), UUID(int=right), probability)
            for (left, right), probability in scores.items()
            if probability >= threshold
        ),
        key=lambda pair: (-pair.probability, pair.left_id, pair.right_id),
    )
    members = [
        Member(UUID(int=place), UUID(int=place), record.side, labelled.linked, _ALIKE)
        for place, record in enumerate(labelled.records)
    ]
    groups = list(range(len(labelled.records)))
    for merge in merges(pairs, members, []):
        for home in merge.homes:
            groups[home.int] = merge.into_home.int
    return grouped_pairs(groups)


async def _patterns(conn: asyncpg.Connection, labelled: Labelled) -> dict[Pair, str]:
    names = labelled.columns()
    queries = _queries()
    async with conn.transaction():
        await conn.execute(queries["hold_records"])
        await conn.execute(queries["hold_cells"])
        records = [
            {"id": place, "side": record.side, "fields": [record.values.get(name, "") for name in names]}
            for place, record in enumerate(labelled.records)
        ]
        await conn.execute(queries["add_records"], json.dumps(records))
        for cell in labelled.cells:
            await conn.execute(queries["add_cells"], [names.index(name) + 1 for name in cell])
        kinds = [field.kind for field in labelled.fields]
        found = await conn.fetch(queries["compare"], kinds, labelled.linked)
        await conn.execute(queries["let_go"])
    return {(row["left_id"], row["right_id"]): row["pattern"] for row in found}


def _with_texts(labelled: Labelled, patterns: Mapping[Pair, str]) -> dict[Pair, str]:
    """The patterns with the levels of texts that are not equal."""
    levels = [(field.name, field.kind) for field in labelled.fields]
    found = {}
    for (left, right), pattern in patterns.items():
        one, other = labelled.records[left].values, labelled.records[right].values
        found[left, right] = "".join(
            level_of(kind)(one[name], other[name]) if level == WAITING else level
            for (name, kind), level in zip(levels, pattern, strict=True)
        )
    return found


def _queries() -> dict[str, str]:
    origin = "benchmarks/linkage/records.sql"
    text = files("benchmarks.linkage").joinpath("records.sql").read_text(encoding="utf-8")
    return {
        query.name: query.text for query in parse(expand(text, origin, read_snippets(files("sql"))), origin)
    }
