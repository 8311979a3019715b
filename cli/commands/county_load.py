"""`county load` and `county status`: a county's layers on their way to live, and what there is of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.progress import rows_of
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.county_load import render_load, render_status

if TYPE_CHECKING:
    from config.county.layout import County


@click.command(
    epilog=example(
        "county load orange-fl", "county load orange-fl --layer nal --dry-run", "county load mine.toml --json"
    )
)
@click.argument("county")
@click.option("--layer", "layers", metavar="L", multiple=True, help="Only this layer; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Stage and save the plan of each sync; apply nothing.")
@click.option("--allow-private", is_flag=True, help="Permit layers on a private network.")
@runs
async def load(
    run: Run, *, county: str, layers: tuple[str, ...], dry_run: bool, allow_private: bool
) -> Result:
    """Load a county's layers, and bring live up to date.

    COUNTY is the name of a described county, or the path of its .toml file. Each layer is read once, and
    synced as listings are: what cannot go live waits in quarantine, and a layer that looks like an outage is
    held. A record counts as gone only where two complete loads lack it, hours apart. A layer without the
    columns that the file names is refused before anything is staged. Exit code 3: something was held or
    refused; 4: some layers failed.
    """
    from services.pipeline import SyncOptions
    from services.workflows.access import Access
    from services.workflows.county import CountyLoader

    described = _county(run, county)
    async with run.database() as database:
        with rows_of(run) as (read, observer):
            loader = CountyLoader(
                database,
                access=Access(
                    run.settings.contact,
                    allow_private=allow_private,
                    download_seconds=run.settings.download_seconds,
                ),
                options=SyncOptions(dry_run=dry_run),
                observer=observer,
                on_progress=read,
            )
            loaded = await loader.load(described, layers)
    return render_load(loaded)


@click.command(epilog=example("county status orange-fl", "county status orange-fl --json"))
@click.argument("county")
@runs
async def status(run: Run, *, county: str) -> Result:
    """Show what is live of a county, what waits, and the last load of each layer."""
    from services.county.records.runs import county_status

    described = _county(run, county)
    async with run.database() as database:
        found = await county_status(database, described.name)
    return render_status(found)


def _county(run: Run, where: str) -> County:
    from config.county.layout import load_county

    return load_county(where, [run.settings.home / "counties"])
