"""Columns that could be a listing's id: unique in a sample, and named or shaped like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from importers.mapping.headers import loose
from parsing.vocabulary.blank import is_blank

_SURE: Final = frozenset(
    loose(name)
    for name in (
        "property_id", "propertyid", "listing_id", "listingid", "listingkey", "listing_key", "mls#", "mls_id",
        "mlsid", "mls number", "mlsnumber", "mls no", "mls", "zpid", "ref", "reference", "referencia",
        "clave",
        "external_id", "externalid", "uprn", "object_id", "objektnummer", "annonce_id", "parcel", "parcel_id",
        "parcelnumber", "parcelno", "apn", "folio", "public_id", "publicid", "posting_id", "postingid",
    )
)  # fmt: skip
_NAMED: Final = re.compile(
    r"(?:^|[^a-z])(?:id|key|ref|uuid|guid|clave|codigo|code|number|no|nr|#)(?:$|[^a-z])"
)
_LINK: Final = re.compile(r"https?://\S+")
_ROW_NUMBER: Final = re.compile(r"\d{1,9}")
_LIKE_AN_ID: Final = re.compile(r"[^\s,$€£]{1,500}")
_MIXED: Final = re.compile(r"\d[^\W\d_]|[^\W\d_][-_:/]?\d")
_UNNAMED: Final = 0.45
_LEAST: Final = 0.4


@dataclass(frozen=True, slots=True)
class IdCandidate:
    """A column, how likely it is the id, and why."""

    column: str
    confidence: float
    why: str


def id_candidates(columns: Sequence[str], sample: Iterable[Mapping[str, Any]]) -> list[IdCandidate]:
    """The likely id columns, the likeliest first."""
    rows = list(sample)
    found = [
        candidate
        for column in columns
        if (candidate := _judge(column, [row.get(column) for row in rows])).confidence >= _LEAST
    ]
    return sorted(found, key=lambda candidate: -candidate.confidence)


def _judge(column: str, cells: list[Any]) -> IdCandidate:
    values = [str(cell).strip() for cell in cells if not is_blank(cell)]
    by_name, reason = _by_name(column)
    if not cells:
        return IdCandidate(column, by_name, reason)
    filled = len(values) / len(cells)
    links = bool(values) and all(map(_LINK.fullmatch, values))
    unique = len(set(values)) / len(values) if values else 0.0
    if _counts_rows(values):
        return IdCandidate(column, 0.0, "numbers the rows of this file")
    if not all(map(_LIKE_AN_ID.fullmatch, values)) or isinstance(cells[0], list | dict | float):
        return IdCandidate(column, 0.0, "no id is written so")
    if by_name == _UNNAMED and not links and not all(map(_MIXED.search, values)):
        return IdCandidate(column, 0.0, "neither named nor written like an id")
    if links:
        by_name, reason = max((0.7, "a link, its own for every listing"), (by_name, reason))
    # A listing may stand in a file more than once; an id that repeats all the time is none.
    certain = filled * (
        1.0 if unique > 0.98 else 0.85 if unique > 0.9 or links else 0.6 if unique > 0.3 else 0.2
    )
    return IdCandidate(
        column, round(by_name * certain, 2), f"{reason}; {unique:.0%} differ, {filled:.0%} filled"
    )


def _by_name(column: str) -> tuple[float, str]:
    if loose(column) in _SURE:
        return 1.0, "named as ids are"
    if loose(column) == "id":
        return 0.85, "called id"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()
    if _NAMED.search(words):
        return 0.6, "named like an id"
    return _UNNAMED, "letters and digits that differ from row to row"


def _counts_rows(values: list[str]) -> bool:
    if len(values) < 3 or not all(map(_ROW_NUMBER.fullmatch, values)):
        return False
    numbers = list(map(int, values))
    return numbers[0] <= 1 and all(after - before == 1 for before, after in pairwise(numbers))
