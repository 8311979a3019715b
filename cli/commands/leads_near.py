"""`leads near`: scored parcels around a place."""

from __future__ import annotations

import click

from cli.near import radius_of, radius_options
from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.near import render_leads


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=example(
        "leads near 28.5384 -81.3789 --miles 2 --tier A --tier B",
        "leads near 29-22-28-8850-02-050 --metres 500 --json",
    ),
)
@click.argument("where", metavar="LAT LON|PARCEL|ADDRESS", nargs=-1, required=True)
@radius_options
@click.option(
    "--tier",
    "tiers",
    type=click.Choice(["A", "B", "C", "D"], case_sensitive=False),
    multiple=True,
    help="Only leads of this tier; may be repeated.",
)
@rows_option
@runs
async def near(
    run: Run,
    *,
    where: tuple[str, ...],
    miles: float | None,
    metres: float | None,
    tiers: tuple[str, ...],
    limit: int,
) -> Result:
    """Show the leads around a place, the best tier first, then the nearest.

    The place is a latitude and a longitude in degrees, the id of a parcel as anybody prints it, or an
    address. Distances are along the ground, on the ellipsoid, in metres and miles.
    """
    from services.county.space.near import leads_near
    from services.county.space.places import find_place

    radius = radius_of(miles, metres, default=1.0)
    async with run.database(reading=True) as database:
        place = await find_place(database, where)
        found = await leads_near(database, place, metres=radius, tiers=tiers, limit=limit)
    return render_leads(place, radius, found, tiers=tiers)
