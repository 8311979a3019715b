"""What a rule would find, saved or not, in live and in the last session of each source; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from config.errors import (
    DatabaseError,
    DatabaseUnreachableError,
    MigrationError,
    NotFoundError,
)
from database.handle import Database
from database.records import record, records
from services.sources import require_source

SECONDS: Final = 30.0
"""How long a rule is tried on one set of rows, and all of them together at most ten times."""
_ALL_WORTH: Final = 10


@dataclass(frozen=True, slots=True)
class FailingRow:
    """A row that a rule would fail: the value that was read, the text it was read from, and the reason.

    `row_no` is None for a listing in live, and `raw` where the source's own text is not kept.
    """

    row_no: int | None
    property_id: str | None
    value: str | None
    raw: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Raised:
    """A rule raised: of the first rows, tried one by one, how many it raised on and how many it fails."""

    tried: int
    raised: int
    failing: int
    first: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would find in a session of a source, or in its live listings (session_id None).

    `judged` are those of the rows looked at that its conditions let it judge. `problem` says why it could not
    be tried to the end; the counts are None then.
    """

    source: str
    session_id: UUID | None
    looked_at: int | None = None
    judged: int | None = None
    failing: int | None = None
    rows: tuple[FailingRow, ...] = ()
    raised: Raised | None = None
    problem: str | None = None

    @property
    def share(self) -> float | None:
        """The failing rows of those that are judged, 0..1; None where none is."""
        return self.failing / self.judged if self.judged and self.failing is not None else None


async def last_sessions(database: Database, source: str | None = None) -> list[tuple[str, UUID]]:
    """The newest completed session of each source, or of one; sources without any are left out."""
    await require_source(database, source)
    names = [source] if source else [row["name"] for row in await database.rows("source_names")]
    found = [(name, await database.value("latest_session", name)) for name in names]
    return [(name, session) for name, session in found if session is not None]


async def try_rule(
    database: Database,
    rule: dict[str, Any],
    places: Sequence[tuple[str, UUID | None]],
    *,
    after: int = 0,
    limit: int = 3,
    seconds: float = SECONDS,
) -> list[Trial]:
    """Try a rule on each place: a source and one of its sessions, or None for its listings in live.

    `rule` is {name, config} of a saved rule and what to put into it, or all of one that is not saved, as
    `RuleDraft.as_given`. A rule that does not end within `seconds`, or that cannot be run, has a `problem`.
    Raises NotFoundError, and UsageError for a rule that cannot be.
    """
    if not places:
        raise NotFoundError("there is no row to try a rule on", next_step="scrape --url URL")
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds * _ALL_WORTH
    trials = []
    for source, session in places:
        left = min(seconds, ends - loop.time())
        if left <= 0:
            trials.append(Trial(source, session, problem="there was no time left for it"))
        else:
            asked = database.value_within(left, "try_rule", rule, session, source, after, limit)
            trials.append(await _trial(source, session, asked))
    return trials


async def _trial(source: str, session: UUID | None, asked: Awaitable[dict[str, Any]]) -> Trial:
    try:
        found = await asked
    except (DatabaseUnreachableError, MigrationError):
        raise
    except DatabaseError as error:
        return Trial(source, session, problem=error.message)
    raised = found["raised"]
    return Trial(
        *(source, session, found["looked_at"], found["judged"], found["failing"]),
        tuple(records(FailingRow, found["rows"])),
        None if raised is None else record(Raised, raised),
    )
