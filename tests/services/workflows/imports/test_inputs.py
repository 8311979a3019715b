"""What is imported is read whole, once, and apart: a pipe, a file being written, a reader that fails."""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from importers import ReaderFailedError
from importers.readers import contained
from tests.importers.readers import hazards
from tests.services.workflows.imports.conftest import Importing, as_csv, rows, synced

MANY = as_csv(rows(1_000)).encode()


async def test_a_pipe_is_imported_whole(importing: Importing) -> None:
    await importing(MANY)
    pipe = importing.folder / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(MANY,))
    writer.start()
    result = await importing(pipe, day=1)
    writer.join()
    assert result.verdict == "complete"
    assert synced(result).metrics.unchanged_properties == 1_000
    assert synced(result).metrics.missing_properties == 0


CHANGES: dict[str, Callable[[Path], object]] = {
    "became longer": lambda path: path.write_bytes(path.read_bytes() * 2),
    "became shorter": lambda path: path.write_bytes(path.read_bytes()[:1_000]),
    "was replaced": lambda path: (
        path.with_name("new").write_bytes(MANY),
        path.with_name("new").replace(path),
    ),
}


@pytest.mark.parametrize("packed", [False, True], ids=["text", "packed"])
@pytest.mark.parametrize("how", CHANGES)
async def test_a_file_that_is_changed_while_it_is_read_proves_no_absence(
    how: str, packed: bool, importing: Importing
) -> None:
    name = "mine.csv.gz" if packed else "mine.csv"
    content = gzip.compress(MANY) if packed else MANY
    result = await importing(
        content, name=name, on_new_source=lambda _: CHANGES[how](importing.folder / name)
    )
    assert (result.verdict, result.fell_short) == ("partial", True)
    assert result.reason is not None
    assert how in result.reason or "damaged" in result.reason


@pytest.mark.parametrize("how", ["abort", "kill", "allocate"])
async def test_a_reader_that_is_ended_ends_its_session_and_touches_nothing(
    how: str, importing: Importing, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await importing(MANY)
    monkeypatch.setattr(contained, "CHILD", hazards.__name__)
    with pytest.raises(ReaderFailedError, match="cannot be read: its reader"):
        await importing(gzip.compress(MANY), name=f"{how}.csv.gz", day=1)
    sessions = await superuser.fetch("select status from public.scraping_sessions order by started_at")
    assert [each["status"] for each in sessions] == ["completed", "failed"]
    assert (
        await superuser.fetchval("select count(*) from public.properties_live where status = 'active'")
        == 1_000
    )
    monkeypatch.undo()
    again = synced(await importing(gzip.compress(MANY), name="fine.csv.gz", day=2))
    assert again.metrics.unchanged_properties == 1_000
