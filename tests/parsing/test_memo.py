"""Cells are read the same whether their results are remembered or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from config.listing import BIT, FIELDS
from config.source import Source
from parsing.memo import remembering_readers
from parsing.rows import CellReader
from parsing.staged import StagedRow
from services.staging.copy import RowEncoder
from tests.parsing.test_rows import FETCHED, VALUES
from tests.tables import rows

SOURCES = (
    Source(name="acme", currency="MXN", country="MX", language="spanish"),
    Source(name="haus", currency="EUR", country="DE", language="german", blank="clear"),
)
TYPICAL = [
    "Casa en venta", "León", "jardín, 3 recámaras", "Renta", "sale", "MXN", "US$ 12,000 / mes", "4650000",
    "1,250.50", "110.5 m²", "1.200,50", "3", "2.5", "007", "PB", "NC", "-", "N/A", "null", "None", "Ｎone",
    "", " ", "a\tb", "c\nd", "\\N", "\u00a0x", "+523325859042", "+12125551234", "33 1234 5678",
    "ventas@agencia.example.com", "https://x.example/1.jpg", "https://x.example/1.jpg, https://x.example/2.jpg",
    "a.@b.example", "//x.example/ñ", "Active", "Vendido", "2026-03-01", "3/4/2026", "true", "sí",
    '["a", "b"]', '{"a": 1}', "20.67,-103.35", "x" * 201, "y" * 300, 0, 1, 3, -1, 2**31, 2026, 10**13 - 1,
    10**13, -(10**13), 1.0, 2.5, True, False, None,
    Decimal("4650000.00"), Decimal("1.005"), Decimal("-0.001"), Decimal("20.123456785"), Decimal("NaN"),
    Decimal("1e12"), date(2026, 3, 1), FETCHED, ["alberca", "jardín"], ["a", ""], ["null", "é"], ["a", None],
    ["https://x.example/1.jpg"], {"é": True, "a": Decimal("1.5")}, {"a": float("nan")}, {"b\x00": "c"},
]  # fmt: skip


_UNKNOWN: dict[type, type] = {kind: type(kind.__name__, (kind,), {}) for kind in (str, int, Decimal)}
"""Types of the same values and names that no short way knows."""


def unknown(value: Any) -> Any:
    """The same value of types that only the general readers take."""
    if type(value) in _UNKNOWN:
        return _UNKNOWN[type(value)](value)
    if isinstance(value, list):
        return list(map(unknown, value))
    if isinstance(value, dict):
        return {key: unknown(item) for key, item in value.items()}
    return value


def read(reader: CellReader, raw: Mapping[str, Any]) -> StagedRow:
    return reader.read(raw, url="https://x.example/1", page_number=2, fetched_at=FETCHED)


def all_of(row: StagedRow) -> tuple[Any, ...]:
    line = RowEncoder(UUID(int=7), ()).encode(1, row)
    types = list(map(type, row.values))
    return types, row.values, row.absent, row.issues, row.problem, row.evidence, line.rpartition(b"\t")[0]


_names = st.sampled_from([field.name for field in FIELDS] + ["other"])
_cells = st.sampled_from(TYPICAL) | st.text(max_size=40) | st.integers() | st.decimals(-(10**15), 10**15)
_any_rows = st.dictionaries(_names, _cells | VALUES, max_size=14)
_rows = st.dictionaries(_names, _cells, max_size=14)


@settings(max_examples=150, deadline=None)
@given(st.lists(_any_rows, min_size=1, max_size=4), st.sampled_from(SOURCES))
def test_a_row_is_read_the_same_whatever_was_read_before(rows: list[dict[str, Any]], source: Source) -> None:
    experienced = CellReader(source)
    for row in rows * 2:
        read(experienced, row)
    for row in rows:
        assert all_of(read(experienced, row)) == all_of(read(CellReader(source), row))


@settings(max_examples=150, deadline=None)
@given(_rows, st.sampled_from(SOURCES))
def test_remembered_results_equal_parsed_ones(row: dict[str, Any], source: Source) -> None:
    short, long = read(CellReader(source), row), read(CellReader(source), unknown(row))
    assert all_of(short) == all_of(long)


@rows("field", [field.name for field in FIELDS])
@rows("source", SOURCES)
def test_typical_cells_are_read_the_same_when_remembered(field: str, source: Source) -> None:
    reader = CellReader(source)
    for cell in TYPICAL:
        short, long = ({"property_id": "A-1", field: form} for form in (cell, unknown(cell)))
        assert all_of(read(reader, short)) == all_of(read(reader, long)), cell


def test_true_and_one_are_remembered_apart() -> None:
    reader = CellReader(SOURCES[0])
    numbers = [read(reader, {"bedrooms": cell}).values for cell in (1, True, 1.0, Decimal(1), "1")]
    assert [row[BIT["bedrooms"]] for row in numbers] == [1, None, 1, 1, 1]


def test_a_memory_of_too_many_cells_is_dropped() -> None:
    seen: list[Any] = []

    def note(cell: Any) -> str:
        seen.append(cell)
        return f"read {cell}"

    readers = remembering_readers(note, most=3)
    long = "x" * 200
    assert [readers[str](cell) for cell in ("a", "a", long, long)] == ["read a"] * 2 + [f"read {long}"] * 2
    assert seen == ["a", long, long], "long texts are not kept"
    assert (str in readers, int in readers) == (False, True)
