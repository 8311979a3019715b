"""Values go to the database and come back over HTTPS as they do by a direct connection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from database.direct import DirectDatabase
from database.https.cells import argument, cells_of_line, rows
from tests.stack.gateway import Gateway

ECHO = (
    "create function api.echo(p_value {kind}) returns {kind} language sql"
    " set search_path = pg_catalog, pg_temp as 'select p_value'"
)
VALUES: list[tuple[str, Any]] = [
    ("text", "null"),
    ("text", ""),
    ("text", ' a "quoted", {braced}\\ \n\ttext '),
    ("boolean", True),
    ("boolean", False),
    ("integer", -7),
    ("bigint", 9_007_199_254_740_993),
    ("numeric", Decimal("12345678901234567890.0123456789")),
    ("numeric", Decimal("1.10")),
    ("double precision", 0.1),
    ("uuid", UUID("3f9b0b6e-0000-4000-8000-000000000001")),
    ("timestamptz", datetime(2025, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)),
    ("date", date(2025, 11, 1)),
    ("bytea", b"\x00\xff"),
    ("jsonb", {"a": [1, None, "x"], "b": {"c": True}}),
    ("json", ["kept", 1.5]),
    ("text[]", ["a", None, 'b "c"', "null", ""]),
    ("integer[]", [1, 2]),
    ("uuid[]", [UUID("3f9b0b6e-0000-4000-8000-000000000001")]),
    ("numeric[]", [Decimal("1.10")]),
    ("boolean[]", [True, False]),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
async def test_a_value_comes_back_as_it_was_sent(
    dsn: str, superuser: Any, rest: Gateway, kind: str, value: Any
) -> None:
    """Exact numbers stay exact, a text stays a text, an array keeps its blanks; null is null."""
    await superuser.execute(ECHO.format(kind=kind))
    await superuser.execute(f"grant execute on function api.echo({kind}) to service_role")
    async with await DirectDatabase.connect(dsn) as direct, direct.transaction() as transaction:
        conn = transaction._conn
        for sent in (value, None):
            answer = await conn.fetchval("select api.ask('echo', $1)", [argument(sent)])
            (row,) = rows(answer)
            assert row == {"value": sent}
            assert row["value"] == await conn.fetchval("select api.echo($1)", sent)


async def test_a_span_is_an_interval(superuser: Any) -> None:
    """A span of time is sent to the microsecond."""
    sent = argument(timedelta(days=90, microseconds=1))
    assert await superuser.fetchval("select $1::text::interval", sent) == timedelta(days=90, microseconds=1)


def test_what_the_database_cannot_read_is_not_sent() -> None:
    """An object that has no form in Postgres is an error here, not a text of its own making there."""
    with pytest.raises(TypeError, match="object cannot be sent"):
        argument([object()])


def test_a_line_is_its_cells_with_a_value() -> None:
    """A line in COPY's format becomes cells: escapes are undone, blanks are left out."""
    assert cells_of_line(("a", "b", "c", "d"), b"1\t\ttab\\there\\n\\\\x0f\tx\n") == {
        "a": "1",
        "c": "tab\there\n\\x0f",
        "d": "x",
    }
