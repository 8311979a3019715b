"""How far the database that is read lags behind the one that is written."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import DatabaseUnreachableError, UsageError
from config.settings import Settings
from database.direct import DirectDatabase
from database.handle import Database


@dataclass(frozen=True, slots=True)
class Lag:
    """The change sets that the read database lacks; None where the other cannot be reached."""

    place: str
    behind: int | None

    @property
    def said(self) -> str:
        """The lag in words; nothing where there is none."""
        if self.behind is None:
            return f"read from {self.place}: DATABASE_URL cannot be reached, so this may be out of date"
        if self.behind:
            sets = "change set" if self.behind == 1 else "change sets"
            return f"read from {self.place}, which is {self.behind} {sets} behind DATABASE_URL"
        return ""


async def lag(settings: Settings, reading: Database) -> Lag | None:
    """Compare the feed of DATABASE_READ_URL with that of DATABASE_URL; None where only one of them is set.

    Raises UsageError when the read database is ahead, so not a copy of the other.
    """
    if settings.database_url is None or settings.database_read_url is None:
        return None
    seen: int = await reading.value("feed_position")
    try:
        written = await DirectDatabase.connect(settings.database_url.get_secret_value(), pool_size=1)
        async with written:
            position: int = await written.value("feed_position")
    except DatabaseUnreachableError:
        return Lag(reading.place, None)
    if seen > position:
        raise UsageError(
            f"DATABASE_READ_URL is not a copy of DATABASE_URL: its feed is at {seen}, that of the other "
            f"at {position}",
            next_step="set DATABASE_READ_URL to a standby of DATABASE_URL, or unset it",
        )
    return Lag(reading.place, position - seen)
