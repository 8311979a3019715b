"""A file is read in a process of its own: the same rows, and whatever ends the process is one sentence."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.workbook import write_sheets
from importers import (
    ChoiceNeededError,
    DamagedFileError,
    ReaderFailedError,
    ReadLimits,
    ReadOptions,
    Record,
    Skipped,
    open_input,
)
from importers.readers import contained
from importers.readers.contained import open_contained
from importers.readers.frames import packed_row, packed_rows, record_of, unpacked
from importers.readers.local import open_local
from parsing.staged import Unreadable
from tests.importers.readers import hazards

CSV = b"id,title\n" + b"".join(b"%d,Casa %d\n" % (n, n) for n in range(2_000))
SMALL = ReadLimits(memory=512 << 20)


@dataclass
class Read:
    """What was read of a file."""

    records: list[Record]
    skipped: list[Skipped]
    account: tuple[Any, ...]


async def apart(path: Path, options: ReadOptions = ReadOptions()) -> Read:  # noqa: B008 frozen
    """Read a file in a process of its own."""
    records: list[Record] = []
    with ExitStack() as stack:
        local = await open_local(str(path), options.limits, stack)
        async with open_contained(local, options) as rows:
            async for record in rows:
                records.append(record)
            account = (rows.format, rows.encoding, rows.dialect, rows.columns, rows.warnings, rows.incomplete)
            return Read(records, rows.skipped, account)


def here(path: Path, options: ReadOptions = ReadOptions()) -> Read:  # noqa: B008 frozen
    """Read a file in this process."""
    with open_input(path, options) as rows:
        records = list(rows)
        account = (rows.format, rows.encoding, rows.dialect, rows.columns, rows.warnings, rows.incomplete)
        return Read(records, rows.skipped, account)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, of the same types, digit for digit; NaN is NaN."""
    return repr(one) == repr(other)


TABLE = {
    "id": ["a", "b", "$c"],
    "$odd": [1, None, 2**62],
    "$": ["$", "", '{"$": ["decimal", "1"]}'],
    "price": [Decimal("1.10"), None, Decimal("-0.01")],
    "area": [1.5, float("nan"), float("inf")],
    "day": [date(2026, 2, 28), None, date(1, 1, 1)],
    "at": [datetime(2026, 2, 28, 1, 2, 3, 456789), None, datetime(1970, 1, 1)],  # noqa: DTZ001 as files have them
    "lasts": [timedelta(days=1, microseconds=1), None, timedelta(0)],
    "sold": [True, None, False],
    "bytes": [b"\xff\0", None, b""],
    "nested": [[{"$": "x", "$$": [1, None], "n": 0.1}], None, []],
    "text": ['line\n"quoted"', "ñ🏠\u2028", "\x00"],
}


@pytest.fixture
def samples(tmp_path: Path) -> dict[str, Path]:
    """A file a format, with every kind of value that it can hold."""
    paths = {name: tmp_path / name for name in ("t.parquet", "t.xlsx", "t.csv.gz", "t.jsonl.gz")}
    pq.write_table(pa.table(TABLE), paths["t.parquet"])
    row = ["a1", 1200.5, True, None, 1e300, "x", "="]
    write_sheets(
        paths["t.xlsx"], {"Cover": [], "L": [["id", "p", "s", "n", "big", "$t", "f"], row, row[:3], []]}
    )
    paths["t.csv.gz"].write_bytes(gzip.compress(CSV + b"bad\n\xff\xff,x\n"))
    lines = [
        {"id": "a", "n": 10**40},
        {"id": "b", "more": {"$": ["date", "2026-01-01"], "x": [{"$y": 1}]}},
        {"id": "lone \ud800", "z": 1.5},
    ]
    text = "\n".join(map(json.dumps, lines)) + '\n{"id": broken}\n\n{"id": "last", "late": NaN}\n'
    paths["t.jsonl.gz"].write_bytes(gzip.compress(text.encode()))
    return paths


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx", "t.csv.gz", "t.jsonl.gz"])
async def test_rows_and_account_are_those_of_a_reader_in_this_process(
    name: str, samples: dict[str, Path]
) -> None:
    there, expected = await apart(samples[name]), here(samples[name])
    assert same(there.records, expected.records)
    assert same(there.skipped, expected.skipped)
    assert same(there.account, expected.account)
    assert there.records


async def test_a_moment_keeps_its_offset(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    moment = datetime(2026, 2, 28, 1, 2, 3, 456789, timezone(timedelta(hours=-6)))
    pq.write_table(pa.table({"at": pa.array([moment], pa.timestamp("us", "America/Merida"))}), path)
    (there,) = (await apart(path)).records
    assert there.cells["at"] == moment
    assert there.cells["at"].utcoffset() == moment.utcoffset()


async def test_options_reach_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"note\nid;x\n1;=1\n2;'=1\n3;\n4;gone\n"))
    options = ReadOptions(
        delimiter=";", skip_rows=1, neutralised=True, drop_if_blank=("x",), drop_if={"x": ("gone",)}
    )
    there = await apart(path, options)
    assert [record.cells for record in there.records] == [{"id": "1", "x": "=1"}, {"id": "2", "x": "=1"}]
    assert [entry.why for entry in there.skipped] == ["preamble", "blank: x", "x: gone"]


async def test_a_reader_s_own_error_comes_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_sheets(path, {"One": [["id"], ["x"]], "Two": [["id"], ["y"]]})
    with pytest.raises(ChoiceNeededError, match="has no sheet 'Three'; it has One, Two") as raised:
        await apart(path, ReadOptions(sheet="Three"))
    assert raised.value.choices == ("One", "Two")
    assert raised.value.next_step == "choose one: --sheet 'One'"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DamagedFileError, match=r"t\.xlsx is a zip that cannot be opened"):
        await apart(path)


ENDED = {
    "abort": "gave up: it needs more than 512 MB of memory, or the file is damaged",
    "allocate": "gave up: it needs more than 512 MB of memory, or the file is damaged",
    "crash": "crashed (SIGSEGV): the file is most likely damaged",
    "kill": "was killed, most likely because the machine ran out of memory",
    "sleep": "gave no row for 1 s",
    "loop": "used the processor for 600 s without a row",
    "leave": "ended early",
    "fail": "failed (KeyError: 'the names of its variables:",
}


@pytest.mark.parametrize("how", ENDED)
async def test_a_reader_that_is_ended_is_one_sentence_and_leaves_nothing(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, temporary = tmp_path / f"{how}.csv.gz", tmp_path / "tmp"
    path.write_bytes(gzip.compress(CSV))
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(contained, "CHILD", hazards.__name__)
    before = children()
    with pytest.raises(ReaderFailedError) as raised:
        await apart(path, ReadOptions(limits=SMALL._replace(reading=1.0) if how == "sleep" else SMALL))
    assert raised.value.message.startswith(f"{path.name} cannot be read: its reader {ENDED[how]}")
    assert "DATABASE_URL" not in raised.value.message
    assert raised.value.exit_code == 2
    assert raised.value.next_step
    assert children() == before
    assert list(temporary.iterdir()) == []


async def test_what_a_library_prints_is_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "print.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    monkeypatch.setattr(contained, "CHILD", hazards.__name__)
    assert len((await apart(path)).records) == 2_000


async def test_reading_a_part_ends_the_process(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(CSV * 200))
    before = children()
    with ExitStack() as stack:
        local = await open_local(str(path), ReadLimits(), stack)
        async with open_contained(local, ReadOptions()) as rows:
            async for _ in rows:
                break
    assert children() == before


async def test_a_reader_ends_with_the_process_that_asked(tmp_path: Path) -> None:
    path = tmp_path / "sleep.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    asking = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASKS, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert asking.stdout is not None
    reader = int(await asking.stdout.readline())
    asking.kill()
    await asking.communicate()
    while is_running(reader):
        await asyncio.sleep(0.01)


ASKS = """
import asyncio, sys
from contextlib import ExitStack
from importers import ReadLimits, ReadOptions
from importers.readers import contained
from importers.readers.local import open_local
contained.CHILD = "tests.importers.readers.hazards"
async def main():
    with ExitStack() as stack:
        local = await open_local(sys.argv[1], ReadLimits(), stack)
        async with contained.open_contained(local, ReadOptions()) as rows:
            print(rows._process.child.pid, flush=True)
            async for _ in rows:
                pass
asyncio.run(main())
"""


def children() -> set[int]:
    """The processes that this one has started and that are still there, also as zombies."""
    pids = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return {pid for pid in pids if parent(pid) == os.getpid()}


def parent(pid: int) -> int | None:
    found = status(pid)
    return int(found[1]) if found else None


def is_running(pid: int) -> bool:
    found = status(pid)
    return bool(found) and found[0] != "Z"


def status(pid: int) -> list[str]:
    """The state of a process, its parent and more; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def test_an_unreadable_cell_passes_between_the_processes() -> None:
    """A row with one arrives as it was read, its text and its reason included."""
    record = Record(1, 2, {"id": "a", "price": Unreadable("=B2*2", "is a formula without a value")})
    row = unpacked(packed_rows([packed_row(record, ["id", "price"])])[4:])["rows"][0]
    assert record_of(row, ["id", "price"]) == record
