"""`county`: what counties publish of parcels, as records."""

from __future__ import annotations

import click

from cli.commands.county_checks import check_data
from cli.commands.county_described import check, draft, list_, show
from cli.commands.county_explain import explain
from cli.commands.county_load import load, status
from cli.commands.county_near import near
from cli.commands.county_parcels import match, waiting
from cli.commands.county_polygons import at, within
from cli.commands.county_questions import cases, foreclosures, parcel, properties, records, runs, sales
from cli.run import example


@click.group(
    epilog=example(
        "county load orange-fl", "county parcel 29-22-28-8850-02-050", "county sales --upcoming 30"
    )
)
def county() -> None:
    """Parcels and what counties record of them: tax sales, foreclosures, values, code cases."""


for _each in (
    *(list_, show, check, draft),
    *(load, status, explain, check_data),
    *(match, waiting),
    *(near, at, within),
    *(parcel, properties, sales, foreclosures, records, cases, runs),
):
    county.add_command(_each)
