"""What the work at hand belongs to: a source and a session, which every line of the log names.

A trail is shared by the tasks that are started under it, so that a session which one of them opens is known
to all. Where several sessions are open at once, as an import's partitions are, a line belongs to none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Trail:
    """A source, and its sessions that are open."""

    source: str | None = None
    sessions: list[UUID] = field(default_factory=list)

    @property
    def session(self) -> UUID | None:
        """The session that the work belongs to."""
        return self.sessions[0] if len(self.sessions) == 1 else None


_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


@contextmanager
def trail(source: str | None = None, session: UUID | None = None) -> Iterator[Trail]:
    """What is done within belongs to this source and session; the source is that of before unless given."""
    known = _trail.get()
    made = Trail(source or (known.source if known else None), [session] if session else [])
    token = _trail.set(made)
    try:
        yield made
    finally:
        _trail.reset(token)


def begin(source: str, session: UUID) -> None:
    """A session is open from here on."""
    found = _trail.get()
    if found is None:
        found = Trail()
        _trail.set(found)
    found.source = source
    found.sessions.append(session)


def end(session: UUID) -> None:
    """A session is open no longer."""
    found = _trail.get()
    if found is not None and session in found.sessions:
        found.sessions.remove(session)


def current() -> Trail:
    """The trail of the work at hand; an empty one where it belongs to nothing."""
    return _trail.get() or Trail()
