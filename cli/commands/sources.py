"""`sources`: which there are, one in full, and what becomes of one: renamed, merged or removed."""

from __future__ import annotations

import click

from cli.actor import actor
from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.ids import LIMIT, moves_of, parsed_rule, render_planned_ids, render_source_ids
from cli.views.source import render_merged, render_removed, render_renamed, render_source, render_sources


@click.group(epilog=example("sources list", "sources show acme", "sources rename acme acme-homes"))
def sources() -> None:
    """List sources, rename, merge and remove them."""


@sources.command(name="list", epilog=example("sources list", "sources list --json"))
@runs
async def list_(run: Run) -> Result:
    """List sources: hosts, listings, the last session and what waits.

    A source that only dry runs know is named below the others. One of which only held plans exist says
    "nothing applied".
    """
    from services.reports.sources import list_sources

    async with run.database() as database:
        found = await list_sources(database)
    return render_sources(found)


@sources.command(epilog=example("sources show acme"))
@click.argument("name")
@runs
async def show(run: Run, *, name: str) -> Result:
    """Show one source: every fact of it, its scopes and its last session."""
    from services.reports.sources import show_source

    async with run.database() as database:
        found = await show_source(database, name)
    return render_source(found)


@sources.command(epilog=example("sources ids acme", "sources ids acme --rule query:id"))
@click.argument("name")
@click.option("--rule", metavar="KIND:WHERE", help="Plan the ids that this rule reads; see the ones listed.")
@runs
async def ids(run: Run, *, name: str, rule: str | None) -> Result:
    """Show by which rule the pages of a source have their ids, and what other rules would read.

    With --rule a plan is saved that gives each listing the id that the rule reads of its page: nothing is
    changed until that plan is approved. Where two homes would get one id, it cannot be.
    """
    from services.history.ids import plan_ids, source_ids

    async with run.database() as database:
        if rule is None:
            return render_source_ids(await source_ids(database, name))
        chosen = parsed_rule(rule)
        plan = await plan_ids(database, name, chosen)
        moves = None if plan is None else await moves_of(database, plan.id, limit=LIMIT)
    return render_planned_ids(name, chosen, plan, moves)


@sources.command(epilog=example("sources rename acme acme-homes"))
@click.argument("old")
@click.argument("new")
@runs
async def rename(run: Run, *, old: str, new: str) -> Result:
    """Give a source another name; its history goes with it.

    Live, audit, sessions and saved plans are found under the new name from then on, the past too, and
    rollback and explain work as before. Readers of the feed get one event that says so. A file that
    describes the source is not changed.
    """
    from services.history.sources import rename_source

    async with run.database() as database:
        renamed = await rename_source(database, old, new, actor=actor())
    return render_renamed(renamed, described=_described(run, old))


@sources.command(epilog=example("sources merge acmee acme", "sources merge acmee acme --yes"))
@click.argument("source", metavar="FROM")
@click.argument("into", metavar="INTO")
@click.option("--yes", is_flag=True, help="Merge them; without it, only show what would become of them.")
@click.option("--same-ids", is_flag=True, help="Equal ids are one home, whatever the listings say.")
@rows_option
@runs
async def merge(run: Run, *, source: str, into: str, yes: bool, same_ids: bool, limit: int) -> Result:
    """Make one source of two that are the same: INTO shows the listings of FROM from then on.

    A home that both have, by its url, id or address, stays once: as INTO has it, with the values of FROM
    where FROM saw it later. A home that only FROM has becomes a listing of INTO. FROM keeps its history; its
    listings are marked as removed, and a later session of it is refused. `rollback` undoes it.
    """
    from services.history.sources import merge_sources

    async with run.database() as database:
        merged = await merge_sources(
            database, source, into, same_ids=same_ids, dry_run=not yes, limit=limit, actor=actor()
        )
    return render_merged(merged, same_ids=same_ids, described=_described(run, source))


@sources.command(epilog=example("sources remove acmee", "sources remove acme --listings --dry-run"))
@click.argument("name")
@click.option(
    "--listings", is_flag=True, help="Mark the listings of the source as removed; nothing is deleted."
)
@click.option("--dry-run", is_flag=True, help="Show what there is of the source; change nothing.")
@runs
async def remove(run: Run, *, name: str, listings: bool, dry_run: bool) -> Result:
    """Remove a source.

    One of which nothing ever went live is deleted with its sessions, staged rows and quarantine. Another
    keeps its history: with --listings its listings are marked as removed, by a change set that `rollback`
    undoes, and what waits for a sync is discarded. A later session of it brings back what it shows.
    """
    from services.history.sources import remove_source

    async with run.database() as database:
        removed = await remove_source(database, name, listings=listings, dry_run=dry_run, actor=actor())
    return render_removed(removed, described=_described(run, name))


def _described(run: Run, name: str) -> str | None:
    """The file in the home that describes a source of that name."""
    path = run.settings.home / "sources" / f"{name}.toml"
    return str(path) if path.exists() else None
