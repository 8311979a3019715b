"""`county match` and `county waiting`: records and the parcels that they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.actor import actor
from cli.options import limit_option, only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.county_parcels import render_decided, render_details, render_matched, render_waiting
from config.errors import UsageError

if TYPE_CHECKING:
    from services.county.parcels import Standing

_KINDS = ("tax_sales", "tax_certificates", "foreclosures", "property_records", "code_violations")
_record = click.argument("record", metavar="RECORD")
_reason = click.option("--reason", metavar="TEXT", help="Why; it stays with the decision.")


@click.command(epilog=example("county match", "county match --county orange-fl --json", "county match --all"))
@click.option(
    "--county",
    "counties",
    metavar="NAME",
    multiple=True,
    help="Read this county's key rule anew from its file; may be repeated.",
)
@click.option("--all", "anew", is_flag=True, help="Look at every record, and not only at what has changed.")
@runs
async def match(run: Run, *, counties: tuple[str, ...], anew: bool) -> Result:
    """Link records to their parcels: by state, county and parcel id.

    county load does this too. Records that match no parcel go live without one and wait, with candidates,
    for their parcel or for you: see county waiting list. So does a record whose id may be read in two orders
    where the parcel that it names has another address. Only what has changed is looked at.
    """
    from config.county.layout import load_county
    from services.county.parcels import link

    described = [load_county(name, [run.settings.home / "counties"]) for name in counties]
    async with run.database() as database:
        return render_matched(await link(database, described, anew=anew))


@click.group(
    epilog=example(
        "county waiting list",
        "county waiting show orange-fl.tax-sales/2023-4348",
        "county waiting decide orange-fl.tax-sales/2023-4348 --parcel 282229885002050",
    )
)
def waiting() -> None:
    """Records that wait for their parcel: list them, look at one, decide.

    A record is named by its source and id, or by the start of its own id.
    """


@waiting.command(
    name="list", epilog=example("county waiting list", "county waiting list --kind tax_sales --limit 100")
)
@click.option(
    "--standing",
    type=click.Choice(["waiting", "left", "linked"]),
    default="waiting",
    show_default=True,
    help="Those that wait, that somebody left without a parcel, or that are linked to another address.",
)
@click.option("--kind", type=click.Choice(_KINDS), help="Only records of this kind.")
@only_source_option
@limit_option
@runs
async def list_(run: Run, *, standing: Standing, kind: str | None, source: str | None, limit: int) -> Result:
    """List records that wait, the longest first, each with its likeliest parcel and what speaks for it."""
    from services.county.parcels import list_waiting, waits

    async with run.database(reading=True) as database:
        found = await list_waiting(database, standing=standing, kind=kind, source=source, limit=limit + 1)
        counts = await waits(database)
    return render_waiting(found[:limit], standing, counts, more=len(found) > limit)


@waiting.command(epilog=example("county waiting show orange-fl.tax-sales/2023-4348"))
@_record
@runs
async def show(run: Run, *, record: str) -> Result:
    """Show one record, the parcels that it may be of, and what was decided of it.

    The score of a candidate is 0 to 1: each reason has a weight, and independent ones add up. Another house's
    address makes a candidate unlikely.
    """
    from services.county.parcels import find_record, show_waiting

    async with run.database(reading=True) as database:
        return render_details(await show_waiting(database, *await find_record(database, record)))


@waiting.command(
    epilog=example(
        "county waiting decide orange-fl.tax-sales/2023-4348 --parcel 282229885002050",
        'county waiting decide orange-fl.tax-sales/2023-4348 --leave --reason "a timeshare"',
    )
)
@_record
@click.option("--parcel", metavar="ID", help="The parcel that it is of, by its id as anybody prints it.")
@click.option("--leave", is_flag=True, help="It is of none of them: it stays without a parcel.")
@_reason
@runs
async def decide(run: Run, *, record: str, parcel: str | None, leave: bool, reason: str | None) -> Result:
    """Say of which parcel a record is, or that it is of none.

    This holds while the record has the parcel id that it has now; that it is of none, until a parcel with its
    id comes. It is kept with your name, and county waiting undo takes it back.
    """
    from services.county.parcels import decide as decide_record
    from services.county.parcels import find_parcel, find_record, show_waiting

    if (parcel is None) != leave:
        raise UsageError("give either --parcel ID or --leave")
    async with run.database() as database:
        kind, found = await find_record(database, record)
        chosen = None if parcel is None else await find_parcel(database, kind, found, parcel)
        decision = await decide_record(database, kind, found, chosen, actor=actor(), reason=reason)
        return render_decided(decision, await show_waiting(database, kind, found))


@waiting.command(epilog=example("county waiting undo 12"))
@click.argument("decision", type=int)
@runs
async def undo(run: Run, *, decision: int) -> Result:
    """Take back what was decided of a record last: it stands again as its id says.

    county waiting show names the decisions of a record.
    """
    from services.county.parcels import undo_decision

    async with run.database() as database:
        done = await undo_decision(database, decision, actor=actor())
    return Result({"decision": done, "undoes": decision}, [f"Decision {decision} is taken back."])
