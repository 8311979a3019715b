"""Stages and syncs sessions of county records for tests, on the tests' clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from config.source import Source
from database.handle import Database
from parsing.parcels.staged import StagedRecord
from services.county.records import RecordWriter
from services.pipeline import SyncResult, sync_session
from services.staging import register_source
from services.staging.session import Verdict
from tests.catalogue import at, on

ORANGE = {"state": "FL", "county_fips": "12095"}


def parcel(number: int = 1, **fields: Any) -> StagedRecord:
    """A parcel as its reader makes it; `fields` replace or add some."""
    key = f"{number:015d}"
    content = {
        **ORANGE,
        "parcel_id_normalized": key,
        "parcel_id": f"01-{number}",
        "address": f"{number} Main St",
        "city": "Orlando",
        "latitude": 28.5,
        "longitude": -81.4,
        **fields,
    }
    return record(content["parcel_id_normalized"], content)


def record(record_id: str | None, content: dict[str, Any]) -> StagedRecord:
    return StagedRecord(record_id, content, raw=orjson.dumps({"row": record_id}))


def parcels(count: int, **fields: Any) -> list[StagedRecord]:
    return [parcel(number, **fields) for number in range(1, count + 1)]


class Layer:
    """One source of county records in one database, and what its sessions changed."""

    def __init__(self, database: Database, superuser: asyncpg.Connection, source: Source) -> None:
        self.database = database
        self.superuser = superuser
        self.source = source

    @classmethod
    async def of(
        cls, database: Database, superuser: asyncpg.Connection, kind: str = "properties", **facts: Any
    ) -> Layer:
        """A registered source of that kind."""
        layer = cls(database, superuser, Source(name=f"orange-fl.{kind}", records=kind, **facts))
        await register_source(database, layer.source)
        return layer

    async def stage(
        self,
        rows: Iterable[StagedRecord],
        *,
        day: float = 0,
        verdict: Verdict = "complete",
        reason: str | None = None,
    ) -> UUID:
        """A session that ended on `day`."""
        writer = await RecordWriter.open(
            self.database,
            self.source,
            scope="all",
            kind="import",
            filters={"county": ORANGE},
            clock=lambda: at(day),
        )
        for row in rows:
            await writer.add(row)
        await writer.complete(verdict, reason)
        return writer.session_id

    async def load(
        self,
        rows: Iterable[StagedRecord],
        *,
        day: float = 0,
        verdict: Verdict = "complete",
        reason: str | None = None,
        **options: Any,
    ) -> SyncResult:
        """Stage and sync, as on `day`."""
        session = await self.stage(rows, day=day, verdict=verdict, reason=reason)
        return await sync_session(self.database, session, on(day, **options))

    async def live(self, columns: str = "*") -> list[dict[str, Any]]:
        """Live, in the order of ids."""
        rows = await self.superuser.fetch(
            f"select {columns} from county.{self.source.records} where source = $1 order by record_id",
            self.source.name,
        )
        return [dict(row) for row in rows]
