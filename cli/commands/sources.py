"""`sources`: which there are, one in full, and what becomes of one: renamed, merged, removed or paused."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.actor import actor
from cli.files import format_of, is_stdout, opened, refuse_two_documents
from cli.options import rows_option
from cli.progress import sampled
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.text import counted
from cli.views.described import render_coverage, render_draft
from cli.views.ids import LIMIT, moves_of, parsed_rule, render_planned_ids, render_source_ids
from cli.views.pauses import render_paused, render_resumed
from cli.views.source import (
    loss_lines,
    render_merged,
    render_removed,
    render_renamed,
    render_source,
    render_sources,
)
from config.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from config.source import Source
    from database.handle import Database
    from services.export import Format
    from services.history.sources import Removed
    from services.workflows.access import Access


@click.group(epilog=example("sources list", "sources show acme", "sources rename acme acme-homes"))
def sources() -> None:
    """List sources, rename, merge, remove and pause them."""


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


@sources.command(
    epilog=example(
        "sources init --url https://example.com/homes-for-sale",
        "sources init --url https://example.com/homes-for-sale --name acme --out acme.toml",
    )
)
@click.option("--url", metavar="URL", required=True, help="A page that lists listings, or the page of one.")
@click.option("--name", metavar="NAME", help="The source's name; by default its host.")
@click.option("--pages", type=click.IntRange(1, 50), default=5, show_default=True, help="Listings to read.")
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; by default sources/NAME.toml in the home, where the name finds it. - is stdout.",
)
@click.option("--allow-private", is_flag=True, help="Permit the host and port of --url on a private network.")
@runs
async def init(
    run: Run, *, url: str, name: str | None, pages: int, out: Path | None, allow_private: bool
) -> Result | None:
    """Describe a site in a file, from its pages.

    A few listings of the page are read. The file says what each field was found to be and where, and
    proposes a recipe: the selectors that find the same. Nothing is staged.
    """
    from scrapers.draft import to_toml
    from services.workflows.source_draft import draft_source

    refuse_two_documents(out, as_json=run.as_json)
    with sampled(run) as tried:
        draft = await draft_source(
            url, name=name, pages=pages, access=_access(run, allow_private=allow_private), on_page=tried
        )
    path = out or run.settings.home / "sources" / f"{draft.source.name}.toml"
    _write(path, to_toml(draft), is_ours=out is None)
    return None if is_stdout(path) else render_draft(draft, path, by_name=out is None)


@sources.command(
    epilog=example(
        "sources check acme", "sources check acme.toml saved/*.html", "sources check acme --pages 20"
    )
)
@click.argument("which", metavar="NAME|FILE")
@click.argument("saved", metavar="[PAGE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--url", metavar="URL", help="Read listings of this page; by default of the source's start page."
)
@click.option("--pages", type=click.IntRange(1, 200), default=5, show_default=True, help="Listings to read.")
@click.option("--allow-private", is_flag=True, help="Permit the site on a private network.")
@runs
async def check(
    run: Run, *, which: str, saved: tuple[Path, ...], url: str | None, pages: int, allow_private: bool
) -> Result:
    """Try a source's description on saved or live pages: what each field gives, and what finds nothing.

    Nothing is staged. The exit code is 1 where a page gives no listing, two share an id, or a place of the
    recipe is empty on every page.
    """
    from services.workflows.source_trial import check_source

    facts = await _facts(run, which)
    with sampled(run) as tried:
        coverage = await check_source(
            facts,
            files=saved,
            url=url,
            pages=pages,
            access=_access(run, allow_private=allow_private),
            on_page=tried,
        )
    return render_coverage(coverage, which)


async def _facts(run: Run, which: str) -> Source:
    """The description of that file, else of that name: from the home, else from the database."""
    from services.sources import load_source
    from services.workflows.source_files import read_source
    from services.workflows.sources import described_in

    if which.endswith(".toml"):
        return read_source(Path(which))
    described = described_in(run.settings.home, which)
    if described is not None:
        return described
    async with run.database(reading=True) as database:
        known = await load_source(database, which)
    if known is None:
        raise NotFoundError(f'there is no source "{which}"', next_step="see sources list, or name its file")
    return known


def _access(run: Run, *, allow_private: bool) -> Access:
    from services.workflows.access import Access

    return Access(run.settings.contact, allow_private=allow_private, home=run.settings.home)


def _write(path: Path, text: str, *, is_ours: bool) -> None:
    """Write a description; one that is there may hold a person's edits and is not overwritten."""
    if is_ours:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with opened(path, replace=False) as file:
            file.write(text.encode())
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already and may have been edited",
            next_step="choose another file with --out, or remove it",
        ) from error


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


@sources.command(
    epilog=example(
        "sources remove acmee",
        "sources remove acmee --yes",
        "sources remove acme --listings --export acme.csv --yes",
    )
)
@click.argument("name")
@click.option(
    "--listings", is_flag=True, help="Mark the listings of the source as removed; nothing is deleted."
)
@click.option(
    "--export",
    "export_to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write its listings to a file first, in the format that its name ends with.",
)
@click.option(
    "--yes", is_flag=True, help="Do it unasked; without it, elsewhere than on a terminal, nothing is done."
)
@click.option("--dry-run", is_flag=True, help="Show what there is of the source; change nothing.")
@runs
async def remove(
    run: Run, *, name: str, listings: bool, export_to: Path | None, yes: bool, dry_run: bool
) -> Result:
    """Remove a source.

    It says what would be lost, and asks on a terminal; elsewhere it changes nothing without --yes. A source
    of which nothing ever went live is deleted with its sessions, staged rows and quarantine. Another keeps
    its history: with --listings its listings are marked as removed, by a change set that `rollback` undoes,
    and what waits for a sync is discarded. A later session of it brings back what it shows.
    """
    from services.history.sources import remove_source

    async with run.database() as database:
        shown = await remove_source(database, name, listings=listings, dry_run=True, actor=actor())
        if dry_run or not (yes or _agreed(run, shown)):
            return render_removed(
                shown, described=None, again="" if dry_run else _with_yes(name, listings, export_to)
            )
        if export_to is not None:
            say(await _exported(database, name, export_to), err=run.as_json)
        removed = await remove_source(database, name, listings=listings, actor=actor())
    return render_removed(removed, described=_described(run, name))


def _agreed(run: Run, shown: Removed) -> bool:
    """Whether a person at a terminal agrees to what would be lost."""
    if run.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    for line in loss_lines(shown):
        say(line)
    return click.confirm("Remove it?", default=False)


def _with_yes(name: str, listings: bool, export_to: Path | None) -> str:
    """The command that does what was shown."""
    given = ["--listings"] if listings else []
    given += [] if export_to is None else ["--export", str(export_to)]
    return shlex.join(["sources", "remove", name, *given, "--yes"])


async def _exported(database: Database, name: str, path: Path) -> str:
    """Write the listings of a source to a file, and say how many."""
    from services.export import export_listings

    form = cast("Format", format_of(path, otherwise="csv"))
    with opened(path) as file:
        done = await export_listings(database, file, format=form, source=name)
    return f"Wrote {counted(done.rows, 'listing')} to {path}."


@sources.command(epilog=example("sources pause acme", "sources pause acme --hours 48 --reason 'new layout'"))
@click.argument("name")
@click.option(
    "--hours", type=click.FloatRange(0.1, 8_760), help="For how long; by default until it is resumed."
)
@click.option("--reason", metavar="TEXT", default="no reason given", help="Why, for others to read.")
@runs
async def pause(run: Run, *, name: str, hours: float | None, reason: str) -> Result:
    """Leave a source alone: no scrape of it, by hand or by a job, fetches anything until it is resumed.

    A suspect session pauses its source by itself: for an hour, and twice as long after each that follows.
    """
    from services.sources import require_source
    from services.verdicts import pause_source

    async with run.database() as database:
        await require_source(database, name)
        held = await pause_source(database, name, reason, actor=actor(), hours=hours)
    return render_paused(name, held)


@sources.command(epilog=example("sources resume acme"))
@click.argument("name")
@runs
async def resume(run: Run, *, name: str) -> Result:
    """Let a paused source be scraped again at once."""
    from services.sources import require_source
    from services.verdicts import resume_source

    async with run.database() as database:
        await require_source(database, name)
        ended = await resume_source(database, name, actor=actor())
    return render_resumed(name, ended)


def _described(run: Run, name: str) -> str | None:
    """The file in the home that describes a source of that name."""
    path = run.settings.home / "sources" / f"{name}.toml"
    return str(path) if path.exists() else None
