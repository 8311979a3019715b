"""`explain`: where a value comes from, link by link."""

from __future__ import annotations

import click

from cli.render import Result
from cli.run import Run, example, runs
from cli.times import TIME_FORMAT, parse_time
from cli.views.explain import render_explanations, render_unknown


@click.command(
    epilog=example(
        "explain --source acme --property-id A-17 --field price",
        "explain --source acme --property-id A-17 --at 2026-11-03",
    )
)
@click.option("--source", metavar="NAME", required=True, help="Source of the listing.")
@click.option("--property-id", metavar="ID", required=True, help="The listing, by the source's own id.")
@click.option("--field", metavar="NAME", help="One field in full; by default a line for each.")
@click.option("--at", metavar="TIME", help=f"As it stood then: {TIME_FORMAT}.")
@runs
async def explain(run: Run, *, source: str, property_id: str, field: str | None, at: str | None) -> Result:
    """Show where a listing's values come from.

    From the value back: the change that set it, what the rules found, the session, the row as it came, and
    the file and line or the page and time it was read at. A page that is kept is named by its path.
    """
    from services.pages import stores_of
    from services.workflows.explain import explain_to_page

    then = None if at is None else parse_time(at)
    async with run.database(reading=True) as database, stores_of(run.settings) as stores:
        found = await explain_to_page(database, stores, source, property_id, field, at=then)
    asked = {"source": source, "property_id": property_id, "at": then}
    if then is not None and not found.fields:
        return render_unknown(asked, then, found.first_known)
    return render_explanations(found.fields, asked, whole=field is not None)
