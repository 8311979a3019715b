"""A file imported as the import does it, on a clock of the test's own."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path

from config.source import Source
from database.handle import Database
from importers import open_input
from importers.mapping import Mapping, cell_reader, compile_mapping
from services.pipeline import SyncResult, sync_session
from services.staging import SessionWriter
from services.staging.session import Verdict
from tests.catalogue import at


async def import_file(
    database: Database,
    path: Path,
    mapping: Mapping,
    source: Source,
    *,
    day: float = 0,
    verdict: Verdict = "complete",
) -> SyncResult:
    writer = await SessionWriter.open(database, source, scope="all", kind="import", clock=lambda: at(day))
    with open_input(path) as reading:
        records = iter(reading)
        first = list(islice(records, 100))  # a JSON file's columns are known by its rows
        reader, mapper = (
            cell_reader(mapping, source),
            compile_mapping(mapping, reading.columns, source=source),
        )
        mapper.check().refuse(path.name)
        for record in chain(first, records):
            if mapper.drops(record.cells):
                continue
            row = mapper.raw(record)
            await writer.add(
                reader.read(row.fields, url=None, page_number=None, fetched_at=at(day), original=row.original)
            )
    await writer.complete(verdict)
    return await sync_session(database, writer.session_id, clock=lambda: at(day))
