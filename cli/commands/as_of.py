"""`as-of`: the catalogue, or one listing, as it stood at a moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.files import format_of, is_stdout, opened, refuse_two_documents
from cli.options import only_source_option, raw_option, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import counted
from cli.times import TIME_FORMAT, parse_time
from cli.views.as_of import render_listing_then, render_listings_then
from config.errors import UsageError
from config.text import format_time

if TYPE_CHECKING:
    from database.handle import Database
    from services.export import Format


@click.command(
    name="as-of",
    epilog=example(
        "as-of --at 2026-11-03 --source acme",
        "as-of --at 2026-11-03T18:00:00-06:00 --source acme --property-id A-17",
        "as-of --at 2026-11-03 --out november.parquet",
    ),
)
@click.option("--at", required=True, metavar="TIME", help=f"The moment: {TIME_FORMAT}.")
@only_source_option
@click.option("--property-id", metavar="ID", help="One listing of that source, with all its fields.")
@rows_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write all of it to: csv, or json, jsonl or parquet as its name ends.",
)
@raw_option
@runs
async def as_of(
    run: Run, *, at: str, source: str | None, property_id: str | None, limit: int, out: Path | None, raw: bool
) -> Result | None:
    """Show what was known at a moment.

    It is computed from the audit, so it is exact: every change committed until then, none after it.
    History that `cleanup --compact-days` has folded is refused by name (exit code 3).
    """
    from services.history import as_of as history

    then = parse_time(at)
    if property_id is not None and source is None:
        raise UsageError(
            "--property-id needs --source: an id is unique within its source only",
            next_step="add --source NAME",
        )
    if property_id is not None and out is not None:
        raise UsageError("--out is for many listings", next_step="leave out --property-id, or use --json")
    refuse_two_documents(out, as_json=run.as_json)
    async with run.database(reading=True) as database:
        if source is not None and property_id is not None:
            one = await history.listing_at(database, then, source, property_id)
            return render_listing_then(one)
        if out is not None:
            await history.require_past(database, then)
            return await _written(database, then, source, out, raw=raw)
        found = await history.listings_at(database, then, source=source, limit=limit)
    return render_listings_then(found)


async def _written(
    database: Database, then: datetime, source: str | None, out: Path, *, raw: bool
) -> Result | None:
    from services.export import export_listings

    form = cast("Format", format_of(out))
    with opened(out) as file:
        done = await export_listings(database, file, format=form, source=source, at=then, raw=raw)
    if is_stdout(out):
        return None
    document = {"at": then, "source": source, "total": done.rows, "file": str(out), "format": form}
    return Result(document, [f"Wrote {counted(done.rows, 'listing')} as of {format_time(then)} to {out}."])
