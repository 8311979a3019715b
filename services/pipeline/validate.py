"""The rules of a run: in batches, and one by one where a batch fails, each within its time limit."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Final

from config.errors import (
    DatabaseError,
    DatabaseUnreachableError,
    MigrationError,
    OverdueError,
    TakenOverError,
)
from database.errors import QUERY_CANCELED, sqlstate_of
from services.pipeline.stages import Run

_BUILT_IN_WORTH: Final = 10
"""The time limit of the batch of built-in kinds, in rules. That of written rules has the time of one."""

_NOT_THE_RULE: Final = (DatabaseUnreachableError, TakenOverError, MigrationError)


async def validate(run: Run, rule_seconds: float) -> None:
    """Apply every active rule, each within `rule_seconds`; a rule that fails stops no other."""
    rules = await run.database.rows("rules_to_run", run.session_id)
    for batch, members in groupby(rules, key=itemgetter("batch")):
        if batch is not None and await _all_at_once(run, batch, rule_seconds):
            continue
        for rule in members:
            await _one(run, rule["rule_name"], rule_seconds)


async def _all_at_once(run: Run, batch: str, rule_seconds: float) -> bool:
    try:
        if batch == "built_in":
            await run.stage("validate_built_in", timeout=rule_seconds * _BUILT_IN_WORTH)
        else:
            await run.stage_within(rule_seconds, "validate_written")
    except _NOT_THE_RULE:
        raise
    except DatabaseError:
        return False  # one of them raised or did not end; running each by itself shows which
    return True


async def _one(run: Run, rule: str, rule_seconds: float) -> None:
    for each_row in (False, True):
        try:
            await run.stage_within(rule_seconds, "validate_rule", rule, each_row)
        except _NOT_THE_RULE:
            raise
        except DatabaseError as error:
            if sqlstate_of(error) == QUERY_CANCELED:
                raise  # after the rule had ended, while it waited for the source
            if each_row or isinstance(error, OverdueError):
                await run.stage("rule_failed", rule, error.message)
                return
        else:
            return
