"""`pin`: correct a listing by hand, or hold a field as it is, whatever the source shows; and list that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.actor import actor
from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.pin import render_edit, render_pins

if TYPE_CHECKING:
    from database.handle import Database


@click.command(
    epilog=example(
        "pin --source acme --property-id A-17 --field price --value 4400000 --reason 'agent called'",
        "pin --source acme --property-id A-17 --field status --value removed",
        "pin --source acme --property-id A-17 --field title",
        "pin --list --source acme",
    )
)
@click.option("--source", metavar="NAME", help="Source of the listing; with --list, only this one.")
@click.option("--property-id", metavar="ID", help="The source's own id of the listing.")
@click.option("--field", metavar="F", help="A listing field, or status.")
@click.option("--value", metavar="V", help="What it is to be; '' clears it. Without: as live has it.")
@click.option("--reason", metavar="TEXT", help="Why, for the audit.")
@click.option("--list", "listing", is_flag=True, help="Show what is pinned, and what the source shows.")
@rows_option
@runs
async def pin(
    run: Run,
    *,
    source: str | None,
    property_id: str | None,
    field: str | None,
    value: str | None,
    reason: str | None,
    listing: bool,
    limit: int,
) -> Result:
    """Set a listing's field by hand, or hold it as it is.

    No sync overwrites a pinned field; a sync says where the source shows something else, and --list
    shows what and since when. `unpin` lets the field follow its source again.
    """
    if listing:
        if property_id or field or value is not None or reason:
            raise click.UsageError("--list goes with --source and --limit only")
        async with run.database() as database:
            return await _listed(database, source, None if run.as_json else limit)
    if not (source and property_id and field):
        raise click.UsageError("a pin needs --source, --property-id and --field (or: pin --list)")
    from services.history.edits import edit_listing, pin_field, read_value

    async with run.database() as database:
        if value is None:
            edited = await pin_field(database, source, property_id, field, actor=actor(), reason=reason)
        else:
            patch = {field: read_value(field, value)}
            edited = await edit_listing(database, source, property_id, patch, actor=actor(), reason=reason)
    return render_edit(edited, field, with_value=value is not None)


async def _listed(database: Database, source: str | None, limit: int | None) -> Result:
    from services.history.edits import list_pins

    pins = await list_pins(database, source=source, limit=None if limit is None else limit + 1)
    return render_pins(pins[:limit], more=limit is not None and len(pins) > limit)
