"""`db postgis`: PostGIS where a database has it, for questions of polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.program import next_line
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import counted

if TYPE_CHECKING:
    from services.county.space.polygons import PostGIS

_INSTALL = "create extension postgis with schema extensions"


@click.command(epilog=example("db postgis", "db postgis on"))
@click.argument("state", metavar="[on|off]", required=False, type=click.Choice(["on", "off"]))
@runs
async def postgis(run: Run, state: str | None) -> Result:
    """Show the version of PostGIS, or index parcels by it (on) or no longer (off).

    Radius, box and nearest need no PostGIS. With it, `county at` finds the parcel that a place lies in and
    `county within` the parcels in a drawn polygon. A superuser of the database has to create the extension.
    While it is on, each changed outline is read by PostGIS too; making the indexes locks the parcels for
    writers, a minute for a large county.
    """
    from services.county.space.polygons import postgis as found_postgis
    from services.county.space.polygons import set_postgis

    async with run.database() as database:
        changed = None if state is None else await set_postgis(database, on=state == "on")
        found = await found_postgis(database)
    lines = _lines(found)
    if changed is False:
        lines.insert(0, f"It was {state} already: nothing was changed.")
    return Result({"postgis": found, "changed": bool(changed)}, lines)


def _lines(found: PostGIS) -> list[str]:
    if found.version is None:
        if found.available is None:
            return [
                "No PostGIS: this server has none to install.",
                "Radius, box and nearest need none; for polygons install its package beside the server.",
            ]
        return [
            f"No PostGIS in this database; the server has {found.available}.",
            next_line(f"as a superuser of the database: {_INSTALL}"),
        ]
    lines = [f"PostGIS {found.version} in schema {found.schema}."]
    if not found.is_on:
        return [*lines, "Parcels are not indexed by it.", next_line("db postgis on")]
    shapes, unreadable = found.shapes or 0, found.unreadable or 0
    lines.append(f"Parcels are indexed by it: {counted(shapes, 'outline')}.")
    if unreadable:
        lines.append(f"{counted(unreadable, 'outline')} cannot be read as an area and answer no question.")
    return lines
