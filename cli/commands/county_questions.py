"""Questions on county records: `county parcel`, lists of each kind, and `county runs`."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import click

from cli.amounts import AMOUNT
from cli.options import rows_option
from cli.render import Result
from cli.run import Run, example
from cli.run import runs as acts
from config.errors import UsageError

if TYPE_CHECKING:
    from database.handle import Database
    from services.county.questions import Page, RecordRepository

_DAY: Final = click.DateTime(["%Y-%m-%d"])
_COUNTED: Final = 10_000
"""How far the records that a question finds are counted."""

county_option = click.option("--county", metavar="NAME", help="Only this county, as its file is named.")
after_option = click.option(
    "--after", metavar="CURSOR", help="Continue behind a page, by the cursor printed below it."
)


def _paged(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every list of records has."""
    return county_option(rows_option(after_option(command)))


@click.command(
    epilog=example(
        "county parcel 29-22-28-8850-02-050", "county parcel 282229885002050 --county orange-fl --json"
    )
)
@click.argument("parcel_id", metavar="ID")
@county_option
@acts
async def parcel(run: Run, *, parcel_id: str, county: str | None) -> Result:
    """Show one parcel with everything known of it.

    ID is the parcel's, as anybody prints it: with dashes or without, section or range first. Or the id that
    lists in --json have. Shown are its values, each with its source and since when; its appraiser records by
    year, tax sales, certificates, foreclosures and code cases; and which of them still wait to be matched
    with it.
    """
    from cli.views.county_parcel import render_parcel
    from services.county.questions import known_parcel

    async with run.database(reading=True) as database:
        found = await known_parcel(database, parcel_id, county=county)
    return render_parcel(found)


@click.command(
    epilog=example("county properties --city orlando", "county properties --with-coordinates --json")
)
@click.option("--city", metavar="NAME", help="Whose situs is in this city, whatever its case and accents.")
@click.option("--with-coordinates", is_flag=True, help="Only those with a place on the map.")
@click.option(
    "--status",
    type=click.Choice(["active", "inactive", "removed", "any"]),
    default="active",
    show_default=True,
    help="Those on the roll; that a load missed; that left it.",
)
@_paged
@acts
async def properties(
    run: Run,
    *,
    city: str | None,
    with_coordinates: bool,
    status: str,
    county: str | None,
    limit: int,
    after: str | None,
) -> Result:
    """List parcels: of a city, with coordinates, or all."""
    from services.county.questions import PropertyRepository

    if status != "active" and (city or with_coordinates):
        raise UsageError("--status is for all parcels", next_step="leave out --city and --with-coordinates")
    async with run.database(reading=True) as database:
        asked = PropertyRepository(database)
        if with_coordinates:
            page = await asked.get_with_coordinates(city=city, county=county, limit=limit, after=after)
        elif city is not None:
            page = await asked.get_by_city(city, county=county, limit=limit, after=after)
        else:
            wanted = None if status == "any" else status
            page = await asked.get_all(status=wanted, county=county, limit=limit, after=after)
        return await _shown(database, asked, page, after)


@click.command(
    epilog=example("county sales --upcoming 30", "county sales --from 2026-01-01 --to 2026-03-31 --json")
)
@click.option("--from", "first", type=_DAY, metavar="DAY", help="From this day on.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Up to this day, included.")
@click.option(
    "--upcoming",
    type=click.IntRange(0, 3650),
    metavar="DAYS",
    help="From today on for so many days, and still on: not sold, redeemed or canceled.",
)
@_paged
@acts
async def sales(
    run: Run,
    *,
    first: datetime | None,
    last: datetime | None,
    upcoming: int | None,
    county: str | None,
    limit: int,
    after: str | None,
) -> Result:
    """List tax deed sales: of a range of days, upcoming ones, or all."""
    from services.county.questions import TaxSaleRepository

    if upcoming is not None and (first or last):
        raise UsageError("--upcoming is a range of its own", next_step="leave out --from and --to")
    if first and last and first > last:
        raise UsageError("--from is after --to", next_step="exchange them")
    async with run.database(reading=True) as database:
        asked = TaxSaleRepository(database)
        if upcoming is not None:
            page = await asked.get_upcoming_sales(upcoming, county=county, limit=limit, after=after)
        elif first or last:
            page = await asked.get_by_sale_date_range(
                _day(first), _day(last), county=county, limit=limit, after=after
            )
        else:
            page = await asked.get_all(status="active", county=county, limit=limit, after=after)
        return await _shown(database, asked, page, after)


@click.command(
    epilog=example("county foreclosures --min 100k --max 400k", "county foreclosures --with-auction-date")
)
@click.option(
    "--min", "least", type=AMOUNT, metavar="N", help="A final judgment of at least this; 100k, 1.2m."
)
@click.option("--max", "most", type=AMOUNT, metavar="N", help="And of at most this.")
@click.option("--with-auction-date", is_flag=True, help="Only cases whose auction has a day.")
@_paged
@acts
async def foreclosures(
    run: Run,
    *,
    least: Decimal | None,
    most: Decimal | None,
    with_auction_date: bool,
    county: str | None,
    limit: int,
    after: str | None,
) -> Result:
    """List foreclosures: by the amount of the judgment, with an auction, or all."""
    from services.county.questions import ForeclosureRepository

    _refuse_exchanged(least, most, "--min", "--max")
    async with run.database(reading=True) as database:
        asked = ForeclosureRepository(database)
        if least is not None or most is not None:
            page = await asked.get_by_default_amount_range(
                least, most, with_auction_date=with_auction_date, county=county, limit=limit, after=after
            )
        elif with_auction_date:
            page = await asked.get_with_auction_date(county=county, limit=limit, after=after)
        else:
            page = await asked.get_all(status="active", county=county, limit=limit, after=after)
        return await _shown(database, asked, page, after)


@click.command(
    epilog=example(
        "county records --min-value 100k --max-value 400k", "county records --high-equity 60 --json"
    )
)
@click.option("--min-value", "least", type=AMOUNT, metavar="N", help="A market value of at least this.")
@click.option("--max-value", "most", type=AMOUNT, metavar="N", help="And of at most this.")
@click.option(
    "--high-equity",
    "equity",
    type=click.FloatRange(-1000, 100),
    metavar="PERCENT",
    help="Of whose market value at least so many percent are not owed. Unknown where no lien data is.",
)
@_paged
@acts
async def records(
    run: Run,
    *,
    least: Decimal | None,
    most: Decimal | None,
    equity: float | None,
    county: str | None,
    limit: int,
    after: str | None,
) -> Result:
    """List appraisers' records: by market value, with high equity, or all years of all parcels.

    By value and equity each parcel is asked for once, by its newest roll year. Market, assessed and taxable
    value are three things, and only the first says what a parcel may fetch. Equity needs what is owed: where
    nobody says that it is unknown, never high, and the command says of how many.
    """
    from services.county.questions import PropertyRecordRepository

    if equity is not None and (least is not None or most is not None):
        raise UsageError("--high-equity is asked alone", next_step="leave out --min-value and --max-value")
    _refuse_exchanged(least, most, "--min-value", "--max-value")
    async with run.database(reading=True) as database:
        asked = PropertyRecordRepository(database)
        if equity is not None:
            high = await asked.get_high_equity_properties(equity, county=county, limit=limit, after=after)
            return await _shown(database, asked, high.page, after, unknown=high.unknown)
        if least is not None or most is not None:
            page = await asked.get_by_market_value_range(least, most, county=county, limit=limit, after=after)
        else:
            page = await asked.get_all(status="active", county=county, limit=limit, after=after)
        return await _shown(database, asked, page, after)


@click.command(epilog=example("county cases --open", "county cases --county orange-fl --json"))
@click.option("--open", "is_open", is_flag=True, help="Only cases that are open, the newest first.")
@_paged
@acts
async def cases(run: Run, *, is_open: bool, county: str | None, limit: int, after: str | None) -> Result:
    """List code enforcement cases: open ones, or all."""
    from services.county.questions import CodeViolationRepository

    async with run.database(reading=True) as database:
        asked = CodeViolationRepository(database)
        if is_open:
            page = await asked.get_open_cases(county=county, limit=limit, after=after)
        else:
            page = await asked.get_all(status="active", county=county, limit=limit, after=after)
        return await _shown(database, asked, page, after)


@click.command(epilog=example("county runs", "county runs --failed --json"))
@click.option("--failed", is_flag=True, help="Only loads of which nothing is live.")
@_paged
@acts
async def runs(run: Run, *, failed: bool, county: str | None, limit: int, after: str | None) -> Result:
    """List loads of county layers, the newest first, with what came of each."""
    from cli.views.county_questions import render_runs
    from services.county.questions import DataIngestionRunRepository, loaded_counties

    async with run.database(reading=True) as database:
        asked = DataIngestionRunRepository(database)
        find = asked.get_failed_runs if failed else asked.get_recent_runs
        page = await find(county=county, limit=limit, after=after)
        is_loaded = bool(page.runs) or bool(await loaded_counties(database))
    return render_runs(
        page, failed=failed, again=None if page.after is None else _again(page.after), is_loaded=is_loaded
    )


async def _shown(
    database: Database,
    asked: RecordRepository,
    page: Page,
    after: str | None,
    *,
    unknown: int | None = None,
) -> Result:
    """A page for people and programs; how many there are in all is counted with the first one."""
    from cli.views.county_questions import render_page
    from services.county.questions import loaded_counties

    total: int | None = None
    if after is None:
        total = len(page.records) if page.after is None else await asked.how_many(page, most=_COUNTED)
    is_loaded = bool(page.records) or bool(await loaded_counties(database))
    return render_page(
        asked.kind,
        page,
        total=total,
        counted_to=_COUNTED,
        again=None if page.after is None else _again(page.after),
        unknown=unknown,
        is_loaded=is_loaded,
    )


def _again(after: str) -> str:
    """The command that was typed, for the page behind a cursor."""
    context = click.get_current_context()
    words = context.command_path.split()[1:]
    for option in context.command.params:
        name = str(option.name)
        typed = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if not typed or name in {"after", "as_json", "debug"}:
            continue
        value = context.params[name]
        words.append(option.opts[0])
        if value is not True:
            form = {datetime: "%Y-%m-%d", float: "g"}.get(type(value), "")
            words.append(format(value, form))
    return shlex.join([*words, "--after", after])


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _refuse_exchanged(least: Decimal | None, most: Decimal | None, low: str, high: str) -> None:
    if least is not None and most is not None and least > most:
        raise UsageError(f"{low} is above {high}", next_step="exchange them")
