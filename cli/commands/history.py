"""`history`: every change of one listing."""

from __future__ import annotations

import click

from cli.options import ID, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.history import render_history


@click.command(
    epilog=example(
        "history --source acme --property-id A-17",
        "history --source acme --property-id A-17 --field price --json",
    )
)
@click.option("--source", metavar="NAME", required=True, help="Source of the listing.")
@click.option("--property-id", metavar="ID", required=True, help="The listing, by the source's own id.")
@click.option("--field", metavar="NAME", help="Only the changes of this field.")
@rows_option
@click.option("--before", type=ID, metavar="CHANGE", help="Continue with those before this change.")
@runs
async def history(
    run: Run, *, source: str, property_id: str, field: str | None, limit: int, before: int | None
) -> Result:
    """Show every change of one listing, newest first.

    When, which field, old → new, who or what made it, and the session it came from. History that
    `cleanup --compact-days` has folded is one image.
    """
    from services.history.changes import listing_changes

    async with run.database(reading=True) as database:
        found = await listing_changes(
            database, source, property_id, field=field, before=before, limit=limit + 1
        )
    return render_history(source, property_id, field, found[:limit], more=len(found) > limit)
