"""A staged record: the values of one row of a county layer and what was noticed while reading it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from config.errors import DoubtError, ParseError
from parsing.staged import Issue, excerpt

_EXCERPT: Final = 200


class Row(Protocol):
    """A row as an importer gives it."""

    @property
    def cells(self) -> Mapping[str, Any]: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def raw(self) -> bytes | None: ...


@dataclass(slots=True)
class StagedRecord:
    """One row of a county layer as staging stores it.

    `content` has the fields that the row states, as JSON values: days as ISO text, numbers as JSON numbers of
    the field's scale, None where it states that there is none. A field that is not there says nothing, and
    live keeps what it has.
    """

    record_id: str | None
    content: dict[str, Any]
    issues: list[Issue] = field(default_factory=list)
    problem: str | None = None
    raw: bytes | None = None
    raw_bytes: bytes | None = None
    evidence: bytes | None = None

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

    def complain(self, name: str, value: object, error: Exception) -> None:
        """Add the issue of a cell that is doubtful or cannot be read."""
        if isinstance(error, DoubtError):
            self.doubt(name, value, error.why, error.readings)
        else:
            why = error.why if isinstance(error, ParseError) else "cannot be read"
            self.note(name, "unparseable", value, why)
