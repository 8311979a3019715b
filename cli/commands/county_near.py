"""`county near`: parcels, code cases and listings around a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.near import radius_of, radius_options
from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.near import render_cases, render_listings, render_nearest, render_parcels
from config.errors import UsageError

if TYPE_CHECKING:
    from database.handle import Database
    from services.county.space.places import Place


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=example(
        "county near 28.5384 -81.3789 --miles 0.5",
        "county near 29-22-28-8850-02-050 --show cases --metres 250",
        'county near "123 N Main St, Orlando" --nearest 5 --json',
    ),
)
@click.argument("where", metavar="LAT LON|PARCEL|ADDRESS", nargs=-1, required=True)
@radius_options
@click.option(
    "--show",
    type=click.Choice(["parcels", "cases", "listings"]),
    default="parcels",
    show_default=True,
    help="What is looked for.",
)
@click.option(
    "--status",
    type=click.Choice(["open", "closed", "unknown", "any"]),
    help="Of code cases; open ones by default.",
)
@click.option("--nearest", type=click.IntRange(1, 1_000), metavar="N", help="The N nearest parcels.")
@rows_option
@runs
async def near(
    run: Run,
    *,
    where: tuple[str, ...],
    miles: float | None,
    metres: float | None,
    show: str,
    status: str | None,
    nearest: int | None,
    limit: int,
) -> Result:
    """Show what lies around a place: parcels, code cases or listings, nearest first.

    The place is a latitude and a longitude in degrees, the id of a parcel as anybody prints it, or an
    address. Distances are along the ground, on the ellipsoid, in metres and miles. A code case without
    coordinates of its own lies where its parcel does.
    """
    from services.county.space.places import find_place

    if status is not None and show != "cases":
        raise UsageError("--status is of code cases", next_step="add --show cases")
    if nearest is not None and show != "parcels":
        raise UsageError("--nearest is of parcels", next_step=f"leave it out, or leave out --show {show}")
    radius = radius_of(miles, metres, default=None if nearest else 1.0)
    async with run.database(reading=True) as database:
        place = await find_place(database, where)
        return await _found(database, place, radius, show=show, status=status, nearest=nearest, limit=limit)


async def _found(
    database: Database,
    place: Place,
    metres: float,
    *,
    show: str,
    status: str | None,
    nearest: int | None,
    limit: int,
) -> Result:
    from services.county.space import near as space

    if nearest is not None:
        parcels = await space.nearest_parcels(database, place, metres=metres, count=nearest)
        return render_nearest(place, metres, parcels)
    if show == "cases":
        of = None if status == "any" else status or "open"
        cases = await space.cases_near(database, place, metres=metres, status=of, limit=limit)
        return render_cases(place, metres, cases, status=of)
    if show == "listings":
        return render_listings(
            place, metres, await space.listings_near(database, place, metres=metres, limit=limit)
        )
    return render_parcels(
        place, metres, await space.parcels_near(database, place, metres=metres, limit=limit)
    )
