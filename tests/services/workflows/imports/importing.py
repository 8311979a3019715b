"""Imports a file as `import` does, on the test's clock."""

from __future__ import annotations

from pathlib import Path

from database.direct import Database
from services.pipeline import SyncResult
from services.workflows.import_ import ListingImporter
from tests.catalogue import on


async def import_file(
    database: Database, path: Path, *, mapping: str, source: str, day: float = 0, complete: bool = True
) -> SyncResult:
    importer = ListingImporter(database, options=on(day))
    result = await importer.import_and_sync(str(path), mapping=mapping, source=source, complete=complete)
    (session,) = result.sessions
    assert session.sync is not None
    return session.sync
