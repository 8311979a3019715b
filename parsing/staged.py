"""A staged row: the values of one raw row and the issues noticed while parsing it."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NotRequired, TypedDict

from parsing.text import repair

_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that could not be parsed while its row was built; it is reported like any other.

    With `readings` it is a doubtful one: the values that it may stand for, the likeliest first.
    """

    given: Any
    why: str
    readings: tuple[str, ...] = ()


class Issue(TypedDict):
    """What was noticed about one cell.

    A `doubtful` cell was read, and its value is not applied: the field is absent, as if the cell were
    unparseable. `readings` are then the values that its text may stand for, the likeliest first, each written
    as a person would compare it ("430000 … 450000", "2024-03-04"); there may be one alone, which is not
    likely, or none. A rule of the kind `certain` sets rows with a doubt about its field aside.

    Of a page, a `missing` field was not found where it should be, and an `overruled` one has a value against
    which another place of the page speaks; the text is then that place's.
    """

    field: str
    kind: str  # blank, stated_none, unparseable, doubtful, clipped, repaired, derived, missing, overruled
    text: str | None
    why: str
    readings: NotRequired[list[str]]  # of a doubtful cell


@dataclass(slots=True)
class StagedRow:
    """One row as staging stores it.

    `values` follows `config.listing.FIELDS`, and so do the bits of `absent`: a field whose bit is set is not
    stated by the row, and live keeps its value. An absent field has no value, but for a derived title,
    which is there for a listing that has none yet.
    """

    values: list[Any]
    absent: int = 0
    issues: list[Issue] = field(default_factory=list)
    problem: str | None = None
    raw: bytes | None = None  # JSON, else the bytes as they came
    raw_bytes: bytes | None = None
    evidence: bytes | None = None

    def put(self, index: int, value: Any) -> None:
        """Give a field its value; None states that there is none."""
        self.values[index] = value
        self.absent &= ~(1 << index)

    def state(self, bits: int) -> None:
        """Mark the fields of these bits as stated, with the values they have or none."""
        self.absent &= ~bits

    def omit(self, index: int) -> None:
        """Mark a field as absent: live keeps its value."""
        self.absent |= 1 << index

    def note(self, name: str, kind: str, value: object, why: str) -> None:
        """Add an issue, with the start of the text it is about."""
        self.issues.append({"field": name, "kind": kind, "text": excerpt(value), "why": why})

    def doubt(self, name: str, value: object, why: str, readings: Iterable[str]) -> None:
        """Add the issue of a doubtful cell, with the values that it may stand for."""
        self.issues.append(
            {
                "field": name,
                "kind": "doubtful",
                "text": excerpt(value),
                "why": why,
                "readings": [reading[:_EXCERPT] for reading in readings],
            }
        )


def excerpt(value: object) -> str | None:
    """The start of a raw value, as text any column can hold."""
    if value is None:
        return None
    if isinstance(value, str):
        return repair(value[: _EXCERPT * 2])[0][:_EXCERPT]
    try:
        return repair(reprlib.repr(value))[0][:_EXCERPT]
    except (ValueError, RecursionError):  # an integer of too many digits has no decimal form
        return f"({type(value).__name__})"
