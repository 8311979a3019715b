"""JSON is exact and always valid; tables are for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from rich.console import Console

from cli.render import PIPE_WIDTH, Result, console, show, table
from tests.tables import rows


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


ID = "2f1b9c4e-3f6a-4c1f-9a75-0d4f6f1f7c11"
MOMENT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
PROSE = "the plan would take most listings off the market, which looks like an outage or a block"


def drawn(columns: list[str], rows: list[list[object]], width: int) -> list[str]:
    """The lines of a table on a terminal of that width."""
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(table(columns, rows))
    return captured.get().splitlines()


@rows("width", [80, 100, 120])
@rows(
    "row",
    [
        [ID[:8], MOMENT, "a-source.example.com", PROSE],
        [ID, MOMENT, date(2026, 11, 28), PROSE],
        [ID, "MLS-2026-0000417", date(2026, 11, 28), 12_345_678, ID[:8], PROSE, MOMENT, PROSE],
        ["東京都港区-1002", MOMENT, "https://acme.example/" + "x" * 90, PROSE, ID[:8]],
    ],
)
def test_ids_and_dates_are_whole_on_a_narrow_terminal(row: list[object], width: int) -> None:
    lines = drawn([f"column {number}" for number in range(len(row))], [row, row], width)
    words = " ".join(lines).split()
    for cell in row:
        for word in str(cell).replace("+00:00", "").split():
            if len(word) <= 40 and not isinstance(cell, int):
                assert word in words, "\n".join(lines)
    assert all(len(line) <= width for line in lines)


def test_a_row_too_wide_for_the_terminal_is_a_block_of_lines() -> None:
    lines = drawn(["plan", "session", "made", "why"], [[ID, ID, MOMENT, "no rows"]], 80)
    assert [line.strip().split(maxsplit=1) for line in lines if line.strip()] == [
        ["plan", ID],
        ["session", ID],
        ["made", "2026-11-28 09:30:00 UTC"],
        ["why", "no rows"],
    ]


def test_a_table_that_fits_has_columns_as_wide_as_their_values() -> None:
    (head, _, row) = [line for line in drawn(["id", "price"], [["A-1", 4_400_000]], 80) if line.strip()]
    assert (head.rstrip(), row.rstrip()) == (" id        price", " A-1   4,400,000")


def test_a_word_longer_than_any_id_is_broken_rather_than_lost() -> None:
    url = "https://acme.example/" + "x" * 90
    lines = drawn(["listing", "url", "why"], [["A-1", url, PROSE]], 80)
    start = lines[1].index("url")
    assert url in "".join(line[start:].split("  ")[0].strip() for line in lines[3:])


def test_a_url_is_broken_rather_than_the_table() -> None:
    url = "https://acme.example/homes/417"
    lines = drawn(["listing", "url", "why", "session"], [["MLS-2026-0000417", url, PROSE, ID[:8]]], 72)
    assert lines[1].split() == ["listing", "url", "why", "session"]
    assert "MLS-2026-0000417" in lines[3] and ID[:8] in lines[3]


@pytest.mark.parametrize(("columns", "width"), [("60", 60), (None, PIPE_WIDTH)])
def test_a_pipe_is_as_wide_as_it_is_said_to_be(
    columns: str | None, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe has no width of its own; COLUMNS, where a user exports it, is one."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert console().width == width
