"""What changed in the catalogue, newest first, narrowed down to what somebody looks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Self
from uuid import UUID

from config.errors import UsageError
from database.handle import Database
from database.records import records
from services.history.fields import ASKABLE, require_field
from services.sources import require_source

KINDS: Final = ("new", "price_drop", "price_rise", "removed", "relisted", "changed")
WALK: Final = 20_000
"""How many changes a page looks at."""


@dataclass(frozen=True, slots=True)
class RecentChange:
    """A change, with its listing as it is now; one without a field is a listing that came.

    `direction` is 1 or -1 where a number grew or shrank. Long values are cut.
    """

    change_id: int
    change_set_id: int
    committed_at: datetime
    origin: str
    actor: str
    session_id: UUID | None
    source: str
    listing_id: UUID
    property_id: str
    change_type: str
    field_name: str | None
    old_value: Any
    new_value: Any
    direction: int | None
    change_reason: str
    significant: bool
    title: str | None
    city: str | None
    currency: str | None
    price_period: str | None
    status: str | None

    @property
    def day(self) -> date:
        """The day on which it was committed, in UTC."""
        return self.committed_at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Before:
    """Where a page of changes begins: before this change of this change set. Written "set.change"."""

    change_set: int
    change: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse what a page has printed. Raises UsageError."""
        given = text.split(".")
        if len(given) != 2 or not all(
            number.isascii() and number.isdecimal() and len(number) < 19 for number in given
        ):
            raise UsageError(f'"{text}" is not a place among the changes', next_step="begin with the newest")
        return cls(int(given[0]), int(given[1]))

    def __str__(self) -> str:
        return f"{self.change_set}.{self.change}"


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of changes; `before` is where the next one begins, None: there are no more.

    A page with `before` may have few changes or none: then many were looked at, and the next looks further.
    """

    changes: tuple[RecentChange, ...]
    before: Before | None


async def recent_changes(
    database: Database,
    *,
    kind: str | None = None,
    source: str | None = None,
    field: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Before | None = None,
    limit: int = 50,
) -> ChangePage:
    """The newest changes, at most 99. Raises NotFoundError for an unknown source, UsageError."""
    if field is not None:
        require_field(field, ASKABLE)
    if since is not None and until is not None and since > until:
        raise UsageError("the first moment lies after the second", next_step="exchange them")
    await require_source(database, source)
    wanted = {
        "kind": kind,
        "source": source,
        "field": field,
        "from": since and since.isoformat(),
        "upto": until and until.isoformat(),
    }
    place = (None, None) if before is None else (before.change_set, before.change)
    found = await database.value(
        "recent_changes",
        {name: value for name, value in wanted.items() if value is not None},
        *place,
        limit + 1,
        WALK,
    )
    changes = records(RecentChange, found["changes"])
    if len(changes) > limit:
        last = changes[limit - 1]
        return ChangePage(tuple(changes[:limit]), Before(last.change_set_id, last.change_id))
    goes_on = found["before"] and Before(found["before"]["set"], found["before"]["change"])
    return ChangePage(tuple(changes), goes_on)
