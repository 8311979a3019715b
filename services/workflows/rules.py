"""Rules of validation added, changed, switched and removed; each change is in the admin audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from database.handle import Database
from services.reports.rules import Rule, show_rule
from services.workflows.rule_files import RuleDraft


async def add_rules(
    database: Database, drafts: Sequence[RuleDraft], *, actor: str, enabled: bool = False
) -> list[Rule]:
    """Save rules, all or none: drafts, which no sync checks, unless `enabled`.

    Raises UsageError, which names the rule, for one that cannot be or whose name is taken.
    """
    names = await database.value("add_rules", [draft.as_given() for draft in drafts], enabled, actor)
    return [await show_rule(database, name) for name in names]


async def set_rule(
    database: Database,
    name: str,
    *,
    actor: str,
    severity: str | None = None,
    active: bool | None = None,
    config: dict[str, Any] | None = None,
) -> Rule:
    """Change what is given of a rule and return it; the next sync checks every row by its new version.

    A setting of None is taken away. Raises NotFoundError, and UsageError for a setting that the rule's kind
    does not have.
    """
    await show_rule(database, name)
    await database.value("set_rule", name, severity, active, config or {}, actor)
    return await show_rule(database, name)


async def remove_rule(database: Database, name: str, *, actor: str) -> None:
    """Remove a rule that no sync has checked; its history is kept.

    Raises NotFoundError, and UsageError for a rule that has judged rows, which can be switched off.
    """
    await show_rule(database, name)
    await database.run("remove_rule", name, actor)
