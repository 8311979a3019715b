"""Imports a file as `import` does, on the test's clock."""

from __future__ import annotations

from pathlib import Path

from database.direct import DirectDatabase
from services.pipeline import SyncResult, apply_plan
from services.workflows.import_ import ListingImporter
from tests.catalogue import on


async def import_file(
    database: DirectDatabase, path: Path, *, mapping: str, source: str, day: float = 0, complete: bool = True
) -> SyncResult:
    """Import and sync; a plan that is held only because another source has these listings is approved."""
    importer = ListingImporter(database, options=on(day))
    result = await importer.import_and_sync(str(path), mapping=mapping, source=source, complete=complete)
    (session,) = result.sessions
    sync = session.sync
    assert sync is not None
    if [reason.code for reason in sync.reasons] == [
        "listings_of_another_source"
    ] and sync.plan_id is not None:
        return await apply_plan(database, sync.plan_id, on(day))
    return sync
