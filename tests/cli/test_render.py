"""JSON is exact and always valid; tables are for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from cli.render import Result, show, table


@dataclass(frozen=True)
class Row:
    seen: date
    price: Decimal | None


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("4400000.00"), 4400000),
        (Decimal("0.87"), 0.87),
        (Decimal("NaN"), None),
        (float("inf"), None),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "2026-01-05T09:00:00+00:00"),
        (timedelta(milliseconds=1500), 1.5),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Row(date(2026, 1, 5), None), {"seen": "2026-01-05", "price": None}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ("\udcff ñ 😀", "\udcff ñ 😀"),
    ],
)
def test_a_value_as_json(value: object, printed: object, capsys: pytest.CaptureFixture[str]) -> None:
    show(Result({"value": value}), as_json=True)
    assert json.loads(capsys.readouterr().out) == {"value": printed}


def test_markup_in_a_value_is_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    show(Result({}, ["[red]a[/red]", table(["title"], [["[bold]Casa[/bold]"]])]), as_json=False)
    printed = capsys.readouterr().out
    assert "[red]a[/red]" in printed
    assert "[bold]Casa[/bold]" in printed


def test_a_row_in_a_pipe_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    show(Result({}, [table(["a", "b"], [["x" * 90, "y" * 90]])]), as_json=False)
    assert any("x" * 90 in line and "y" * 90 in line for line in capsys.readouterr().out.splitlines())
