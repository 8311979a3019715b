"""The rules of a run: in batches under a timeout, and one by one where a batch fails."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Final

import asyncpg

from config.errors import DatabaseError, DatabaseUnreachableError, MigrationError, TakenOverError
from services.pipeline.stages import Run

_RULES_WORTH: Final = {"built_in": 10, "written": 1}
"""A batch's time limit, in rules. A written rule may never end, so its batch gets the time of one."""

_NOT_THE_RULE: Final = (DatabaseUnreachableError, TakenOverError, MigrationError)


async def validate(run: Run, rule_seconds: float) -> None:
    """Apply every active rule, each within `rule_seconds`; a rule that fails stops no other."""
    rules = await run.database.rows("rules_to_run")
    for batch, members in groupby(rules, key=itemgetter("batch")):
        if batch is not None and await _all_at_once(run, batch, rule_seconds * _RULES_WORTH[batch]):
            continue
        for rule in members:
            await _one(run, rule["rule_name"], rule_seconds)


async def _all_at_once(run: Run, batch: str, seconds: float) -> bool:
    try:
        await run.stage(f"validate_{batch}", timeout=seconds)
    except _NOT_THE_RULE:
        raise
    except DatabaseError:
        return False  # one of them raised or did not end; running each by itself shows which
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
