"""Parquet: values keep their types, also nested; damage loses only its row group."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from importers import DamagedFileError
from tests.importers.conftest import Read


def parquet(tmp_path: Path, table: pa.Table, rows_a_group: int = 1000) -> bytes:
    path = tmp_path / "written.parquet"
    pq.write_table(table, path, row_group_size=rows_a_group, use_dictionary=False, compression="none")
    return path.read_bytes()


def test_values_keep_their_types(read: Read, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": 1,
            "price": Decimal("450000.50"),
            "listed": date(2026, 1, 2),
            "seen": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
            "agent": {"name": "Åse", "phones": ["1", "2"]},
        },
        {"id": 2, "price": None, "listed": None, "seen": None, "agent": None},
    ]
    found = read(parquet(tmp_path, pa.Table.from_pylist(rows)), "listings.csv")
    assert found.format == "parquet"
    assert found.columns == ["id", "price", "listed", "seen", "agent"]
    assert found.cells == rows


def test_a_packed_file_is_unpacked_to_disk_first(read: Read, tmp_path: Path) -> None:
    assert read(gzip.compress(parquet(tmp_path, pa.table({"id": [1]})))).cells == [{"id": 1}]


def test_an_empty_table_with_repeated_column_names_is_read(read: Read, tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([], pa.int64())] * 2, names=["id", "id"])
    found = read(parquet(tmp_path, table))
    assert (found.columns, found.records) == (["id", "id (2)"], [])


def test_times_out_of_range_are_text(read: Read, tmp_path: Path) -> None:
    table = pa.table(
        {
            "fine": pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")),
            "late": pa.array([10**15], pa.timestamp("s")),
        }
    )
    (cells,) = read(parquet(tmp_path, table)).cells
    assert str(cells["fine"]).startswith("2023-11-14 22:13:20.123456789")
    assert isinstance(cells["late"], str)


def test_invalid_utf8_is_a_problem_of_its_row(read: Read, tmp_path: Path) -> None:
    content = parquet(tmp_path, pa.table({"id": [1, 2], "title": ["fine", "brokenX"]}))
    found = read(content.replace(b"brokenX", b"broken\xff"), "x.parquet")
    (bad,) = found.problems
    assert bad.problem == "x.parquet, row 2, column 'title': bytes that are not UTF-8"
    assert (bad.raw, bad.cells) == (b"broken\xff", {"id": 2, "title": "broken\ufffd"})


def test_a_damaged_row_group_loses_only_itself(read: Read, tmp_path: Path) -> None:
    table = pa.table({"title": [f"title number {n}" for n in range(300)]})
    content = bytearray(parquet(tmp_path, table, rows_a_group=100))
    at = content.index(b"title number 150")
    content[at - 4 : at] = b"\xff" * 4  # its length
    found = read(bytes(content), "x.parquet")
    assert found.rows_read == 300
    assert len(found.cells) == 200
    assert [record.line for record in found.records] == [*range(1, 101), *range(201, 301)]
    assert found.why_skipped == [(101, "damaged", 100)]
    assert "rows 101 to 200: the row group is damaged" in str(found.incomplete)


def test_a_truncated_file_is_refused(read: Read, tmp_path: Path) -> None:
    content = parquet(tmp_path, pa.table({"id": list(range(1000))}))
    with pytest.raises(DamagedFileError, match=r"x\.parquet begins as a Parquet file but cannot be read"):
        read(content[: len(content) // 3], "x.parquet")
