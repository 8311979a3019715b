"""`county list`, `show`, `check` and `draft`: the files that describe counties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.files import is_stdout, opened, refuse_two_documents
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.county_described import render_check, render_counties, render_county, render_draft
from config.errors import UsageError

if TYPE_CHECKING:
    from services.workflows.access import Access


@click.command(name="list", epilog=example("county list", "county list --json"))
@runs
async def list_(run: Run) -> Result:
    """List the counties that are described: yours, in the home's folder counties, and those shipped."""
    from config.county.layout import described_counties, load_county

    known = described_counties([run.settings.home / "counties"])
    return render_counties([(load_county(path), path) for path in known.values()])


@click.command(epilog=example("county show orange-fl", "county show mine.toml --json"))
@click.argument("county")
@runs
async def show(run: Run, *, county: str) -> Result:
    """Show a county's description: its key rule, its layers, and which column fills which field."""
    from config.county.layout import load_county

    return render_county(load_county(county, [run.settings.home / "counties"]))


@click.command(epilog=example("county check mine.toml", "county check orange-fl --online"))
@click.argument("county", metavar="FILE")
@click.option("--online", is_flag=True, help="Ask the servers of its layers too, for their first rows.")
@click.option("--allow-private", is_flag=True, help="Permit layers on a private network.")
@runs
async def check(run: Run, *, county: str, online: bool, allow_private: bool) -> Result:
    """Check a county's file, and try its layers: what their first rows give as records.

    FILE is a path, or the name of a described county. Files of layers are opened; servers are asked only with
    --online. Nothing is staged. The exit code is 1 where a layer cannot be read, lacks a column that the file
    names, or gives no record that can be used.
    """
    from config.county.layout import load_county
    from services.workflows.county_check import check_county

    described = load_county(county, [run.settings.home / "counties"])
    access = _access(run, allow_private=allow_private)
    return render_check(described, await check_county(described, online=online, access=access), county)


@click.command(
    epilog=example(
        "county draft https://gis.example.org/arcgis/rest/services/Parcels/MapServer/0 "
        "--name sample-fl --state FL --fips 12095",
        "county draft parcels.gpkg --name sample-fl --state FL --fips 12095 --out sample-fl.toml",
    )
)
@click.argument("where", metavar="URL|PATH")
@click.option("--name", metavar="NAME", required=True, help="The county's name: sample-fl.")
@click.option("--state", metavar="CODE", required=True, help="Its state's postal code: FL.")
@click.option("--fips", metavar="CODE", required=True, help="Its FIPS code, five digits: 12095.")
@click.option("--layer", metavar="NAME", default="parcels", show_default=True, help="The layer's name.")
@click.option("--type", "kind", metavar="TYPE", help="The layer's type, where its address does not show it.")
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; by default counties/NAME.toml in the home, where the name finds it. - is stdout.",
)
@click.option("--allow-private", is_flag=True, help="Permit the layer on a private network.")
@runs
async def draft(
    run: Run,
    *,
    where: str,
    name: str,
    state: str,
    fips: str,
    layer: str,
    kind: str | None,
    out: Path | None,
    allow_private: bool,
) -> Result | None:
    """Begin a county's file from one of its layers, by the names of its columns.

    The layer's description and its first rows are read. The file proposes kinds, fields and their columns,
    and lists what is left, with a value of each. Nothing is staged.
    """
    from services.workflows.county_draft import draft_county

    refuse_two_documents(out, as_json=run.as_json)
    found = await draft_county(
        where,
        name=name,
        state=state,
        county_fips=fips,
        layer=layer,
        kind=kind,
        access=_access(run, allow_private=allow_private),
    )
    path = out or run.settings.home / "counties" / f"{name}.toml"
    if out is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with opened(path, replace=False) as file:
            file.write(found.text.encode())
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already and may have been edited",
            next_step="choose another file with --out, or add the layer to it by hand",
        ) from error
    return None if is_stdout(path) else render_draft(found, path, name if out is None else str(path))


def _access(run: Run, *, allow_private: bool) -> Access:
    from services.workflows.access import Access

    return Access(
        run.settings.contact, allow_private=allow_private, download_seconds=run.settings.download_seconds
    )
