"""`county at`, `county within`: questions of polygons, by PostGIS."""

from __future__ import annotations

import json
from typing import Any, TextIO
from uuid import UUID

import click

from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.near import render_placed
from config.errors import UsageError


@click.command(
    context_settings={"ignore_unknown_options": True}, epilog=example("county at 28.5384 -81.3789")
)
@click.argument("latitude", type=float)
@click.argument("longitude", type=float)
@runs
async def at(run: Run, *, latitude: float, longitude: float) -> Result:
    """Show the parcel that a place lies in, by its outline.

    Several where outlines overlap, as those of condominiums do; the border belongs to a parcel. Needs
    PostGIS: see `db postgis`.
    """
    from services.county.space.polygons import parcels_at

    async with run.database(reading=True) as database:
        found = await parcels_at(database, latitude, longitude)
    return render_placed(found, f"at {latitude:g} {longitude:g}", limit=len(found))


@click.command(epilog=example("county within area.geojson", "county within - --json < area.geojson"))
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option(
    "--after", type=click.UUID, metavar="ID", help="Continue after this parcel, the last one given."
)
@rows_option
@runs
async def within(run: Run, *, file: TextIO, after: UUID | None, limit: int) -> Result:
    """Show the parcels whose place lies in a polygon.

    FILE is GeoJSON, a geometry or a feature, in degrees with the longitude first; - reads it from stdin.
    Needs PostGIS: see `db postgis`.
    """
    from services.county.space.polygons import parcels_within

    polygon = _polygon(file.read(), file.name)
    async with run.database(reading=True) as database:
        found = await parcels_within(database, polygon, after=after, limit=limit + 1)
    return render_placed(found, "in the polygon", limit=limit)


def _polygon(text: str, name: str) -> dict[str, Any]:
    """The geometry of a GeoJSON text. Raises UsageError."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name}: this is no JSON, line {error.lineno}: {error.msg}") from error
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features") or []
        if len(features) != 1:
            raise UsageError(f"{name} has {len(features)} features", next_step="give a file with one polygon")
        (found,) = features
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not (isinstance(found, dict) and found.get("type") in ("Polygon", "MultiPolygon")):
        raise UsageError(f"{name} is no polygon", next_step="give GeoJSON of type Polygon or MultiPolygon")
    return found
