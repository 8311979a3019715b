"""Loads of county layers as the database keeps them, and what there is of a county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self
from uuid import UUID

from config.terminal import one_line
from database.handle import Database
from database.records import records
from services.results import Metrics

RunStatus = Literal["running", "success", "partial", "failure"]


class IngestionRun:
    """One load of one layer, kept from before its first request on."""

    def __init__(self, database: Database, run_id: UUID) -> None:
        """Use `begin`."""
        self.id: Final = run_id
        self._database = database

    @classmethod
    async def begin(cls, database: Database, county: str, layer: str, source_type: str) -> Self:
        """Begin a run; runs of the layer whose process ended are ended as failures."""
        return cls(database, await database.value("begin_ingestion", county, layer, source_type))

    async def note(self, session_id: UUID) -> None:
        """Note a session of the run."""
        await self._database.run("note_ingestion", self.id, session_id)

    async def end(
        self,
        status: RunStatus,
        *,
        processed: int = 0,
        metrics: Sequence[Metrics] = (),
        set_aside: int = 0,
        message: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """End the run with what its sessions came to; whatever a server said can be kept, also a NUL."""
        said = None if message is None else one_line(message)
        if details is not None and "reasons" in details:
            details = {**details, "reasons": [one_line(each) for each in details["reasons"]]}
        await self._database.run(
            "end_ingestion",
            *(self.id, status, processed),
            sum(each.new_properties for each in metrics),
            sum(each.updated_properties + each.reactivated_properties for each in metrics),
            *(set_aside, said, details),
        )


@dataclass(frozen=True, slots=True)
class CountySource:
    """What is live of one source of a county, and how its last session went."""

    source: str
    kind: str
    active: int
    inactive: int
    removed: int
    waiting: int
    """Active records without a parcel."""
    session_id: UUID | None
    session_status: str | None
    sync_status: str | None
    verdict: str | None
    verdict_reason: str | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last load of a layer."""

    layer: str
    source_type: str
    status: RunStatus
    processed: int
    inserted: int
    updated: int
    failed: int
    error_message: str | None
    started_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CountyStatus:
    """What there is of a county."""

    county: str
    sources: tuple[CountySource, ...]
    runs: tuple[LastRun, ...]


async def county_status(database: Database, county: str) -> CountyStatus:
    """The sources of a county and the last load of each of its layers."""
    return CountyStatus(
        county,
        tuple(records(CountySource, await database.rows("county_sources", county))),
        tuple(records(LastRun, await database.rows("last_ingestions", county))),
    )
