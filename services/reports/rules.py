"""The rules of validation: listed, one in full, its history, and the functions that one may call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.errors import NotFoundError
from database.handle import Database
from database.records import records
from parsing.nearest import nearest


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its field, kind and configuration; `failed` counts the findings that are kept.

    A `draft` has never been enabled: no sync has checked a row by it.
    """

    name: str
    field: str | None
    kind: str
    config: dict[str, Any]
    severity: str
    active: bool
    draft: bool
    version: int
    description: str | None
    updated_at: datetime
    failed: int


@dataclass(frozen=True, slots=True)
class RuleCaught(Rule):
    """A rule and what it caught of late: rows that `failed` it, and those that it could not check."""

    unchecked: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of a rule: who did what when; `old` is None where it was added, `new` where it was removed.

    Both are {field, kind, severity, active, description, config}.
    """

    at: datetime
    actor: str
    action: str
    version: int
    old: dict[str, Any] | None
    new: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RuleFunction:
    """A function that a rule of the kind "custom" may call, and the rules that do."""

    name: str
    description: str | None
    rules: tuple[str, ...]


async def list_rules(database: Database) -> list[Rule]:
    """Every rule, by name."""
    return records(Rule, await database.rows("list_rules", None))


async def rules_caught(database: Database, *, newest: int) -> list[RuleCaught]:
    """Every rule, by name, and what it caught among so many of the newest findings."""
    return records(RuleCaught, await database.rows("rules_caught", newest))


async def show_rule(database: Database, name: str) -> Rule:
    """One rule. Raises NotFoundError, which names the one that was probably meant."""
    found = records(Rule, await database.rows("list_rules", name))
    if found:
        return found[0]
    raise await _no_rule(database, name)


async def rule_history(database: Database, name: str) -> list[RuleChange]:
    """Every change of a rule since changes are kept, the oldest first; also of one that was removed.

    Raises NotFoundError for a rule that there is not and never was.
    """
    found = records(RuleChange, await database.rows("rule_history", name))
    if not found:
        await show_rule(database, name)
    return found


async def list_functions(database: Database) -> list[RuleFunction]:
    """The functions of schema property_manager_rules that take a staged row and return a text, by name."""
    return records(RuleFunction, await database.rows("rule_functions"))


async def _no_rule(database: Database, name: str) -> NotFoundError:
    near = nearest(name, [rule.name for rule in await list_rules(database)])
    return NotFoundError(
        f'there is no rule "{name}"', next_step=f"did you mean {near}?" if near else "see rules list"
    )
