"""A file, a mapping and an importer on the test's clock."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from database.direct import DirectDatabase
from services.pipeline import SyncResult
from services.workflows.import_ import ListingImporter
from services.workflows.imported import ImportResult
from tests.catalogue import on

MAPPING = """
name = "acme"
id = "Ref"
required = ["price"]
{more}
[defaults]
currency = "MXN"
[fields]
title = "Title"
price = "Price"
city = "City"
state = "State"
bedrooms = "Beds"
bathrooms = "Baths"
description = "Text"
"""

Row = dict[str, Any]


def row(number: int, **cells: Any) -> Row:
    return {
        "Ref": f"A-{number}",
        "Title": f"Casa {number}",
        "Price": str(1_000_000 + 1_000 * number),
        "City": "Mérida",
        "State": "YUC" if number % 2 else "CAM",
        "Beds": "3",
        "Baths": "2",
        "Text": f"Casa luminosa, la {number}",
        "Office": "Centro",
        **cells,
    }


def rows(count: int, **cells: Any) -> list[Row]:
    return [row(number, **cells) for number in range(1, count + 1)]


def as_csv(table: Sequence[Row], *, without: Sequence[str] = ()) -> str:
    columns = [name for name in dict.fromkeys(name for each in table for name in each) if name not in without]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


@dataclass
class Importing:
    """Imports texts and files for one source."""

    database: DirectDatabase
    folder: Path

    def mapping(self, more: str = "", text: str = MAPPING) -> Path:
        path = self.folder / "acme.toml"
        path.write_text(text.format(more=more), encoding="utf-8")
        return path

    async def __call__(
        self,
        content: str | bytes | Path,
        *,
        day: float = 0,
        more: str = "",
        complete: bool = True,
        name: str = "mine.csv",
        dry_run: bool = False,
        **options: Any,
    ) -> ImportResult:
        path = content if isinstance(content, Path) else self.folder / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        options.setdefault("mapping", str(self.mapping(more)))
        options.setdefault("source", "acme")
        importer = ListingImporter(self.database, options=on(day, dry_run=dry_run))
        return await importer.import_and_sync(str(path), complete=complete, **options)


@pytest.fixture
def importing(database: DirectDatabase, tmp_path: Path) -> Importing:
    return Importing(database, tmp_path)


def synced(result: ImportResult) -> SyncResult:
    """The one sync of an import without partitions."""
    (session,) = result.sessions
    assert session.sync is not None
    return session.sync
