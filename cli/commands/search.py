"""`search`: listings by place, price, type, status and text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.amounts import AMOUNT
from cli.files import format_of, is_stdout, opened, refuse_two_documents
from cli.options import only_source_option, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import counted
from cli.views.search import render_found
from config.errors import UsageError

if TYPE_CHECKING:
    from decimal import Decimal

    from database.handle import Database
    from services.export import Format
    from services.reports.search import Wanted


@click.command(
    epilog=example(
        "search --place Mérida --max-price 4.5m --type casa",
        'search --text "pool garden -auction" --source acme --json',
        "search --status active --bedrooms 3 --out three-bedrooms.csv",
    )
)
@click.option("--place", metavar="TEXT", help="Part of a city, state, area or address, or a postal code.")
@click.option("--min-price", type=AMOUNT, metavar="N", help="In the listing's own currency; 300k, 1.2m.")
@click.option("--max-price", type=AMOUNT, metavar="N", help="In the listing's own currency.")
@click.option("--currency", metavar="CODE", help="Only prices in this currency: USD, MXN.")
@click.option("--type", "kind", metavar="TEXT", help="Part of the property type: house, casa.")
@click.option("--operation", type=click.Choice(["sale", "rent"]), help="For sale or for rent.")
@click.option("--bedrooms", type=click.IntRange(0, 1000), metavar="N", help="At least so many bedrooms.")
@click.option("--min-area", type=AMOUNT, metavar="M2", help="At least so many m².")
@click.option(
    "--status", type=click.Choice(["active", "inactive", "removed"]), help="By default of any status."
)
@click.option("--text", metavar="TEXT", help='Words in title, description and place; "a phrase", or, -not.')
@only_source_option
@rows_option
@click.option(
    "--after", metavar="PLACE", help="Continue after this listing: source/id, the last one printed."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write all that are found to, as `export` does."
)
@runs
async def search(
    run: Run,
    *,
    place: str | None,
    min_price: Decimal | None,
    max_price: Decimal | None,
    currency: str | None,
    kind: str | None,
    operation: str | None,
    bedrooms: int | None,
    min_area: Decimal | None,
    status: str | None,
    text: str | None,
    source: str | None,
    limit: int,
    after: str | None,
    out: Path | None,
) -> Result | None:
    """Find listings by place, price, type, status and text.

    All conditions have to be met. Upper and lower case and accents do not matter. A table, --json with
    every page's listings, or a file with all their fields.
    """
    from services.reports.search import Wanted, search_listings

    refuse_two_documents(out, as_json=run.as_json)
    wanted = Wanted(
        source, status, place, kind, operation, currency, text, min_price, max_price, bedrooms, min_area
    )
    async with run.database(reading=True) as database:
        if out is not None:
            return await _written(database, wanted, out)
        found = await search_listings(database, wanted, after=_place(after), limit=limit + 1)
    return render_found(found, wanted, limit=limit)


async def _written(database: Database, wanted: Wanted, out: Path) -> Result | None:
    from services.export import export_listings
    from services.reports.search import require_wanted

    await require_wanted(database, wanted)
    form = cast("Format", format_of(out))
    with opened(out) as file:
        done = await export_listings(database, file, format=form, wanted=wanted.document())
    if is_stdout(out):
        return None
    document = {"rows": done.rows, "format": form, "file": str(out)}
    return Result(document, [f"Wrote {counted(done.rows, 'listing')} to {out}."])


def _place(after: str | None) -> tuple[str, str] | None:
    if after is None:
        return None
    source, slash, property_id = after.partition("/")
    if not slash:
        raise UsageError(
            f'--after "{after}" is not a listing', next_step="write it as it was printed: source/id"
        )
    return source, property_id
