"""What explains a value: the change that set it, the session and the staged row it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a field, or the image that a listing's history begins with."""

    id: int
    kind: str
    origin: str
    actor: str
    at: datetime
    reason: str
    confidence: float
    significant: bool
    change_set_id: int
    position: int
    session_id: str | None
    old: Any
    new: Any
    undoes: dict[str, Any] | None
    """The change set it took back: id, origin, session, moment."""


@dataclass(frozen=True, slots=True)
class Session:
    """The session a value came in, or what is left of it."""

    id: str
    kind: str
    session_name: str | None
    base_url: str | None
    scope: str
    verdict: str | None
    started_at: datetime
    completed_at: datetime | None
    mapping: str | None
    cleaned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Raw:
    """The staged row, as far as it concerns the field."""

    row_no: int
    cells: dict[str, Any]
    """What the field was read from, by the row's own names."""
    line: int | None
    where: str | None
    """Where on the page."""
    url: str | None
    fetched_at: datetime | None
    erased_at: datetime | None
    """When the row itself was erased on request; None while it is there."""
    issues: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One field: its value, where it comes from in one line, and the chain link by link."""

    source: str
    property_id: str
    field: str
    value: Any
    line: str
    change: Change | None
    earlier: tuple[Change, ...]
    validated: bool | None
    """Whether the rules ran on the row; None where that is no longer known."""
    findings: tuple[dict[str, Any], ...]
    """Rules that the row failed or that could not be checked: of this field, or of the whole row."""
    session: Session | None
    raw: Raw | None
    pin: dict[str, Any] | None
    history_begins: datetime | None


@dataclass(frozen=True, slots=True)
class Explained:
    """One field of a listing, or all; none where the listing was not known yet."""

    fields: tuple[Explanation, ...]
    first_known: datetime
    """When the listing came to the catalogue."""
