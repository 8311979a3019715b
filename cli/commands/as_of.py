"""`as-of`: the catalogue, or one listing, as it stood at a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.moment import WRITTEN, moment, spoken
from cli.options import only_source_option, rows_option
from cli.output import format_of, opened
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.views.sync import counted
from config.errors import UsageError

if TYPE_CHECKING:
    from database.direct import Database
    from services.export import Format
    from services.history.as_of import ListingsThen, ListingThen

_COLUMNS = ("source", "property_id", "status", "title", "price", "currency", "city")


@click.command(
    name="as-of",
    epilog=example(
        "as-of --at 2026-11-03 --source acme",
        "as-of --at 2026-11-03T18:00:00-06:00 --source acme --property-id A-17",
        "as-of --at 2026-11-03 --out november.parquet",
    ),
)
@click.option("--at", required=True, metavar="TIME", help=f"The moment: {WRITTEN}.")
@only_source_option
@click.option("--property-id", metavar="ID", help="One listing of that source, all it said then.")
@rows_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write all of it to: csv, or json, jsonl or parquet as its name ends.",
)
@runs
async def as_of(
    run: Run, *, at: str, source: str | None, property_id: str | None, limit: int, out: Path | None
) -> Result:
    """Show what was known at a moment.

    Told by the audit, so it is exact: every change committed until then, none after it. History that
    `cleanup --compact-days` has folded is refused by name (exit code 3).
    """
    from services.history import as_of as history
    from services.staging.sources import require_source

    then, now = moment(at), datetime.now(UTC)
    if property_id is not None and source is None:
        raise UsageError("an id means something within its source only", next_step="add --source NAME")
    if property_id is not None and out is not None:
        raise UsageError("--out is for many listings", next_step="leave out --property-id, or use --json")
    async with run.database() as database:
        await require_source(database, source)
        if source is not None and property_id is not None:
            one = await history.listing_at(database, then, source, property_id, now=now)
            return Result(one, list(_one_told(one)))
        if out is not None:
            history.refuse_the_future(then, now)
            return await _written(database, then, source, out)
        found = await history.listings_at(database, then, now=now, source=source, limit=limit)
    return Result(found, list(_told(found)))


async def _written(database: Database, then: datetime, source: str | None, out: Path) -> Result:
    from services.export import export_listings

    form = cast("Format", format_of(out))
    with opened(out) as file:
        done = await export_listings(database, file, format=form, source=source, at=then)
    document = {"at": then, "source": source, "total": done.rows, "file": str(out), "format": form}
    return Result(document, [f"Wrote {counted(done.rows, 'listing')} as of {spoken(then)} to {out}."])


def _told(found: ListingsThen) -> Iterator[object]:
    if found.total:
        rows = [[listing[name] for name in _COLUMNS] for listing in found.listings]
        shown = "" if len(rows) == found.total else f", the first {len(rows)}"
        yield table(
            _COLUMNS, rows, title=f"{counted(found.total, 'listing')} as of {spoken(found.at)}{shown}"
        )
    elif found.history_begins is None:
        yield "There are no listings yet.    next: scrape --url URL, or import --file FILE"
    else:
        first = spoken(found.history_begins)
        yield f"Nothing was known at {spoken(found.at)}: the first change is of {first}."


def _one_told(one: ListingThen) -> Iterator[object]:
    name = f"{one.source} {one.property_id}"
    if one.listing is None:
        yield f"{name} was not yet known at {spoken(one.at)}; first known at {spoken(one.first_known)}."
        return
    hidden = ("id", "source", "property_id")
    rows = [(field, _cell(value)) for field, value in one.listing.items() if field not in hidden]
    yield table(["field", "value"], rows, title=f"{name} as of {spoken(one.at)}")


def _cell(value: object) -> str:
    """A value whole: a coordinate keeps its digits, a text its end."""
    from services.history.told import shown

    match value:
        case str():
            return value
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return shown(value)
