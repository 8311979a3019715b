"""Stages and syncs sessions for tests, on the tests' clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from config.source import Source
from database.handle import Database
from parsing.rows import CellReader
from services.history.edits import Edited, Pin, edit_listing, list_pins, pin_field, unpin
from services.history.rollback import RollbackResult, rollback
from services.pipeline import Observer, SyncOptions, SyncResult, apply_plan, sync_session
from services.pipeline.observers import NO_OBSERVER, NullObserver
from services.staging import SessionWriter, register_source
from services.staging.session import Kind, Verdict

START = datetime(2025, 11, 1, tzinfo=UTC)
"""Long ago: whatever a test says was done later still lies in the past."""
MARGIN = timedelta(minutes=20)
ACME = Source(name="acme", currency="MXN", country="MX", language="spanish")

Row = dict[str, Any]


def at(day: float) -> datetime:
    """The time so many days after the tests' first day."""
    return START + timedelta(days=day)


def since(day: float) -> timedelta:
    """The age of what was done that day, and a little more: retention counts by the clock of the database."""
    return datetime.now(UTC) - at(day) + MARGIN


def on(day: float, **options: Any) -> SyncOptions:
    """The options of a sync on that day, which leaves the feed's subscribers where they are."""
    return SyncOptions(**{"clock": lambda: at(day), "catch_up": False, **options})


def home(number: int | str = 1, **fields: Any) -> Row:
    """A raw row with the usual fields of a listing; `fields` replace or add some."""
    index = number if isinstance(number, int) else 0
    return {
        "property_id": f"A-{number}",
        "title": f"Casa {number} en venta",
        "description": "Casa luminosa con patio y dos recámaras",
        "property_type": "Casa",
        "operation_type": "sale",
        "address": f"Calle {number}",
        "city": "Mérida",
        "price": 1_000_000 + index * 1_000,
        "bedrooms": 3,
        "bathrooms": 2,
        "latitude": 20.9,
        "longitude": -89.6 + index / 1_000,
        "main_image_url": f"https://acme.example/{number}.jpg",
        **fields,
    }


def homes(count: int, **fields: Any) -> list[Row]:
    return [home(number, **fields) for number in range(1, count + 1)]


def without(row: Row, *fields: str) -> Row:
    return {name: value for name, value in row.items() if name not in fields}


class Underway(NullObserver):
    """Counts the syncs that are between their first and their last stage."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def began(self, stage: str) -> None:
        if stage == "sift":
            self.now += 1
            self.most = max(self.most, self.now)

    def ended(self, stage: str) -> None:
        if stage == "apply":
            self.now -= 1


class Catalogue:
    """One source in one database, and what its sessions changed."""

    def __init__(self, database: Database, superuser: asyncpg.Connection, source: Source = ACME) -> None:
        self.database = database
        self.superuser = superuser
        self.source = source
        self.site = source.name
        """The first part of the host of the pages that rows come from."""
        self.urls = True
        """Whether rows come from pages."""

    async def register(self, **facts: Any) -> Catalogue:
        """Register the source with these facts."""
        self.source = Source.model_validate({**self.source.model_dump(), **facts})
        await register_source(self.database, self.source)
        return self

    async def beside(self, name: str, database: Database | None = None) -> Catalogue:
        """Another source like it in the same database, through another handle if one is given."""
        source = self.source.model_copy(update={"name": name})
        return await Catalogue(database or self.database, self.superuser, source).register()

    async def stage(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        day: float = 0,
        verdict: Verdict = "complete",
        reason: str | None = None,
        scope: str = "all",
        kind: Kind = "import",
        fetched: Callable[[int], float] | None = None,
    ) -> UUID:
        """A session that ended on `day`; row n was fetched on day `fetched(n)`."""
        writer = await SessionWriter.open(
            self.database, self.source, scope=scope, kind=kind, clock=lambda: at(day)
        )
        reader = CellReader(self.source)
        for number, row in enumerate(rows):
            paged = self.urls and "property_id" in row
            url = f"https://{self.site}.example/{row['property_id']}" if paged else None
            moment = at(fetched(number) if fetched else day)
            await writer.add(reader.read(row, url=url, page_number=1, fetched_at=moment))
        await writer.complete(verdict, reason)
        return writer.session_id

    async def sync(
        self, session_id: UUID, *, day: float = 0, observer: Observer = NO_OBSERVER, **options: Any
    ) -> SyncResult:
        """Sync as on `day`; `options` are those of SyncOptions."""
        return await sync_session(self.database, session_id, on(day, **options), observer)

    async def run(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        day: float = 0,
        verdict: Verdict = "complete",
        reason: str | None = None,
        scope: str = "all",
        kind: Kind = "import",
        fetched: Callable[[int], float] | None = None,
        **options: Any,
    ) -> SyncResult:
        """Stage and sync; `options` as of `sync`."""
        session_id = await self.stage(
            rows, day=day, verdict=verdict, reason=reason, scope=scope, kind=kind, fetched=fetched
        )
        return await self.sync(session_id, day=day, **options)

    async def approve(self, held: SyncResult, *, day: float = 0) -> SyncResult:
        assert held.plan_id is not None
        return await apply_plan(self.database, held.plan_id, on(day))

    async def edit(
        self,
        number: int | str = 1,
        *,
        day: float = 0,
        actor: str = "ana",
        reason: str | None = None,
        **patch: Any,
    ) -> Edited:
        """A staff edit of one home."""
        return await edit_listing(
            self.database,
            self.source.name,
            f"A-{number}",
            patch,
            actor=actor,
            reason=reason,
            clock=lambda: at(day),
        )

    async def pin(self, field: str, number: int | str = 1, *, actor: str = "ana") -> Edited:
        return await pin_field(self.database, self.source.name, f"A-{number}", field, actor=actor)

    async def unpin(self, field: str | None = None, number: int | str = 1) -> tuple[str, ...]:
        return await unpin(self.database, self.source.name, f"A-{number}", field)

    async def pins(self) -> list[Pin]:
        return await list_pins(self.database, source=self.source.name)

    async def rollback(
        self,
        done: SyncResult | UUID | int,
        *,
        day: float = 0,
        dry_run: bool = False,
        limit: int | None = None,
        actor: str = "ana",
    ) -> RollbackResult:
        """Undo a sync, a session or a change set."""
        what: dict[str, Any] = (
            {"change_set": done}
            if isinstance(done, int)
            else {"session_id": done.session_id if isinstance(done, SyncResult) else done}
        )
        return await rollback(
            self.database, **what, dry_run=dry_run, limit=limit, actor=actor, clock=lambda: at(day)
        )

    async def lease_taken_by(self, worker: str, session_id: UUID | None = None) -> None:
        """Let another worker sync the source, one of its sessions, for the next hour."""
        await self._set_lease("now() + interval '1 hour'", worker, session_id)

    async def lease_ends(self) -> None:
        """The lease runs out, as after half a minute without a sign of its worker."""
        await self._set_lease("now()")

    async def lease_released(self) -> None:
        """Let the worker that holds the source release it."""
        await self._set_lease("null")

    async def _set_lease(self, until: str, worker: str | None = None, session_id: UUID | None = None) -> None:
        await self.superuser.execute(
            f"update property_manager.leases set leased_until = {until}, worker = coalesce($2, worker),"
            " session_id = coalesce($3, session_id)"
            " where source_id = (select id from public.sources where name = $1)",
            self.source.name,
            worker,
            session_id,
        )

    async def is_leased(self) -> bool:
        """Whether a worker holds the source, or has not released it."""
        held: bool = await self.superuser.fetchval(
            "select leased_until is not null from property_manager.leases"
            " where source_id = (select id from public.sources where name = $1)",
            self.source.name,
        )
        return held

    async def position(self) -> int:
        """The last position of the change feed."""
        found: int = await self.superuser.fetchval("select position from property_manager.feed")
        return found

    async def change_sets(self, session_id: UUID) -> list[asyncpg.Record]:
        """What one session's syncs have published."""
        return await self.superuser.fetch(
            "select * from property_manager.change_sets where session_id = $1 order by id", session_id
        )

    async def plans(self, session_id: UUID | None = None) -> list[asyncpg.Record]:
        """The plans of one session, or all."""
        return await self.superuser.fetch(
            "select * from property_manager.plans where $1::uuid is null or session_id = $1"
            " order by created_at",
            session_id,
        )

    async def interrupted(self, session_id: UUID, *, silent: timedelta = timedelta(days=1)) -> None:
        """Make the session an interrupted one, whose process was last active so long ago."""
        await self.superuser.execute(
            "update public.scraping_sessions set status = 'running', verdict = null, sync_status = null,"
            " completed_at = null, heartbeat_at = now() - $2::interval where id = $1",
            session_id,
            silent,
        )

    @staticmethod
    def read(text: str) -> Any:
        """A JSON column as the superuser's connection gives it."""
        return json.loads(text)

    async def live(self, number: int | str = 1) -> asyncpg.Record:
        """One listing as the view `listings` has it."""
        return await self.superuser.fetchrow(
            "select * from public.listings where source = $1 and property_id = $2",
            self.source.name,
            f"A-{number}",
        )

    async def statuses(self) -> dict[str, str]:
        rows = await self.superuser.fetch(
            "select property_id, status from public.properties_live where source = $1 order by property_id",
            self.source.name,
        )
        return {row["property_id"]: row["status"] for row in rows}

    async def changes(self, result: SyncResult | None = None) -> list[asyncpg.Record]:
        """The audit of one sync, or all of it."""
        return await self.superuser.fetch(
            "select * from public.property_changes where $1::uuid is null or session_id = $1 order by id",
            result.session_id if result else None,
        )

    async def change(self, result: SyncResult, field: str) -> asyncpg.Record:
        """The only change of that field in a sync."""
        (found,) = [row for row in await self.changes(result) if row["field_name"] == field]
        return found

    async def quarantined(self, result: SyncResult) -> dict[int, list[str]]:
        """The rules that quarantined each row, by row number."""
        rows = await self.superuser.fetch(
            "select row_no, reasons::text from property_manager.quarantine where session_id = $1",
            result.session_id,
        )
        return {row["row_no"]: [reason["rule"] for reason in json.loads(row["reasons"])] for row in rows}

    async def candidates(self, result: SyncResult) -> list[str]:
        """The ids of the rows that the sift kept for validation and comparison."""
        rows = await self.superuser.fetch(
            "select property_id from property_manager.candidates where session_id = $1 order by row_no",
            result.session_id,
        )
        return [row["property_id"] for row in rows]

    async def outcomes(self, result: SyncResult) -> dict[int, str]:
        rows = await self.superuser.fetch(
            "select row_no, outcome from public.staging_outcomes where session_id = $1 order by row_no",
            result.session_id,
        )
        return {row["row_no"]: row["outcome"] for row in rows}

    async def complaints(self) -> list[str]:
        """What doctor finds."""
        rows = await self.database.rows("doctor")
        return [f"{row['check_name']}: {row['detail']}" for row in rows if row["found"]]
