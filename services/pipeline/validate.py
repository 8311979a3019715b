"""The rules of a run: built-in ones together, every other in a call of its own under a timeout."""

from __future__ import annotations

from typing import Final

import asyncpg

from config.errors import DatabaseError, DatabaseUnreachableError, MigrationError, TakenOverError
from services.pipeline.stages import Run

RULE_SECONDS: Final = 30.0
"""How long one rule may take over a whole session; one that takes longer is errored, never passed."""

_NOT_THE_RULE: Final = (DatabaseUnreachableError, TakenOverError, MigrationError)


async def validate(run: Run, rule_seconds: float) -> None:
    """Apply every active rule, each within that time; whatever a rule does, the rest goes on."""
    rules = await run.database.rows("rules_to_run")
    together = [rule["rule_name"] for rule in rules if rule["together"]]
    alone = [rule["rule_name"] for rule in rules if not rule["together"]]
    if together and not await _all_at_once(run, rule_seconds):
        alone = together + alone
    for rule in alone:
        await _one(run, rule, rule_seconds)


async def _all_at_once(run: Run, rule_seconds: float) -> bool:
    try:
        await run.stage("validate_together", timeout=rule_seconds * 10)
    except _NOT_THE_RULE:
        raise
    except DatabaseError:
        return False  # one of them raised: each is run by itself to find out which
    return True


async def _one(run: Run, rule: str, rule_seconds: float) -> None:
    for each_row in (False, True):
        try:
            await run.stage("validate_rule", rule, each_row, timeout=rule_seconds)
        except _NOT_THE_RULE:
            raise
        except DatabaseError as error:
            if each_row or isinstance(error.__cause__, asyncpg.QueryCanceledError):
                await run.stage("rule_failed", rule, _why(error, rule_seconds))
                return
        else:
            return


def _why(error: DatabaseError, rule_seconds: float) -> str:
    if isinstance(error.__cause__, asyncpg.QueryCanceledError):
        return f"it did not end within {rule_seconds:g} s"
    return error.message
