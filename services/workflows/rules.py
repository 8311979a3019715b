"""A rule of validation changed: its severity, its thresholds, whether it is checked."""

from __future__ import annotations

from typing import Any

from database.handle import Database
from services.reports.rules import Rule, show_rule


async def set_rule(
    database: Database,
    name: str,
    *,
    severity: str | None = None,
    active: bool | None = None,
    config: dict[str, Any] | None = None,
) -> Rule:
    """Change what is given of a rule and return it; the next sync checks every row by its new version.

    Raises NotFoundError, and UsageError for a setting that the rule's kind does not have.
    """
    await show_rule(database, name)
    await database.value("set_rule", name, severity, active, config or {})
    return await show_rule(database, name)
