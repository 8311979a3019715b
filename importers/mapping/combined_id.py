"""An id joined from columns that describe a home, for a file that has none of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from importers.mapping.candidates import IdCandidate, share_told_apart
from parsing.vocabulary.blank import is_blank

_CONFIDENCE: Final = 0.5
"""Too little to be used without review: a corrected address makes another listing."""
_WHY: Final = "no column is an id; derived from what describes the home: a changed value makes a new listing"

_WHERE: Final = ("address", "title", "source_url")
_WHICH: Final = ("postal_code", "city", "neighborhood", "property_type", "bedrooms", "covered_area_m2",
                 "total_area_m2", "lot_size_m2")  # fmt: skip
_UNIT: Final = re.compile(r"\b(?:unit|apt|apartment|suite|flat|depto|interior|lote?|block|manzana|etage)\b")
_MOST_COLUMNS: Final = 4
_LEAST_FILLED: Final = 0.98
_LEAST_TOLD_APART: Final = 0.98
_FEWEST_ROWS: Final = 3


def combined_id(
    targets: Mapping[str, str], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> IdCandidate | None:
    """The fewest columns that tell every listing of the sample apart; None if none do.

    `targets` are the columns by the field each is taken for; `columns` are all of the file.
    """
    if len(rows) < _FEWEST_ROWS:
        return None
    units = list(filter(names_a_unit, columns))
    which = list(dict.fromkeys([*units, *(targets[name] for name in _WHICH if name in targets)]))
    facts = [*targets.values(), *units]
    for joined in _joins([targets[name] for name in _WHERE if name in targets], which):
        if _filled(joined[0], rows) < _LEAST_FILLED:
            continue
        if share_told_apart(joined, rows, facts) > _LEAST_TOLD_APART:
            return IdCandidate(joined, _CONFIDENCE, _WHY)
    return None


def names_a_unit(column: str) -> bool:
    """Whether a column tells the homes of one address apart: "unit", "Apt #", "lote"."""
    return _UNIT.search(column.casefold().replace("_", " ").replace(".", " ")) is not None


def _joins(where: Sequence[str], which: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(_MOST_COLUMNS):
        for first in where:
            for others in combinations([column for column in which if column != first], size):
                yield (first, *others)


def _filled(column: str, rows: Sequence[Mapping[str, Any]]) -> float:
    return sum(not is_blank(row.get(column)) for row in rows) / len(rows)
