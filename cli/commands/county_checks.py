"""`county check-data`: whether county records are what they should be."""

from __future__ import annotations

import click

from cli.commands.county_questions import county_option
from cli.render import Result
from cli.run import Run, example, runs


@click.command(
    name="check-data", epilog=example("county check-data", "county check-data --county orange-fl --json")
)
@county_option
@click.option("--all", "everything", is_flag=True, help="Show the checks that passed too; --json has them.")
@runs
async def check_data(run: Run, *, county: str | None, everything: bool) -> Result:
    """Check the live records of counties, and that their layers come when they are due.

    What is missing, out of range, contradictory or there twice; records that wait for their parcel, and how
    long; rows that the last load set aside; parcels without a score. Each check says how many records it
    judged, how many of these are bad, above which share it warns and fails, and names the first. Exit code 3
    where one fails.
    """
    from cli.views.county_checks import render_checks
    from services.county.questions.checks import check_data as checked

    async with run.database(reading=True) as database:
        found = await checked(database, county=county)
    return render_checks(found, everything=everything)
