"""The rules of validation: listed, one in full, and what one would find with other settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import records
from parsing.nearest import nearest


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its field, kind and configuration; `failed` counts the findings that are kept."""

    name: str
    field: str | None
    kind: str
    config: dict[str, Any]
    severity: str
    active: bool
    version: int
    description: str | None
    updated_at: datetime
    failed: int


@dataclass(frozen=True, slots=True)
class FailingRow:
    """A staged row that a rule would fail, with the value it looks at and the reason."""

    row_no: int
    property_id: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would find in a session: how many rows of those looked at, and a page of them."""

    rule: str
    session_id: UUID
    failing: int
    looked_at: int
    rows: tuple[FailingRow, ...]


async def list_rules(database: Database) -> list[Rule]:
    """Every rule, by name."""
    return records(Rule, await database.rows("list_rules", None))


async def show_rule(database: Database, name: str) -> Rule:
    """One rule. Raises NotFoundError, which names the one that was probably meant."""
    found = records(Rule, await database.rows("list_rules", name))
    if found:
        return found[0]
    near = nearest(name, [rule.name for rule in await list_rules(database)])
    raise NotFoundError(
        f'there is no rule "{name}"', next_step=f"did you mean {near}?" if near else "see rules list"
    )


async def test_rule(
    database: Database,
    name: str,
    session_id: UUID,
    config: dict[str, Any],
    *,
    after: int = 0,
    limit: int = 50,
) -> Trial:
    """What a rule, with `config` put into its own, would find in a session's rows. Changes nothing.

    Raises NotFoundError, and UsageError for a rule of a kind that only a sync can try.
    """
    await show_rule(database, name)
    rows = await database.rows("test_rule", name, config, session_id, after, limit)
    names = ("row_no", "property_id", "value", "reason")
    failing = [{each: row[each] for each in names} for row in rows if row["row_no"] is not None]
    first = rows[0]
    return Trial(name, session_id, first["failing"], first["looked_at"], tuple(records(FailingRow, failing)))
