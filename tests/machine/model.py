"""What a catalogue of one source should be: the promises in a page of plain Python, without a database.

Moments are whole hours since the catalogue began.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal

Value = str | int | None
Fields = dict[str, Value]
Status = Literal["active", "inactive", "removed"]
Origin = Literal["sync", "edit", "rollback", "erase"]
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
    erasures: int = 0
    """How often it was overwritten: each time it becomes content that no other row has."""

    def __repr__(self) -> str:
        reported = " ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"<{self.property_id}{' broken' if self.broken else ''} {reported}>"


@dataclass(eq=False)
class Session:
    """What a run over the source brought, in the order it was fetched."""

    name: object
    rows: list[Row]
    complete: bool
    ended: int
    scope: str = "all"
    state: Literal["pending", "applied", "stale", "rolled back", "cleaned"] = "pending"
    missed: dict[str, int] = field(default_factory=dict)
    """How often each listing that it did not show had been missed until then."""
    reported: Content = frozenset()
    """The content it was applied with."""

    @property
    def winners(self) -> dict[str, Row]:
        """Of a repeated id the latest fetch; of a file, whose rows have no time, the later row."""
        return {row.property_id: row for row in self.rows}

    @property
    def content(self) -> Content:
        reported = Counter(
            (row.property_id, row.broken, row.erasures, *(row.fields.get(name) for name in FIELDS))
            for row in self.rows
        )
        return frozenset(reported.items())


@dataclass
class Sighting:
    """What one scope knows of a listing: when it was last noted, and how often it was missed since.

    A complete session that shows a listing again notes nothing: the scope's watermark tells.
    """

    seen: int
    misses: int = 0
    missed_at: int | None = None
    missed_content: Content | None = None


@dataclass
class Listing:
    """A listing as live shows it (`status` is a field among others), and the scopes that have shown it."""

    fields: Fields
    scopes: dict[str, Sighting] = field(default_factory=dict)
    pins: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Change:
    """One line of the audit; `created` has no field and the whole image instead."""

    at: int
    property_id: str
    field: str | None
    old: Value = None
    new: Value = None
    image: Fields | None = None

    def forget(self, email: str) -> bool:
        """Overwrites an address; says whether it was there."""
        image = self.image or {}
        if email not in (self.old, self.new, image.get("agent_email")):
            return False
        self.old, self.new = (None if value == email else value for value in (self.old, self.new))
        if image.get("agent_email") == email:
            image["agent_email"] = None
        return True

    @property
    def undone_by(self) -> tuple[str, Value, Value]:
        """What puts it back: the field, from, to. A listing that was created becomes removed."""
        if self.field is None:
            assert self.image is not None
            return "status", self.image["status"], "removed"
        return self.field, self.new, self.old


@dataclass(eq=False)
class ChangeSet:
    """What was changed at one moment, and which change set that took back."""

    origin: Origin
    at: int
    changes: list[Change] = field(default_factory=list)
    session: Session | None = None
    undoes: ChangeSet | None = None


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
        self.sets: list[ChangeSet] = []
        self.watermarks: dict[str, int] = {}
        self.erased: set[str] = set()
        self.horizon = 0

    # what the catalogue shows

    @property
    def audit(self) -> list[Change]:
        return [change for one in self.sets for change in one.changes]

    def live(self) -> dict[str, Fields]:
        return {key: dict(listing.fields) for key, listing in self.listings.items()}

    def as_of(self, moment: int) -> dict[str, Fields]:
        """The fold of what had been committed by then."""
        shown: dict[str, Fields] = {}
        for change in self.audit:
            if change.at > moment:
                continue
            if change.image is not None:
                shown[change.property_id] = dict(change.image)
            elif change.field is not None:
                shown[change.property_id][change.field] = change.new
        return shown

    def history(self) -> Counter[tuple[str, str | None, Value]]:
        """How often each listing's field took each value."""
        return Counter((change.property_id, change.field, change.new) for change in self.audit)

    def pins(self) -> set[tuple[str, str]]:
        return {(key, name) for key, listing in self.listings.items() for name in listing.pins}

    def misses(self) -> dict[tuple[str, str], int]:
        return {
            (scope, key): known.misses
            for key, listing in self.listings.items()
            for scope, known in listing.scopes.items()
        }

    # syncs

    def is_stale(self, session: Session) -> bool:
        return any(
            other.scope == session.scope and other.state == "applied" and other.ended > session.ended
            for other in self.sessions
        )

    def apply(self, session: Session, now: int) -> Counts:
        """What a sync of the session does to live, and in which bucket each row ends."""
        counts = Counts(superseded=len(session.rows) - len(session.winners))
        self.sets.append(ChangeSet("sync", now, session=session))
        session.reported = session.content
        missed = self._missed(session)
        for row in session.winners.values():
            self._take(row, counts, now)
        for key in missed:
            self._miss(key, session, counts, now)
        for key in session.winners.keys() & self.listings.keys():
            self._sight(self.listings[key], session)
        if session.complete and session.rows:
            self.watermarks[session.scope] = max(session.ended, self.watermarks.get(session.scope, 0))
        session.state = "applied"
        for other in self.sessions:
            if other.scope == session.scope and other.state == "pending" and other.ended < session.ended:
                other.state = "stale"
        return counts

    def _take(self, row: Row, counts: Counts, now: int) -> None:
        key = row.property_id
        known = self.listings.get(key)
        if row.broken:
            counts.quarantined += 1
        elif known is None:
            fields: Fields = {**{name: row.fields.get(name) for name in FIELDS}, "status": "active"}
            self.listings[key] = Listing(fields)
            self.sets[-1].changes.append(Change(now, key, None, image=dict(fields)))
            counts.new += 1
        else:
            reported = {**row.fields, "status": "active"}
            changed = self._set(key, {f: v for f, v in reported.items() if f not in known.pins}, now)
            if "status" in changed:
                counts.reactivated += 1
            elif changed:
                counts.updated += 1
            else:
                counts.unchanged += 1

    def _sight(self, listing: Listing, session: Session) -> None:
        known = listing.scopes.get(session.scope)
        if known is None:
            listing.scopes[session.scope] = Sighting(session.ended)
        elif known.misses or not session.complete:
            listing.scopes[session.scope] = Sighting(max(known.seen, session.ended))

    def _seen(self, scope: str, known: Sighting) -> int:
        return known.seen if known.misses else max(known.seen, self.watermarks.get(scope, 0))

    def _missed(self, session: Session) -> list[str]:
        """Whose absence counts: inside the scope, once in a while, and only for new content."""
        if not session.complete or not session.rows:
            return []
        return [
            key
            for key, listing in self.listings.items()
            if key not in session.winners
            and (known := listing.scopes.get(session.scope)) is not None
            and (known.misses < MISSES or listing.fields["status"] != "removed")
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
        elsewhere = self._shown_elsewhere(listing, session.scope)
        known.seen = self._seen(session.scope, known)
        known.misses += 1
        session.missed[key] = known.misses
        known.missed_at, known.missed_content = session.ended, session.reported
        becomes: Status = "removed" if known.misses >= MISSES else "inactive"
        if listing.fields["status"] == "removed" or "status" in listing.pins or elsewhere:
            return
        if self._set(key, {"status": becomes}, now):
            if becomes == "removed":
                counts.removed += 1
            else:
                counts.missing += 1

    def _shown_elsewhere(self, listing: Listing, scope: str) -> bool:
        """Whether another scope, that has not missed it, has shown it since this one did."""
        here = self._seen(scope, listing.scopes[scope])
        return any(
            there.misses == 0 and self._seen(name, there) > here
            for name, there in listing.scopes.items()
            if name != scope
        )

    # people

    def edit(self, key: str, fields: Fields, now: int) -> bool:
        """Sets fields and holds them; says whether anything changed."""
        self.listings[key].pins |= fields.keys()
        self.sets.append(ChangeSet("edit", now))
        if not self._set(key, fields, now):
            del self.sets[-1]
            return False
        return True

    def pin(self, key: str, name: str) -> None:
        self.listings[key].pins.add(name)

    def unpin(self, key: str, name: str | None) -> None:
        self.listings[key].pins -= {name} if name else set(self.listings[key].pins)

    def effect_of(self, one: ChangeSet) -> tuple[ChangeSet, bool]:
        """What carries a change set's effect now, or carried it last; and whether it is undone."""
        chain = [one]
        while later := [other for other in self.sets if other.undoes is chain[-1]]:
            chain += later
        return (chain[-2], True) if len(chain) % 2 == 0 else (chain[-1], False)

    def roll_back(self, one: ChangeSet, now: int) -> tuple[int, int, int]:
        """Reverses what was not changed since. Out: how many were reversed, kept, failed."""
        undone, is_undone = self.effect_of(one)
        if is_undone:
            return 0, 0, 0
        verdicts = [(change, self._verdict(undone, change)) for change in undone.changes]
        tally = Counter(verdict for _, verdict in verdicts)
        if tally["reversed"]:
            self.sets.append(ChangeSet("rollback", now, session=undone.session, undoes=undone))
            for change, verdict in verdicts:
                if verdict == "reversed":
                    name, _, old = change.undone_by
                    self._set(change.property_id, {name: old}, now)
            if undone.session is not None:
                self._count_session(undone.session, brings_back=self._depth(undone) % 2 == 1)
        return tally["reversed"], tally["kept"], tally["failed"]

    def _verdict(self, undone: ChangeSet, change: Change) -> Literal["reversed", "kept", "failed"]:
        name, now, before = change.undone_by
        since = [
            one.origin
            for one in self.sets[self.sets.index(undone) + 1 :]
            for other in one.changes
            if other.property_id == change.property_id and other.field == name
        ]
        if since and since[-1] == "erase":
            return "failed"
        if since or name in self.listings[change.property_id].pins or now == before:
            return "kept"
        return "failed" if before is None and name == "title" else "reversed"

    @staticmethod
    def _depth(one: ChangeSet) -> int:
        depth = 0
        while one.undoes is not None:
            one, depth = one.undoes, depth + 1
        return depth

    def _count_session(self, session: Session, *, brings_back: bool) -> None:
        """A session that is rolled back proves no absence; brought back, it does again."""
        if session.state == "cleaned":
            return
        session.state = "applied" if brings_back else "rolled back"
        scope, mark = session.scope, self.watermarks.get(session.scope, 0)
        for key, misses in session.missed.items():
            known = self.listings[key].scopes[scope]
            if known.seen >= session.ended:
                continue
            if brings_back and mark < session.ended:
                known.seen = self._seen(scope, known)
                known.misses, known.missed_at, known.missed_content = misses, session.ended, session.reported
            elif not brings_back and known.misses and known.missed_at is not None:
                if known.missed_at > session.ended:
                    known.misses -= 1
                elif known.missed_at == session.ended:
                    known.misses = 0
                if known.misses == 0:
                    known.missed_at = known.missed_content = None
        if brings_back and session.complete and session.rows:
            self.watermarks[scope] = max(mark, session.ended)
        elif not brings_back and mark == session.ended:
            covered = [
                s.ended
                for s in self.sessions
                if s.scope == scope and s.state == "applied" and s.complete and s.rows
            ]
            self.watermarks[scope] = max(covered, default=0)

    # keeping

    def spoken_of(self, row: Row) -> Row:
        """What lands of a scraped row: an erased contact is none."""
        if row.fields.get("agent_email") not in self.erased:
            return row
        return replace(row, fields={**row.fields, "agent_email": None})

    def erase(self, email: str, now: int) -> None:
        """Overwrites an address wherever it stands, and keeps it out."""
        self.erased.add(email)
        overwritten = [change for change in self.audit if change.forget(email)]
        held = [key for key, listing in self.listings.items() if listing.fields["agent_email"] == email]
        if overwritten or held:
            self.sets.append(ChangeSet("erase", now))
        for key in held:
            self.listings[key].fields["agent_email"] = None
            self.sets[-1].changes.append(Change(now, key, "agent_email"))
        for session in self.sessions:
            session.rows = [
                row
                if row.fields.get("agent_email") != email
                else replace(self.spoken_of(row), erasures=row.erasures + 1 + id(row))
                for row in session.rows
            ]

    def compact(self, before: int) -> None:
        """Of each listing, folds what is older into one image at the newest of its places."""
        for key in self.listings:
            old = [change for change in self.audit if change.property_id == key and change.at < before]
            if len(old) < 2:
                continue
            image = self.as_of(before - 1)[key]
            for one in self.sets:
                one.changes = [change for change in one.changes if change not in old[:-1]]
            old[-1].field, old[-1].old, old[-1].new, old[-1].image = None, None, None, image
            self.horizon = before

    def is_compacted(self, one: ChangeSet) -> bool:
        return one.at < self.horizon

    # the only writer of a listing

    def _set(self, key: str, fields: Fields, now: int) -> list[str]:
        """Writes what differs, and the audit of it."""
        listing = self.listings[key]
        changed = [name for name, value in fields.items() if listing.fields[name] != value]
        for name in changed:
            change = Change(now, key, name, listing.fields[name], fields[name])
            self.sets[-1].changes.append(change)
            listing.fields[name] = fields[name]
        return changed
