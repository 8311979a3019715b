"""How loads of county layers went: what came of each, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from database.handle import Database, Handle, database_of
from database.records import records

Status = Literal["running", "success", "partial", "failure"]


@dataclass(frozen=True, slots=True)
class IngestionRun:
    """One load of one layer. Of the rows it read, `failed` were set aside."""

    id: UUID
    county: str
    layer: str
    source_type: str
    status: Status
    processed: int
    inserted: int
    updated: int
    failed: int
    sessions: tuple[UUID, ...]
    error_message: str | None
    error_details: Any
    started_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some loads, the newest first; `after` continues behind them, None at the end."""

    runs: tuple[IngestionRun, ...]
    after: str | None


class DataIngestionRunRepository:
    """What can be asked of loads. Async; built with one `Database`, or a supabase AsyncClient."""

    def __init__(self, database: Handle) -> None:
        self._database = database_of(database)

    async def get_by_id(self, id: UUID) -> IngestionRun | None:
        """One load; None where there is none."""
        found = await self._page({"id": str(id)}, limit=1, after=None)
        return found.runs[0] if found.runs else None

    async def get_recent_runs(
        self,
        *,
        county: str | None = None,
        layer: str | None = None,
        limit: int = 20,
        after: str | None = None,
    ) -> RunPage:
        """The newest loads, whatever came of them."""
        return await self._page({"county": county, "layer": layer}, limit=limit, after=after)

    get_all = get_recent_runs

    async def get_failed_runs(
        self, *, county: str | None = None, limit: int = 20, after: str | None = None
    ) -> RunPage:
        """The newest loads of which nothing is live."""
        return await self._page({"county": county, "status": "failure"}, limit=limit, after=after)

    async def count(
        self, *, county: str | None = None, status: Status | None = None, most: int | None = None
    ) -> int:
        """How many loads there were; `most` counts no further than one more than that."""
        wanted = _said({"county": county, "status": status})
        found: int = await self._database.value("county_run_count", wanted, most)
        return found

    async def _page(self, wanted: dict[str, Any], *, limit: int, after: str | None) -> RunPage:
        rows = [
            dict(row) for row in await self._database.rows("county_runs", _said(wanted), limit + 1, after)
        ]
        cursors = [row.pop("cursor") for row in rows]
        return RunPage(
            tuple(records(IngestionRun, rows[:limit])), cursors[limit - 1] if len(rows) > limit else None
        )


@dataclass(frozen=True, slots=True)
class LoadedCounty:
    """A county of which something was loaded, or tried; and how many sources its layers are."""

    county: str
    sources: int


async def loaded_counties(database: Database) -> list[LoadedCounty]:
    """The counties of which anything was loaded, by name."""
    return records(LoadedCounty, await database.rows("county_names"))


def _said(wanted: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in wanted.items() if value is not None}
