"""The pages of a day, counted in the database for every process together."""

from __future__ import annotations

from config.source import Source
from database.handle import Database


class DailyBudget:
    """Takes pages of one source's budget."""

    def __init__(self, database: Database, source: Source, most: int) -> None:
        self._database = database
        self._source = source
        self._most = most

    async def take(self) -> bool:
        """Take one page of today; false when none is left."""
        zone = self._source.time_zone or "UTC"
        return bool(await self._database.value("take_page", self._source.name, zone, self._most))


def budget_of(database: Database, source: Source) -> DailyBudget | None:
    """The budget of a source that has one."""
    return None if source.pages_per_day is None else DailyBudget(database, source, source.pages_per_day)
