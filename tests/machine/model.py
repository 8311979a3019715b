"""What a catalogue of one source should be: the promises in a page of plain Python, without a database.

Moments are whole hours since the catalogue began.
"""

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
HOURS_APART = 12


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
    ended: int
    scope: str = "all"
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
class Sighting:
    """What one scope knows of a listing: when it showed it last, and how often it has missed it since."""

    seen: int
    misses: int = 0
    missed_at: int | None = None
    missed_content: Content | None = None


@dataclass
class Listing:
    """A listing as live shows it, and the scopes that have shown it."""

    fields: Fields
    status: Status = "active"
    scopes: dict[str, Sighting] = field(default_factory=dict)
    pins: set[str] = field(default_factory=set)

    def shown(self, scope: str, moment: int) -> None:
        known = self.scopes.get(scope)
        self.scopes[scope] = Sighting(moment if known is None else max(known.seen, moment))

    def shown_elsewhere(self, scope: str) -> bool:
        """Whether another scope, that has not missed it, has shown it since this one did."""
        here = self.scopes[scope].seen
        return any(
            there.misses == 0 and there.seen > here for name, there in self.scopes.items() if name != scope
        )


@dataclass
class Change:
    """One line of the audit; `created` has no field and the whole image as its value."""

    change_set: int
    at: int
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

    def as_of(self, moment: int) -> dict[str, tuple[Value, Fields]]:
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

    def history(self) -> Counter[tuple[str, str | None, Value]]:
        """How often each listing's field took each value."""
        return Counter((change.property_id, change.field, change.new) for change in self.audit)

    # syncs

    def is_stale(self, session: Session) -> bool:
        return any(
            other.scope == session.scope and other.state == "applied" and other.ended > session.ended
            for other in self.sessions
        )

    def apply(self, session: Session, now: int) -> Counts:
        """What a sync of the session does to live, and in which bucket each row ends."""
        counts = Counts(superseded=len(session.rows) - len(session.winners))
        self.change_sets += 1
        missed = self._missed(session)
        for key, row in session.winners.items():
            self._take(row, self.listings.get(key), counts, now)
        for key in missed:
            self._miss(key, session, counts, now)
        for key in {row.property_id for row in session.rows} & set(self.listings):
            self.listings[key].shown(session.scope, session.ended)
        session.state = "applied"
        for other in self.sessions:
            if other.scope == session.scope and other.state == "pending" and other.ended < session.ended:
                other.state = "stale"
        return counts

    def _take(self, row: Row, known: Listing | None, counts: Counts, now: int) -> None:
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
        """Whose absence counts: inside the scope, once in a while, and only for new content."""
        if not session.complete or not session.rows:
            return []
        shown = {row.property_id for row in session.rows}
        return [
            key
            for key, listing in self.listings.items()
            if key not in shown
            and (known := listing.scopes.get(session.scope)) is not None
            and (known.misses < MISSES or listing.status != "removed")
            and (
                known.missed_at is None
                or (
                    known.missed_at + HOURS_APART <= session.ended and known.missed_content != session.content
                )
            )
        ]

    def _miss(self, key: str, session: Session, counts: Counts, now: int) -> None:
        listing = self.listings[key]
        known = listing.scopes[session.scope]
        known.misses += 1
        known.missed_at, known.missed_content = session.ended, session.content
        becomes: Status = "removed" if known.misses >= MISSES else "inactive"
        if listing.status in (becomes, "removed") or listing.shown_elsewhere(session.scope):
            return
        self._set_status(key, becomes, now)
        if becomes == "removed":
            counts.removed += 1
        else:
            counts.missing += 1

    # the only writers of a listing

    def _set(self, key: str, fields: Iterable[tuple[str, Value]] | Fields, now: int) -> bool:
        listing = self.listings[key]
        changed = False
        for name, value in dict(fields).items():
            if listing.fields[name] != value:
                self.audit.append(Change(self.change_sets, now, key, name, listing.fields[name], value))
                listing.fields[name] = value
                changed = True
        return changed

    def _set_status(self, key: str, status: Status, now: int) -> None:
        listing = self.listings[key]
        if listing.status != status:
            self.audit.append(Change(self.change_sets, now, key, "status", listing.status, status))
            listing.status = status
