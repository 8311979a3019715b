"""A staged row: what one raw row became, and what has to be said about it."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

from parsing.text import repair

_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that could not be read before the row was put together; it is reported like any other."""

    given: Any
    why: str


class Issue(TypedDict):
    """What a cell said that could not be taken as it stands."""

    field: str
    kind: str  # blank, stated_none, unparseable, clipped, repaired or derived
    text: str | None
    why: str


@dataclass(slots=True)
class StagedRow:
    """One row as staging stores it.

    `values` follows `config.listing.FIELDS`, and so do the bits of `absent`: a field whose bit is set is not
    stated by the row, and live keeps what it has. An absent field has no value, but for a derived title,
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
        self.issues.append({"field": name, "kind": kind, "text": shown(value), "why": why})


def shown(value: object) -> str | None:
    """The start of a raw value, as text any column can hold."""
    if value is None:
        return None
    if isinstance(value, str):
        return repair(value[: _SHOWN * 2])[0][:_SHOWN]
    try:
        return repair(reprlib.repr(value))[0][:_SHOWN]
    except (ValueError, RecursionError):  # an integer of too many digits has no decimal form
        return f"({type(value).__name__})"
