"""What a catalogue of one source should be: the promises in a page of plain Python, without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Value = str | int | None
Fields = dict[str, Value]
Status = Literal["active", "inactive", "removed"]
Content = frozenset[tuple[tuple[object, ...], int]]

FIELDS = ("title", "price", "bedrooms", "description", "agent_email")
MISSES = 2
DAYS_APART = 0.5


@dataclass(frozen=True)
class Row:
    """One staged row: the fields it speaks of, and whether a rule sets it aside."""

    property_id: str
    fields: Fields
    broken: bool = False

    def __repr__(self) -> str:
        told = " ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"<{self.property_id}{' broken' if self.broken else ''} {told}>"


@dataclass
class Session:
    """What a run over the source brought, in the order it was fetched."""

    name: object
    rows: list[Row]
    complete: bool
    ended: float
    state: Literal["pending", "applied", "stale", "rolled back"] = "pending"

    @property
    def winners(self) -> dict[str, Row]:
        """Of a repeated id the latest fetch."""
        return {row.property_id: row for row in self.rows}

    @property
    def content(self) -> Content:
        told = Counter(
            (row.property_id, row.broken, *(row.fields.get(name) for name in FIELDS)) for row in self.rows
        )
        return frozenset(told.items())


@dataclass
class Listing:
    """A listing as live shows it, and what is known of its absence."""

    fields: Fields
    status: Status = "active"
    misses: int = 0
    missed_at: float | None = None
    missed_content: Content | None = None
    pins: set[str] = field(default_factory=set)

    def seen(self) -> None:
        self.misses, self.missed_at, self.missed_content = 0, None, None


@dataclass
class Change:
    """One line of the audit; `created` has no field and the whole image as its value."""

    change_set: int
    at: float
    property_id: str
    field: str | None
    old: Value
    new: Value
    image: Fields | None = None


@dataclass
class Counts:
    """The buckets of a sync."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    reactivated: int = 0
    quarantined: int = 0
    superseded: int = 0
    missing: int = 0
    removed: int = 0


class Model:
    """One source's catalogue: what is live, and every change that made it so."""

    def __init__(self) -> None:
        self.listings: dict[str, Listing] = {}
        self.sessions: list[Session] = []
        self.audit: list[Change] = []
        self.change_sets = 0

    # what the catalogue shows

    def live(self) -> dict[str, tuple[Status, Fields]]:
        return {key: (listing.status, dict(listing.fields)) for key, listing in self.listings.items()}

    def as_of(self, moment: float) -> dict[str, tuple[Value, Fields]]:
        """The fold of what had been committed by then."""
        shown: dict[str, Fields] = {}
        for change in self.audit:
            if change.at > moment:
                continue
            if change.image is not None:
                shown[change.property_id] = dict(change.image)
            elif change.field is not None:
                shown[change.property_id][change.field] = change.new
        return {
            key: (image["status"], {name: image.get(name) for name in FIELDS}) for key, image in shown.items()
        }

    # syncs

    def is_stale(self, session: Session) -> bool:
        return any(other.state == "applied" and other.ended > session.ended for other in self.sessions)

    def apply(self, session: Session, now: float) -> Counts:
        """What a sync of the session does to live, and in which bucket each row ends."""
        counts = Counts(superseded=len(session.rows) - len(session.winners))
        self.change_sets += 1
        missed = self._missed(session)
        for key, row in session.winners.items():
            self._take(row, self.listings.get(key), counts, now)
        for key in {row.property_id for row in session.rows} & set(self.listings):
            self.listings[key].seen()
        for key in missed:
            self._miss(key, session, counts, now)
        session.state = "applied"
        for other in self.sessions:
            if other.state == "pending" and other.ended < session.ended:
                other.state = "stale"
        return counts

    def _take(self, row: Row, known: Listing | None, counts: Counts, now: float) -> None:
        key = row.property_id
        if row.broken:
            counts.quarantined += 1
        elif known is None:
            fields = {name: row.fields.get(name) for name in FIELDS}
            self.listings[key] = Listing(fields)
            image = {**fields, "status": "active"}
            self.audit.append(Change(self.change_sets, now, key, None, None, None, image))
            counts.new += 1
        else:
            told = {name: value for name, value in row.fields.items() if name not in known.pins}
            returns = known.status != "active"
            changed = self._set(key, told, now)
            self._set_status(key, "active", now)
            if returns:
                counts.reactivated += 1
            elif changed:
                counts.updated += 1
            else:
                counts.unchanged += 1

    def _missed(self, session: Session) -> list[str]:
        if not session.complete or not session.rows:
            return []
        shown = {row.property_id for row in session.rows}
        return [
            key
            for key, listing in self.listings.items()
            if key not in shown
            and (listing.misses < MISSES or listing.status != "removed")
            and (
                listing.missed_at is None
                or (
                    listing.missed_at + DAYS_APART <= session.ended
                    and listing.missed_content != session.content
                )
            )
        ]

    def _miss(self, key: str, session: Session, counts: Counts, now: float) -> None:
        listing = self.listings[key]
        listing.misses += 1
        listing.missed_at, listing.missed_content = session.ended, session.content
        becomes: Status = "removed" if listing.misses >= MISSES else "inactive"
        if listing.status not in (becomes, "removed"):
            self._set_status(key, becomes, now)
            if becomes == "removed":
                counts.removed += 1
            else:
                counts.missing += 1

    # the only writers of a listing

    def _set(self, key: str, fields: Iterable[tuple[str, Value]] | Fields, now: float) -> bool:
        listing = self.listings[key]
        changed = False
        for name, value in dict(fields).items():
            if listing.fields[name] != value:
                self.audit.append(Change(self.change_sets, now, key, name, listing.fields[name], value))
                listing.fields[name] = value
                changed = True
        return changed

    def _set_status(self, key: str, status: Status, now: float) -> None:
        listing = self.listings[key]
        if listing.status != status:
            self.audit.append(Change(self.change_sets, now, key, "status", listing.status, status))
            listing.status = status
