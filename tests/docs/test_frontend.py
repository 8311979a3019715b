"""Every statement of docs/frontend.md runs as the role it names, or is refused where the page says so."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.catalogue import Catalogue, homes
from tests.tables import rows as each_of

PAGE = (Path(__file__).parents[2] / "docs" / "frontend.md").read_text(encoding="utf-8")
STATED = re.compile(r"As `(\w+)`(, refused)?[^:\n]*:\n\n```sql\n(.*?)```", re.DOTALL)
STATEMENTS = STATED.findall(PAGE)


def test_every_statement_names_its_role() -> None:
    assert len(STATEMENTS) == PAGE.count("```sql") >= 12
    assert {role for role, _, _ in STATEMENTS} == {"anon", "authenticated", "service_role"}


@pytest.fixture
async def two_homes(catalogue: Catalogue) -> asyncpg.Connection:
    await catalogue.run(homes(2, agent_phone="+52 999 123 4567"))
    return catalogue.superuser


@asynccontextmanager
async def taken_back(conn: asyncpg.Connection) -> AsyncIterator[None]:
    """A transaction that leaves nothing to the next statement."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


@each_of(("role", "refused", "statement"), STATEMENTS)
async def test_a_statement_does_for_its_role_what_the_page_says(
    role: str, refused: str, statement: str, two_homes: asyncpg.Connection
) -> None:
    conn = two_homes
    async with taken_back(conn):
        await conn.execute(f"set local role {role}")
        if refused:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with conn.transaction():
                    await conn.execute(statement)
        elif statement.startswith("listen"):
            await conn.execute(statement)
        else:
            rows = await conn.fetch(statement)
            assert "property_statistics" in statement or rows
            if "agent_phone" in statement:
                assert all(row["agent_phone"] is None for row in rows) == (role == "anon")
