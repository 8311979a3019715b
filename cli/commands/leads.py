"""`leads`: parcels as leads, scored, ranked and explained."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from cli.commands.leads_near import near
from cli.commands.leads_versions import versions
from cli.options import limit_option
from cli.render import Result
from cli.run import Run, example, runs

TIERS = click.Choice(["A", "B", "C", "D"], case_sensitive=False)
_DAY = click.DateTime(["%Y-%m-%d"])
_POINTS = click.FloatRange(0, 100)


@click.group(
    epilog=example(
        "leads score",
        "leads list --tier A",
        "leads explain 29-22-28-8850-02-050",
        "leads near 28.5384 -81.3789 --miles 2 --tier A",
        "leads simulate --weights weights.toml",
    )
)
def leads() -> None:
    """Parcels as leads: what their records say of each, 0 to 100, and why.

    A parcel is named by its id, as printed or normalised, or by the start of the id that the database gave.
    """


@leads.command(epilog=example("leads score", "leads score --as-of 2026-01-31 --all --json"))
@click.option("--as-of", type=_DAY, metavar="DATE", help="The day to score as of; by default today, in UTC.")
@click.option("--all", "every", is_flag=True, help="Look at every parcel, not only at those that are due.")
@runs
async def score(run: Run, *, as_of: datetime | None, every: bool) -> Result:
    """Score the parcels whose records changed, or whose day has come.

    Points decay with the age of what gives them, and deadlines come nearer: each score says on which day it
    is another one by itself. A score that comes out the same is not written. Once another version of the
    weights is current, every parcel is due.
    """
    from cli.views.leads import render_scored
    from services.county.scoring import score_leads

    async with run.database() as database:
        done = await score_leads(database, as_of=_day(as_of), every=every)
    return render_scored(done)


@leads.command(
    name="list", epilog=example("leads list --tier A", "leads list --city Orlando --min 60 --json")
)
@click.option("--county", metavar="NAME", help="Only parcels of this county.")
@click.option("--tier", type=TIERS, help="Only leads of this tier.")
@click.option("--min", "least", type=_POINTS, metavar="TOTAL", help="From this total on.")
@click.option("--max", "most", type=_POINTS, metavar="TOTAL", help="Up to this total.")
@click.option("--city", metavar="NAME", help="Only parcels of this city.")
@click.option("--after", metavar="PARCEL", help="Go on after this lead, the last one that was listed.")
@limit_option
@runs
async def list_(
    run: Run,
    *,
    county: str | None,
    tier: str | None,
    least: float | None,
    most: float | None,
    city: str | None,
    after: str | None,
    limit: int,
) -> Result:
    """List leads, the most promising first."""
    from cli.views.leads import render_leads
    from services.county.scoring import find_parcel, list_leads, show_lead

    async with run.database(reading=True) as database:
        last = None
        if after is not None:
            lead = await show_lead(database, (await find_parcel(database, after, county)).property_id, days=1)
            last = (lead.total, lead.property_id)
        found = await list_leads(
            database,
            county=county,
            tier=tier,
            least=least,
            most=most,
            city=city,
            after=last,
            limit=limit + 1,
        )
    return render_leads(found[:limit], more=len(found) > limit)


@leads.command(epilog=example("leads show 29-22-28-8850-02-050", "leads show 8c21f0 --days 90 --json"))
@click.argument("parcel", metavar="PARCEL")
@click.option(
    "--days",
    type=click.IntRange(1, 10_000),
    default=30,
    show_default=True,
    help="Changes to show, the newest.",
)
@click.option("--county", metavar="NAME", help="Where several counties have a parcel of that id.")
@runs
async def show(run: Run, *, parcel: str, days: int, county: str | None) -> Result:
    """Show a lead: its score, what its parcel is worth in three ways, and how the score moved."""
    from cli.views.leads import render_lead
    from services.county.scoring import find_parcel, show_lead

    async with run.database(reading=True) as database:
        lead = await show_lead(database, (await find_parcel(database, parcel, county)).property_id, days=days)
    return render_lead(lead)


@leads.command(epilog=example("leads explain 29-22-28-8850-02-050", "leads explain 8c21f0 --json"))
@click.argument("parcel", metavar="PARCEL")
@click.option("--county", metavar="NAME", help="Where several counties have a parcel of that id.")
@runs
async def explain(run: Run, *, parcel: str, county: str | None) -> Result:
    """Explain a score line by line: each signal, its points, the record and the day.

    The points of a component sum to it, and what the lines add sums to the total. Where a cap was met the
    line says so; what is not known counts as neither good nor bad, and lowers the confidence.
    """
    from cli.views.leads import render_explained
    from services.county.scoring import find_parcel, show_lead

    async with run.database(reading=True) as database:
        lead = await show_lead(database, (await find_parcel(database, parcel, county)).property_id, days=1)
    return render_explained(lead)


@leads.command(epilog=example("leads tiers", "leads tiers --days 30 --json"))
@click.option(
    "--days", type=click.IntRange(1, 3650), default=14, show_default=True, help="Days to draw, the newest."
)
@runs
async def tiers(run: Run, *, days: int) -> Result:
    """Count the leads of each tier, with the day before, and draw how they moved."""
    from cli.views.leads import render_tiers
    from services.county.scoring import tier_counts, tier_days

    async with run.database(reading=True) as database:
        counts = await tier_counts(database)
        drawn = await tier_days(database, days=days)
    return render_tiers(counts, drawn)


@leads.command(
    epilog=example("leads simulate --weights weights.toml", "leads simulate --weights weights.toml --over 1")
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="What is to be other, as TOML; see leads versions show.",
)
@click.option(
    "--over", type=click.IntRange(1), metavar="N", help="Version to change; by default the current."
)
@limit_option
@runs
async def simulate(run: Run, *, weights: Path, over: int | None, limit: int) -> Result:
    """Say which leads other weights would move to another tier; nothing is written."""
    from cli.views.leads import render_trial
    from services.county.scoring import read_weights
    from services.county.scoring import simulate as try_weights

    given = read_weights(weights)
    async with run.database(reading=True) as database:
        found = await try_weights(database, given, over=over, limit=limit)
    return render_trial(found, f"leads versions add {weights}")


@leads.command(
    epilog=example("leads replay --version 2", "leads replay --version 2 --from 2026-01-01 --json")
)
@click.option("--version", type=click.IntRange(1), metavar="N", required=True, help="Version to score by.")
@click.option(
    "--from", "since", type=_DAY, metavar="DATE", help="From this day on; by default all that is kept."
)
@click.option("--to", "until", type=_DAY, metavar="DATE", help="Up to this day.")
@limit_option
@runs
async def replay(
    run: Run, *, version: int, since: datetime | None, until: datetime | None, limit: int
) -> Result:
    """Score past days by another version: which leads would have been in another tier, and why.

    What was found of each lead on each day is scored again, so this needs no records of then.
    """
    from cli.views.leads import render_trial
    from services.county.scoring import replay as score_again

    async with run.database(reading=True) as database:
        found = await score_again(database, version, since=_day(since), until=_day(until), limit=limit)
    return render_trial(found, f"leads versions use {version}")


@leads.command(epilog=example("leads forget --before 2024 --dry-run", "leads forget --before 2024"))
@click.option(
    "--before", type=click.IntRange(1900, 9999), metavar="YEAR", required=True, help="First year to keep."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be dropped.")
@runs
async def forget(run: Run, *, before: int, dry_run: bool) -> Result:
    """Drop the history of scores of whole years; the scores of now stay."""
    from cli.views.leads import render_dropped
    from services.county.scoring import drop_score_years

    async with run.database() as database:
        dropped = await drop_score_years(database, before, dry_run=dry_run)
    return render_dropped(dropped, dry_run=dry_run)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


for _each in (near, versions):
    leads.add_command(_each)
