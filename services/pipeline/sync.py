"""One sync, as the list of its stages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from config.clock import Clock
from config.errors import PlanOutdatedError
from database.direct import Database
from database.records import record, records
from database.retrying import WAIT_SECONDS, retry
from services.pipeline.lease import released, take
from services.pipeline.stages import Run
from services.pipeline.validate import RULE_SECONDS, validate
from services.results import Metrics, Reason, SyncResult

OnStage = Callable[[str], None]

PLANS: Final = 3
"""How often a sync plans at most: again when somebody edited what it was about to write."""


async def sync_session(
    database: Database,
    session_id: UUID,
    *,
    dry_run: bool = False,
    with_rules: bool = True,
    actor: str = "sync",
    clock: Clock | None = None,
    rule_seconds: float = RULE_SECONDS,
    crash_at: str | None = None,
    on_stage: OnStage = lambda name: None,
    only_waiting: bool = False,
    wait_seconds: float = WAIT_SECONDS,
) -> SyncResult:
    """Bring live up to date with a completed session, or say what that would do.

    Repeating a sync that was applied returns its figures and changes nothing; with `only_waiting` so does
    repeating one that was held or discarded, which otherwise is planned anew. Edited meanwhile, it plans
    again. Raises NotFoundError,
    UnfinishedSessionError, BusyError (another worker holds the source for longer than `wait_seconds`, or a
    minute); a guard's refusal is a result (`status="held"`), not an error.
    """
    started = time.perf_counter()

    async def plan_and_apply() -> SyncResult:
        claimed = await take(database, "claim", session_id, only_waiting, wait_seconds=wait_seconds)
        if claimed["state"] != "claimed":
            return await _finished(database, session_id, claimed, started)
        run = Run(database, session_id, claimed["epoch"], crash_at, on_stage)
        found = await _stages(
            run, dry_run=dry_run, with_rules=with_rules, actor=actor, clock=clock, rule_seconds=rule_seconds
        )
        return await _result(database, session_id, found.pop("state"), found, started)

    return await retry(plan_and_apply, on=(PlanOutdatedError,), attempts=PLANS, longest_wait=0)


async def _stages(
    run: Run, *, dry_run: bool, with_rules: bool, actor: str, clock: Clock | None, rule_seconds: float
) -> dict[str, Any]:
    """Everything between claim and release; PlanOutdatedError when somebody edited a listing meanwhile."""
    async with released(run):
        await run.stage("sift", with_rules)
        if with_rules:
            await validate(run, rule_seconds)
        await run.stage("quarantine_rows")
        await run.stage("plan")
        guarded = await run.stage("guard", clock and clock())
        applied = None
        if guarded["status"] == "ready" and not dry_run:
            applied = await run.stage("apply", actor, clock and clock())
    state = "applied" if applied else "held" if guarded["status"] == "held" else "planned"
    return {**guarded, **(applied or {}), "state": state}


async def apply_plan(
    database: Database,
    plan_id: UUID,
    *,
    actor: str = "sync",
    clock: Clock | None = None,
    crash_at: str | None = None,
) -> SyncResult:
    """Apply exactly that saved plan, whole, or raise PlanOutdatedError because live moved."""
    started = time.perf_counter()
    claimed = await take(database, "approve", plan_id, actor)
    session_id = UUID(claimed["session_id"])
    if claimed["state"] == "applied":
        return await _finished(database, session_id, claimed, started)
    run = Run(database, session_id, claimed["epoch"], crash_at)
    async with released(run):
        applied = await run.stage("apply", actor, clock and clock())
    return await _result(database, session_id, "applied", {"plan_id": plan_id, **applied}, started)


async def discard_plan(database: Database, plan_id: UUID, *, actor: str) -> None:
    """Decide against a plan: its session no longer waits."""
    await database.run("discard_plan", plan_id, actor)


async def _finished(
    database: Database, session_id: UUID, claimed: dict[str, Any], started: float
) -> SyncResult:
    return await _result(database, session_id, claimed["state"], claimed, started)


async def _result(
    database: Database, session_id: UUID, status: Any, found: dict[str, Any], started: float
) -> SyncResult:
    session = await database.row("session_verdict", session_id)
    assert session is not None, "a claimed session exists"  # noqa: S101
    reasons = tuple(records(Reason, found.get("reasons", ())))
    plan_id = found.get("plan_id")
    return SyncResult(
        session_id=session_id,
        status=status,
        verdict=session["verdict"],
        source=session["source"],
        plan_id=None if plan_id is None else UUID(str(plan_id)),
        metrics=record(Metrics, found.get("metrics", {})),
        reasons=reasons if status == "held" else (),
        warnings=tuple(found.get("warnings", ())),
        position=found.get("position"),
        execution_time_ms=round(1000 * (time.perf_counter() - started)),
        error=reasons[0].sentence if status == "held" else found.get("why"),
    )
