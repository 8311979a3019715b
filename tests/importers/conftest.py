"""Writes a file, reads it to its end and returns its account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from importers import ReadOptions, Record, Skipped, open_input


@dataclass(frozen=True)
class Account:
    """A file that was read to its end."""

    format: str
    encoding: str | None
    dialect: dict[str, Any]
    columns: list[str]
    records: list[Record]
    skipped: list[Skipped]
    rows_read: int
    warnings: list[str]
    incomplete: str | None

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The cells of the records without a problem."""
        return [record.cells for record in self.records if record.problem is None]

    @property
    def problems(self) -> list[Record]:
        return [record for record in self.records if record.problem]

    @property
    def why_skipped(self) -> list[tuple[int, str, int]]:
        return [tuple(entry) for entry in self.skipped]


Read = Callable[..., Account]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def written(content: bytes | str, name: str = "listings", **options: Any) -> Account:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return account(path, **options)

    return written


def account(path: Path | str, **options: Any) -> Account:
    with open_input(path, ReadOptions(**options)) as reading:
        records = list(reading)
        assert reading.rows_read == len(records) + sum(entry.rows for entry in reading.skipped)
        assert [record.number for record in records] == list(range(1, len(records) + 1))
        return Account(
            reading.format,
            reading.encoding,
            reading.dialect,
            reading.columns,
            records,
            reading.skipped,
            reading.rows_read,
            reading.warnings,
            reading.incomplete,
        )
