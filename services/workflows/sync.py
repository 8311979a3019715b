"""Change detection and data sync under their public names; the pipeline does the work."""

from __future__ import annotations

from uuid import UUID

from database.handle import Handle, database_of
from services.pipeline import SyncResult, apply_plan, sync_session
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import SyncOptions
from services.reports.plans import PlanRow, plan_rows
from services.reports.sessions import SyncRecord, recent_syncs


class ChangeDetectionService:
    """Plans what a session would change, and applies exactly that plan."""

    def __init__(self, database: Handle) -> None:
        self._database = database_of(database)

    async def detect_changes(self, session_id: UUID) -> tuple[SyncResult, list[PlanRow]]:
        """Plan a session without applying it; the saved plan can be applied by its id."""
        result = await sync_session(self._database, session_id, SyncOptions(dry_run=True))
        rows = [row async for row in plan_rows(self._database, result.plan_id)] if result.plan_id else []
        return result, rows

    async def save_change_records(
        self, plan_id: UUID, *, actor: str = "sync", observer: Observer = NO_OBSERVER
    ) -> SyncResult:
        """Apply a saved plan, whole, with its audit. Raises PlanOutdatedError when live has changed since."""
        return await apply_plan(self._database, plan_id, SyncOptions(actor=actor), observer)


class DataSyncService:
    """Brings one session to live."""

    def __init__(self, database: Handle) -> None:
        self._database = database_of(database)

    async def sync_session_data(
        self,
        session_id: UUID,
        *,
        dry_run: bool = False,
        with_rules: bool = True,
        observer: Observer = NO_OBSERVER,
    ) -> SyncResult:
        """Sync a session; a held plan is a result, not an error."""
        options = SyncOptions(dry_run=dry_run, with_rules=with_rules)
        return await sync_session(self._database, session_id, options, observer)

    async def get_sync_metrics(self, *, source: str | None = None, limit: int = 20) -> list[SyncRecord]:
        """The rows of `sync_metadata`, newest first."""
        return await recent_syncs(self._database, source=source, limit=limit)
