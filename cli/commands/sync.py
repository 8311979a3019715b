"""`sync`: bring one session to live, or plan that, or apply a saved plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli.actor import actor
from cli.options import any_session_option, only_source_option, rows_option, show_option
from cli.program import next_line
from cli.progress import compared, stages
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.duplicates import render_found
from cli.views.ids import render_ids_changed
from cli.views.plan import page_of
from cli.views.planned import render_sync
from cli.views.preview import preview_of

if TYPE_CHECKING:
    from uuid import UUID

    from database.handle import Database
    from services.pipeline import SyncResult


@click.command(epilog=example("sync", "sync --session-id 5c1f --dry-run", "sync --approve 3f2a"))
@any_session_option
@click.option("--no-validation", is_flag=True, help="Leave the rules out; the guard still judges the plan.")
@click.option("--dry-run", is_flag=True, help="Save the plan and show it; apply nothing.")
@click.option(
    "--find-duplicates", is_flag=True, help="Then look for listings of one home, as duplicates find does."
)
@click.option("--approve", metavar="PLAN", help="Apply exactly this saved plan, also one that was refused.")
@only_source_option
@rows_option
@show_option
@runs
async def sync(
    run: Run,
    *,
    session_id: str | None,
    no_validation: bool,
    dry_run: bool,
    find_duplicates: bool,
    approve: str | None,
    source: str | None,
    limit: int,
    show: int,
) -> Result:
    """Bring a session to live, or plan that.

    Its stages are validate, compare, plan, guard and apply. Without --session-id: the newest session
    that waits. A session older than the last applied one of its scope is skipped (status "stale", exit
    code 0). A refused plan exits with 3. --dry-run shows what was read as `plans show` does, and the
    plan's rows. --approve also applies a plan that gives listings other ids.
    """
    if dry_run and find_duplicates:
        raise click.UsageError("--dry-run applies nothing, so --find-duplicates would find nothing new")
    if approve and (session_id or dry_run or no_validation or source):
        raise click.UsageError("--approve applies a plan as it is saved: it goes with no other option")
    async with run.database() as database:
        if approve:
            return await _then_find(run, database, await _approve(database, approve), wanted=find_duplicates)
        session = await _session(database, session_id, source)
        if session is None:
            return await _nothing_waits(database, source)
        result = await _sync(run, database, session, dry_run=dry_run, with_rules=not no_validation)
        if not dry_run or result.plan_id is None:
            applied = find_duplicates and result.status == "applied"
            return await _then_find(run, database, render_sync(result), wanted=applied)
        page = await page_of(database, result.plan_id, limit=limit)
        return render_sync(result, page, await preview_of(database, result, listings=show))


async def _nothing_waits(database: Database, source: str | None) -> Result:
    from services.reports.sessions import list_sessions

    planned = await list_sessions(database, source=source, status="planned", limit=1)
    lines = ["No session waits for its sync.", next_line("scrape --url URL")]
    if planned:
        lines = [
            "No session waits for its sync; what a dry run planned, for approval.",
            next_line("plans list"),
        ]
    return Result({"session_id": None, "success": True, "status": "nothing_to_do", "error": None}, lines)


async def _then_find(run: Run, database: Database, synced: Result, *, wanted: bool) -> Result:
    """What a sync did, and, where it is wanted, the listings of one home that were found after it."""
    if not wanted or synced.exit_code:
        return synced
    from services.duplicates import REVIEW_AT, find_duplicates

    with compared(run) as progress:
        found = render_found(await find_duplicates(database, actor=actor(), progress=progress), REVIEW_AT)
    document = synced.document
    beside = {**document, "duplicates": found.document} if isinstance(document, dict) else document
    return replace(synced, document=beside, text=[*synced.text, *found.text])


async def _session(database: Database, session_id: str | None, source: str | None) -> UUID | None:
    from services.reports.find import find_session
    from services.reports.sessions import newest_pending

    if session_id is not None:
        return await find_session(database, session_id)
    return await newest_pending(database, source=source)


async def _sync(
    run: Run, database: Database, session: UUID, *, dry_run: bool, with_rules: bool
) -> SyncResult:
    from services.workflows.sync import DataSyncService

    with stages(run) as shown:
        return await DataSyncService(database).sync_session_data(
            session,
            dry_run=dry_run,
            with_rules=with_rules,
            observer=shown,
        )


async def _approve(database: Database, plan: str) -> Result:
    from services.history.ids import apply_id_plan
    from services.reports.find import find_plan
    from services.workflows.sync import ChangeDetectionService

    plan_id = await find_plan(database, plan)
    changed = await apply_id_plan(database, plan_id, actor=actor())
    if changed is not None:
        return render_ids_changed(changed)
    return render_sync(await ChangeDetectionService(database).save_change_records(plan_id, actor=actor()))
