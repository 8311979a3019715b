"""`leads versions`: the weights, tiers, caps and points that scores follow."""

from __future__ import annotations

from pathlib import Path

import click

from cli.actor import actor
from cli.render import Result
from cli.run import Run, example, runs


@click.group(
    epilog=example(
        "leads versions show 1 > weights.toml", "leads versions add weights.toml", "leads versions use 2"
    )
)
def versions() -> None:
    """The versions of the weights: one is current, and what one says never changes."""


@versions.command(name="list", epilog=example("leads versions list", "leads versions list --json"))
@runs
async def list_(run: Run) -> Result:
    """List the versions of the weights."""
    from cli.views.leads import render_versions
    from services.county.scoring import list_versions

    async with run.database(reading=True) as database:
        found = await list_versions(database)
    return render_versions(found)


@versions.command(epilog=example("leads versions show 1", "leads versions show 1 > weights.toml"))
@click.argument("version", type=click.IntRange(1), metavar="N")
@runs
async def show(run: Run, *, version: int) -> Result:
    """Print a version as a file that `add` and `simulate` take."""
    from cli.views.leads import render_version
    from config.errors import NotFoundError
    from services.county.scoring import list_versions

    async with run.database(reading=True) as database:
        found = [each for each in await list_versions(database) if each.version == version]
    if not found:
        raise NotFoundError(
            f"there is no version {version} of the scores", next_step="see leads versions list"
        )
    return render_version(found[0])


@versions.command(
    epilog=example("leads versions add weights.toml", "leads versions add weights.toml --over 1")
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--over", type=click.IntRange(1), metavar="N", help="Version that it changes; by default the current."
)
@runs
async def add(run: Run, *, file: Path, over: int | None) -> Result:
    """Add a version: what the file leaves out is as in the current one.

    Weights that do not sum to 1, tiers that do not descend and bands with a gap or an overlap are refused.
    """
    from cli.views.leads import render_added
    from services.county.scoring import add_version, read_weights

    given = read_weights(file)
    async with run.database() as database:
        number = await add_version(database, given, actor=actor(), over=over)
    return render_added(number, str(given["name"]))


@versions.command(epilog=example("leads versions use 2"))
@click.argument("version", type=click.IntRange(1), metavar="N")
@runs
async def use(run: Run, *, version: int) -> Result:
    """Make a version the current one: the next scoring follows it."""
    from cli.views.leads import render_used
    from services.county.scoring import use_version

    async with run.database() as database:
        await use_version(database, version)
    return render_used(version)
