"""`plans`: look at what syncs would do, and decide against it. Approving is `sync --approve`."""

from __future__ import annotations

import click

from cli.actor import actor
from cli.options import limit_option, only_source_option, rows_option, show_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import short
from cli.views.ids import moves_of, render_id_plan
from cli.views.plan import page_of, render_plan, render_plans


@click.group(epilog=example("plans list", "plans show 3f2a", "plans discard 3f2a"))
def plans() -> None:
    """Look at saved plans; discard them."""


@plans.command(name="list", epilog=example("plans list --source acme"))
@only_source_option
@limit_option
@runs
async def list_(run: Run, *, source: str | None, limit: int) -> Result:
    """List saved plans, newest first."""
    from services.history.ids import list_id_plans
    from services.reports.plans import list_plans

    async with run.database() as database:
        found = await list_plans(database, source=source, limit=limit)
        ids = await list_id_plans(database, source=source, limit=limit)
    return render_plans(found, ids)


@plans.command(epilog=example("plans show 3f2a", "plans show 3f2a --limit 200 --after A-17"))
@click.argument("plan")
@rows_option
@show_option
@click.option("--after", metavar="LISTING", help="Continue after this listing, the last one printed.")
@runs
async def show(run: Run, *, plan: str, limit: int, show: int, after: str | None) -> Result:
    """Show one plan: why it is held, what was read, and each change old → new with its confidence.

    What was read: the first listings as they would be live, each value with its column or selector and its
    text, doubtful ones first; how often each field is filled; how prices, areas and places are spread, with
    what is far off marked. --after leaves it out.

    Of a plan that gives listings other ids: how many move, how many would become one home, and the first
    of them, old → new.
    """
    from services.history.ids import find_id_plan
    from services.reports.find import find_plan
    from services.reports.plans import show_plan
    from services.reports.previews import preview_plan

    async with run.database() as database:
        plan_id = await find_plan(database, plan)
        ids = await find_id_plan(database, plan_id)
        if ids is not None:
            return render_id_plan(ids, await moves_of(database, ids.id, limit=limit))
        head = await show_plan(database, plan_id)
        page = await page_of(database, head.id, limit=limit, after=after)
        shown = show if after is None else 0
        preview = await preview_plan(database, head.id, listings=shown) if shown else None
    return render_plan(head, page, preview)


@plans.command(epilog=example("plans discard 3f2a"))
@click.argument("plan")
@runs
async def discard(run: Run, *, plan: str) -> Result:
    """Decide against a plan: its session is not synced any more; of a plan of ids, they stay as they are."""
    from services.history.ids import discard_id_plan
    from services.pipeline import discard_plan
    from services.reports.find import find_plan

    async with run.database() as database:
        plan_id = await find_plan(database, plan)
        of_ids = await discard_id_plan(database, plan_id, actor=actor())
        if not of_ids:
            await discard_plan(database, plan_id, actor=actor())
    kept = "listings keep their ids" if of_ids else "its session no longer waits"
    line = f"Discarded plan {short(plan_id)}: {kept}."
    return Result({"plan_id": plan_id, "status": "discarded"}, [line])
