"""Columns that could be a listing's id: distinct where listings are, and named or shaped like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from importers.mapping.evidence import OF_PEOPLE
from importers.mapping.headers import loose
from parsing.area import header_words
from parsing.identity import is_rounded
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
_LINK: Final = re.compile(r"(?:https?://|/)\S+")
_ROW_NUMBER: Final = re.compile(r"\d{1,9}")
_LIKE_AN_ID: Final = re.compile(r"[^\s,$€£]{1,500}")
_MIXED: Final = re.compile(r"\d[^\W\d_]|[^\W\d_][-_:/]?\d")
_UNNAMED: Final = 0.45
_CALLED_ID: Final = 0.6
_LEAST_DISTINCT: Final = 0.9
_INSIDE: Final = 0.95
_HOUSE_NUMBERS: Final = frozenset(
    ("number", "no", "nr", "#", "housenumber", "streetnumber", "hausnummer", "numero")
)
_LEAST: Final = 0.4
LOST_DIGITS: Final = "its numbers lost digits in a spreadsheet (1.9E+18): export it as text"


@dataclass(frozen=True, slots=True)
class IdCandidate:
    """The columns of an id (one, or several that are joined), how likely they are it, and why."""

    columns: tuple[str, ...]
    confidence: float
    why: str
    told_apart: float = 1.0
    """How many of the sample's homes have an id of their own (0..1)."""

    @property
    def name(self) -> str:
        """The columns as a message names them."""
        return " + ".join(map(repr, self.columns))


def id_candidates(
    columns: Sequence[str], sample: Iterable[Mapping[str, Any]], facts: Sequence[str] = ()
) -> list[IdCandidate]:
    """The likely id columns, the likeliest first.

    `facts` are columns that describe a home: rows of one id that differ there are different homes, and rows
    that do not are one listing written twice.
    """
    rows = list(sample)
    found = (judge_id(column, rows, facts) for column in columns)
    likely = [candidate for candidate in found if candidate.confidence >= _LEAST]
    return sorted(likely, key=lambda candidate: -candidate.confidence)


def judge_id(column: str, rows: Sequence[Mapping[str, Any]], facts: Sequence[str] = ()) -> IdCandidate:
    """How likely a column is the id, from its name and its cells."""
    cells = [row.get(column) for row in rows]
    values = [str(cell).strip() for cell in cells if not is_blank(cell)]
    by_name, reason = _by_name(column)
    if not cells:
        return IdCandidate((column,), by_name, reason)
    links = bool(values) and all(map(_LINK.fullmatch, values))
    if refusal := _no_id(cells, values):
        return IdCandidate((column,), 0.0, refusal)
    if by_name == _UNNAMED and not links and not all(map(_MIXED.search, values)):
        return IdCandidate((column,), 0.0, "neither named nor written like an id")
    if links:
        by_name, reason = max((0.7, "a link, its own for every listing"), (by_name, reason))
    filled = len(values) / len(cells)
    told_apart = share_told_apart((column,), rows, facts)
    certain = filled * (
        1.0 if told_apart > 0.98 else 0.75 if told_apart > 0.9 else 0.6 if told_apart > 0.3 else 0.2
    )
    return IdCandidate(
        (column,),
        round(by_name * certain, 2),
        f"{reason}; {told_apart:.0%} of the listings have their own, {filled:.0%} filled{_repeats(values)}",
        told_apart,
    )


def why_no_id(column: str, cells: Sequence[Any]) -> str | None:
    """Why a column that is named as ids are is none; None for one that is not named so, or could be one."""
    by_name, reason = _by_name(column)
    values = [str(cell).strip() for cell in cells if not is_blank(cell)]
    if by_name < _CALLED_ID or not values:
        return None
    if refusal := _no_id(cells, values):
        return f"{reason}, but {refusal}"
    if len(set(values)) < _LEAST_DISTINCT * len(values):
        return f"{reason}, but {len(values)} rows share {len(set(values))} of them"
    return None


def _repeats(values: Sequence[str]) -> str:
    repeated = len(values) - len(set(values))
    return f"; {repeated:,} row{'s repeat' if repeated > 1 else ' repeats'} another's" if repeated else ""


def share_told_apart(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], facts: Sequence[str]
) -> float:
    """How many of the homes in the rows have an id of their own (0..1); without facts, how many rows."""
    ids = [tuple(str(row.get(column)).strip() for column in columns) for row in rows]
    kept = [
        (identity, row) for identity, row in zip(ids, rows, strict=True) if not all(map(is_blank, identity))
    ]
    homes = {
        (identity, tuple(str(row.get(fact)).strip() for fact in facts) if facts else number)
        for number, (identity, row) in enumerate(kept)
    }
    return len({identity for identity, _ in kept}) / len(homes) if homes else 0.0


def _no_id(cells: Sequence[Any], values: Sequence[str]) -> str | None:
    """Why no id is written as these cells are."""
    if any(map(is_rounded, cells)):
        return LOST_DIGITS
    if _counts_rows(values):
        return "numbers the rows of this file"
    if not all(map(_LIKE_AN_ID.fullmatch, values)) or any(map(_is_fraction, cells)):
        return "no id is written so"
    return None


def _is_fraction(cell: Any) -> bool:
    return isinstance(cell, list | dict) or (isinstance(cell, float) and not cell.is_integer())


def _by_name(column: str) -> tuple[float, str]:
    """How likely a name is an id's; inside nested values the last step counts, unless it is of people."""
    *outer, last = column.split(".")
    inside = _INSIDE if outer else 1.0
    of_people = bool(outer) and OF_PEOPLE.search(header_words(".".join(outer))) is not None
    if loose(last) in _SURE and not of_people:
        return inside, "named as ids are"
    if loose(last) == "id" and not of_people:
        return round(0.85 * inside, 2), "called id"
    if loose(last) in _HOUSE_NUMBERS:
        return _UNNAMED, "a number, perhaps of the house"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()
    if _NAMED.search(words):
        return 0.6, "named like an id"
    return _UNNAMED, "letters and digits that differ from row to row"


def _counts_rows(values: Sequence[str]) -> bool:
    if len(values) < 3 or not all(map(_ROW_NUMBER.fullmatch, values)):
        return False
    numbers = list(map(int, values))
    return numbers[0] <= 1 and all(after - before == 1 for before, after in pairwise(numbers))
