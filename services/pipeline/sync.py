"""One sync, as the list of its stages."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from config.errors import PlanOutdatedError, UsageError
from config.trail import Trail, trail
from database.handle import Database
from database.records import record, records
from database.retrying import retry
from services.feed import follow_up
from services.pipeline.lease import Claim, Outcome, approve, claim, released
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.pipeline.stages import Run, call
from services.pipeline.validate import validate
from services.results import Metrics, Reason, SupersededRow, SyncResult, UnreadField

PLANS: Final = 3
"""How often a sync plans at most; it plans again when a listing of the plan was edited before apply."""


async def sync_session(
    database: Database,
    session_id: UUID,
    options: SyncOptions = DEFAULT_OPTIONS,
    observer: Observer = NO_OBSERVER,
) -> SyncResult:
    """Bring live up to date with a completed session, or report what that would do.

    Repeating a sync that was applied returns its figures and changes nothing. Raises NotFoundError,
    UnfinishedSessionError, and BusyError when another worker holds the source for too long; a guard's
    refusal is a result (`status="held"`), not an error.
    """
    with trail(session=session_id) as work:
        return await _synced(database, session_id, options, observer, work)


async def _synced(
    database: Database, session_id: UUID, options: SyncOptions, observer: Observer, work: Trail
) -> SyncResult:
    started = time.perf_counter()
    await _require_size(database, session_id)

    async def plan_and_apply() -> SyncResult:
        claimed = await claim(database, session_id, options)
        work.source = claimed.source
        outcome = claimed.outcome
        if outcome is None:
            outcome = await _stages(Run(database, session_id, claimed.epoch, observer), options)
        return _result(claimed, outcome, started)

    result = await retry(plan_and_apply, on=(PlanOutdatedError,), attempts=PLANS, longest_wait=0)
    return await _published(database, result, options)


async def _require_size(database: Database, session_id: UUID) -> None:
    """Raise UsageError for a session that is larger than this way to the database is made for."""
    if database.row_limit is None:
        return
    found: int | None = await call(database, "session_rows", session_id)
    if found is not None and found > database.row_limit:
        raise UsageError(
            f"session {str(session_id)[:8]} has {found:,} rows;"
            f" over HTTPS at most {database.row_limit:,} are synced",
            next_step="set DATABASE_URL to the project's connection string (dashboard: Connect)",
        )


async def _stages(run: Run, options: SyncOptions) -> Outcome:
    """Run the stages from sift to apply. Raises PlanOutdatedError when a listing of the plan was edited."""
    async with released(run):
        await run.stage("sift", options.with_rules)
        if options.with_rules:
            await validate(run, options.rule_seconds)
        await run.stage("quarantine_rows")
        await run.stage("plan")
        guarded: dict[str, Any] = await run.stage("guard", options.now())
        if guarded["status"] == "held":
            return Outcome("held", guarded)
        if options.dry_run:
            return Outcome("planned", guarded)
        applied = await run.stage("apply", options.actor, options.now())
    return Outcome("applied", {**guarded, **applied})


async def apply_plan(
    database: Database,
    plan_id: UUID,
    options: SyncOptions = DEFAULT_OPTIONS,
    observer: Observer = NO_OBSERVER,
) -> SyncResult:
    """Apply exactly that saved plan, whole, or raise PlanOutdatedError because live has changed since."""
    started = time.perf_counter()
    claimed = await approve(database, plan_id, options)
    with trail(claimed.source, claimed.session_id):
        outcome = claimed.outcome
        if outcome is None:
            run = Run(database, claimed.session_id, claimed.epoch, observer)
            async with released(run):
                applied = await run.stage("apply", options.actor, options.now())
            outcome = Outcome("applied", {"plan_id": plan_id, **applied})
        return await _published(database, _result(claimed, outcome, started), options)


async def _published(database: Database, result: SyncResult, options: SyncOptions) -> SyncResult:
    """Let the subscribers catch up with what was applied."""
    if result.status != "applied" or not options.catch_up:
        return result
    return replace(result, follow_up_failures=tuple(await follow_up(database)))


async def discard_plan(database: Database, plan_id: UUID, *, actor: str, reason: str | None = None) -> None:
    """Decide against a plan: its session no longer waits."""
    await database.run("discard_plan", plan_id, actor, reason)


def _result(claimed: Claim, outcome: Outcome, started: float) -> SyncResult:
    found, held = outcome.found, outcome.status == "held"
    reasons = tuple(records(Reason, found.get("reasons", ())))
    plan_id = found.get("plan_id")
    return SyncResult(
        session_id=claimed.session_id,
        status=outcome.status,
        verdict=claimed.verdict,
        source=claimed.source,
        plan_id=None if plan_id is None else UUID(str(plan_id)),
        metrics=record(Metrics, found.get("metrics", {})),
        reasons=reasons if held else (),
        warnings=tuple(found.get("warnings", ())),
        unread=tuple(records(UnreadField, found.get("unread", ()))),
        superseded=tuple(records(SupersededRow, found.get("superseded", ()))),
        position=found.get("position"),
        execution_time_ms=round(1000 * (time.perf_counter() - started)),
        error=reasons[0].sentence if held else found.get("why"),
    )
