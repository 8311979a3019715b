"""A row becomes a dataclass, or an error that names the field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import pytest

from database.direct import DirectDatabase
from database.records import record, records

ID = UUID("3f2a0000-0000-0000-0000-000000000001")


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    id: UUID
    made_at: datetime | None
    status: Literal["open", "closed"]
    price: Decimal
    parts: tuple[Part, ...]
    counts: dict[str, int]
    anything: Any
    rows: int = 0


ROW = {
    "id": ID,
    "made_at": datetime(2026, 1, 5, 9, tzinfo=UTC),
    "status": "open",
    "price": Decimal("12.50"),
    "parts": [{"name": "a", "share": 1}, {"name": "b"}],
    "counts": {"a": 1},
    "anything": [1],
}
BUILT = Whole(
    **{**ROW, "parts": (Part("a", 1.0), Part("b"))}  # type: ignore[arg-type]
)


def test_a_row_is_built_with_its_parts() -> None:
    assert record(Whole, ROW) == BUILT
    assert records(Whole, [ROW, ROW]) == [BUILT, BUILT]


def test_json_text_becomes_a_uuid_and_a_time() -> None:
    assert record(Whole, {**ROW, "id": str(ID), "made_at": "2026-01-05T09:00:00.0+00:00"}) == BUILT


def test_a_null_is_none_only_where_the_field_allows_it() -> None:
    assert record(Whole, {**ROW, "made_at": None}).made_at is None
    with pytest.raises(TypeError, match=r"Whole\.price: None is not a Decimal"):
        record(Whole, {**ROW, "price": None})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"extra": 1}, r"Whole: unknown \['extra'\], missing \[\]"),
        ({"status": "gone"}, r"Whole\.status: 'gone' is not one of"),
        ({"rows": "3"}, r"Whole\.rows: '3' is not a int"),
        ({"rows": True}, r"Whole\.rows: True is not a int"),
        ({"id": "3f2a"}, r"Whole\.id: badly formed"),
        ({"made_at": "monday"}, r"Whole\.made_at: Invalid isoformat"),
        ({"parts": {"name": "a"}}, r"Whole\.parts: .* is not a list"),
        ({"parts": [{"name": 1}]}, r"Whole\.parts: Part\.name: 1 is not a str"),
        ({"counts": [1]}, r"Whole\.counts: \[1\] is not a dict"),
    ],
)
def test_what_does_not_fit_names_the_field(change: dict[str, Any], error: str) -> None:
    with pytest.raises(TypeError, match=error):
        record(Whole, {**ROW, **change})


def test_a_missing_column_is_an_error_unless_it_has_a_default() -> None:
    with pytest.raises(TypeError, match=r"unknown \[\], missing \['id', 'price'\]"):
        record(Whole, {name: value for name, value in ROW.items() if name not in ("id", "price")})


async def test_a_row_of_the_database_is_built(database: DirectDatabase) -> None:
    @dataclass(frozen=True, slots=True)
    class Name:
        name: str

    assert records(Name, await database.rows("source_names")) == []
