"""`unpin`: let a field that was set or held by hand follow its source again."""

from __future__ import annotations

import click

from cli.render import Result
from cli.run import Run, example, runs


@click.command(
    epilog=example(
        "unpin --source acme --property-id A-17 --field price", "unpin --source acme --property-id A-17"
    )
)
@click.option("--source", metavar="NAME", required=True, help="Source of the listing.")
@click.option("--property-id", metavar="ID", required=True, help="The source's own id of the listing.")
@click.option("--field", metavar="F", help="Only this field; by default all that are pinned.")
@runs
async def unpin(run: Run, *, source: str, property_id: str, field: str | None) -> Result:
    """Release pinned fields of a listing.

    The value stays until the next sync that shows the listing brings what the source shows.
    """
    from services.history.edits import unpin as release

    async with run.database() as database:
        freed = await release(database, source, property_id, field)
    line = f"Released {', '.join(freed)} of {property_id}: the next sync brings what {source} shows."
    if not freed:
        line = f"{field or 'Nothing'} of {property_id} is {'not ' if field else ''}pinned."
    return Result({"source": source, "property_id": property_id, "unpinned": freed}, [line])
