"""`plans`: look at what syncs would do, and decide against it. Approving is `sync --approve`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cli.actor import actor
from cli.options import limit_option, only_source_option, rows_option
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.views.plan import page_of
from cli.views.sync import figures, red, short

_WAITS = ("ready", "held")


@click.group(epilog=example("plans list", "plans show 3f2a", "plans discard 3f2a"))
def plans() -> None:
    """Look at saved plans; discard them."""


@plans.command(name="list", epilog=example("plans list --source acme"))
@only_source_option
@limit_option
@runs
async def list_(run: Run, *, source: str | None, limit: int) -> Result:
    """List saved plans, newest first."""
    from database.records import record
    from services.pipeline import Metrics
    from services.reports.plans import list_plans
    from services.staging.sources import require_source

    async with run.database() as database:
        await require_source(database, source)
        found = await list_plans(database, source=source, limit=limit)
    rows = [
        (short(p["id"]), p["created_at"], p["source"], p["status"], figures(record(Metrics, p["metrics"])))
        for p in found
    ]
    shown = table(["plan", "made", "source", "status", "what it does"], rows) if rows else "No plans yet."
    return Result({"plans": found}, [shown])


@plans.command(epilog=example("plans show 3f2a", "plans show 3f2a --limit 200 --after A-17"))
@click.argument("plan")
@rows_option
@click.option("--after", metavar="LISTING", help="Go on behind this listing, the last one shown.")
@runs
async def show(run: Run, *, plan: str, limit: int, after: str | None) -> Result:
    """Show one plan: why it is held, and each change old → new with its confidence."""
    from services.reports.find import find_plan
    from services.reports.plans import show_plan

    async with run.database() as database:
        head = await show_plan(database, await find_plan(database, plan))
        page = await page_of(database, head["id"], limit=limit, after=after)
    return Result(head | page.document, [*_head(head), *page.shown, *_decide(head)])


@plans.command(epilog=example("plans discard 3f2a"))
@click.argument("plan")
@runs
async def discard(run: Run, *, plan: str) -> Result:
    """Decide against a plan: its session is not synced any more."""
    from services.pipeline import discard_plan
    from services.reports.find import find_plan

    async with run.database() as database:
        plan_id = await find_plan(database, plan)
        await discard_plan(database, plan_id, actor=actor())
    said = f"Discarded plan {short(plan_id)}: its session no longer waits."
    return Result({"plan_id": plan_id, "status": "discarded"}, [said])


def _head(head: dict[str, Any]) -> Iterator[str]:
    from database.records import record
    from services.pipeline import Metrics

    decided = f", {head['status']} by {head['decided_by']}" if head["decided_by"] else ""
    session = f"session {short(head['session_id'])}, {head['source']}"
    yield f"Plan {short(head['id'])} of {session}: {head['status']}{decided}"
    yield f"{figures(record(Metrics, head['metrics']))}; {head['row_count']:,} listings to write"
    yield from (red(f"  - {reason['sentence']}") for reason in head["reasons"])
    yield from (f"note: {warning}" for warning in head["warnings"])


def _decide(head: dict[str, Any]) -> Iterator[str]:
    plan = short(head["id"])
    if head["status"] in _WAITS:
        yield f"apply it: sync --approve {plan}    drop it: plans discard {plan}"
