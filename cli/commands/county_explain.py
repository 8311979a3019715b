"""`county explain`: where the values of one county record come from."""

from __future__ import annotations

import click

from cli.render import Result
from cli.run import Run, example, runs
from cli.views.county_explain import render_record


@click.command(
    epilog=example(
        "county explain properties 292228885002050",
        "county explain property_records 282229885002050:2026 --field market_value",
    )
)
@click.argument("kind")
@click.argument("record_id", metavar="ID")
@click.option("--source", metavar="NAME", help="Where several sources have a record of that id.")
@click.option("--field", metavar="F", help="Only this field; record_status says whether it is there.")
@runs
async def explain(run: Run, *, kind: str, record_id: str, source: str | None, field: str | None) -> Result:
    """Say who set each value of a county record, when, and from which row.

    KIND is properties, tax_sales, tax_certificates, foreclosures, property_records or code_violations; ID is
    what names the record within its source, as its kind's fields in docs/county.md say.
    """
    from services.county.records.explain import explain_record

    async with run.database(reading=True) as database:
        found = await explain_record(database, kind, record_id, source=source, field=field)
    return render_record(found)
