"""Rows read by a mapping, asked by field name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from config.listing import BIT
from config.source import Source
from importers.mapping import Mapping, cell_reader, compile_mapping
from importers.mapping.load import parse_mapping
from parsing.staged import StagedRow

FETCHED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
ACME = Source(name="acme")


@dataclass
class Row:
    cells: dict[str, Any] = field(default_factory=dict)


def mapping(**keys: Any) -> Mapping:
    return parse_mapping({"name": "test", "id": "id", **keys})


def staged(given: Mapping, cells: dict[str, Any], source: Source = ACME) -> StagedRow:
    row = compile_mapping(given, list(cells), source=source).raw(Row(cells))
    return cell_reader(given, source).read(
        row.fields, url=None, page_number=None, fetched_at=FETCHED, original=row.original
    )


def values(given: Mapping, cells: dict[str, Any], source: Source = ACME) -> dict[str, Any]:
    row = staged(given, {"id": "1", **cells}, source)
    return {name: row.values[bit] for name, bit in BIT.items()}
