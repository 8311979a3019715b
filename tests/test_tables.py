"""A test of a table fails with each row that fails, and asks for the fixtures that are no column."""

from __future__ import annotations

import asyncio

import pytest

from tests.tables import SHOWN, rows


def test_every_row_that_fails_is_named_with_its_reason() -> None:
    @rows(("given", "expected"), [("1", 1), ("two", 2), ("3", 4), ("5", 5)], ids=["a", "b", "c", "d"])
    def check(given: str, expected: int) -> None:
        assert int(given) == expected, "not the same"

    with pytest.raises(pytest.fail.Exception) as failed:
        check()
    told = str(failed.value)
    assert told.startswith("2 of 4 rows fail\n\nrow b: given='two', expected=2\n")
    assert "invalid literal for int()" in told
    assert "row c: given='3', expected=4\n" in told and "AssertionError: not the same" in told
    assert "row a" not in told and "row d" not in told


def test_the_rows_of_many_failures_are_all_named() -> None:
    @rows("number", range(3 * SHOWN))
    def check(number: int) -> None:
        pytest.fail("wrong")

    with pytest.raises(pytest.fail.Exception) as failed:
        check()
    assert [line for line in str(failed.value).splitlines() if line.startswith("row ")] == [
        f"row {number + 1}: number={number}" for number in range(3 * SHOWN)
    ]


def test_two_tables_are_gone_through_in_pairs_beside_a_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    @rows("one", "ab")
    @rows("other", [1, 2])
    def check(monkeypatch: object, one: str, other: int) -> None:
        seen.append((monkeypatch, one, other))

    check(monkeypatch=monkeypatch)
    assert seen == [(monkeypatch, one, other) for one in "ab" for other in (1, 2)]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(AssertionError, match="no rows"):
        rows("number", [])(lambda number: None)()


async def test_rows_that_wait_are_gone_through_in_turn() -> None:
    @rows("number", [1, 2, 3])
    async def check(number: int) -> None:
        await asyncio.sleep(0)
        assert number != 2, "not two"

    with pytest.raises(pytest.fail.Exception, match=r"1 of 3 rows fail\n\nrow 2: number=2\n"):
        await check()


@rows("number", [1, 2])
async def test_pytest_gives_a_table_the_fixtures_that_are_no_column(
    number: int, request: pytest.FixtureRequest
) -> None:
    assert number in (1, 2)
    assert "number" not in request.fixturenames
