"""What explains a value: the change that set it, the session and the staged row it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from parsing.staged import Issue


@dataclass(frozen=True, slots=True)
class Undone:
    """The change set that a rollback took back."""

    change_set_id: int
    origin: str
    session_id: UUID | None
    at: datetime


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
    session_id: UUID | None
    old: Any
    new: Any
    undoes: Undone | None


@dataclass(frozen=True, slots=True)
class Session:
    """The session a value came in, or what is left of it."""

    id: UUID
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
class Page:
    """The page that a row was read from, as it is kept."""

    url: str
    fetched_at: datetime
    status: int
    hash: str
    """SHA-256 of its bytes."""
    store: str
    body_id: int
    size: int
    erased_at: datetime | None
    """When something was overwritten in it on request."""
    place: str | None = None
    """Its path or URL, where this host has its store."""


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
    issues: tuple[Issue, ...]
    page: Page | None = None
    """The kept page; None where it was not kept, or is kept no longer."""


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A rule that the row failed, or that could not be checked on it."""

    rule: str
    version: int
    severity: str
    outcome: str
    field: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class FieldPin:
    """A pin of the field, and what the source shows instead, if it differs."""

    source_id: int
    property_id: str
    field_name: str
    reason: str | None
    pinned_by: str
    pinned_at: datetime
    shown: Any
    shown_since: datetime | None


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What the listing's page said when it was asked whether the listing is still there."""

    answer: str
    """alive, gone or unknown."""
    sign: str
    status: int | None
    page_hash: str | None
    url: str
    at: datetime
    session_id: UUID


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
    findings: tuple[RuleFinding, ...]
    """Of this field, or of the whole row."""
    session: Session | None
    raw: Raw | None
    pin: FieldPin | None
    history_begins: datetime | None
    page_answers: tuple[PageAnswer, ...] = ()
    """Of the field `status`: the evidence for a removal, and against it; the newest first."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One field of a listing, or all; none where the listing was not known yet."""

    fields: tuple[Explanation, ...]
    first_known: datetime
    """When the listing came to the catalogue."""
