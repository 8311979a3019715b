"""`export`: listings as CSV, JSON, JSON Lines or Parquet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.files import FORMATS, format_of, is_stdout, opened
from cli.options import only_source_option, raw_option
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.text import counted
from cli.times import TIME_FORMAT, parse_time
from cli.views.as_of import no_listings
from config.errors import UsageError
from config.text import format_time

if TYPE_CHECKING:
    from services.export import Format


@click.command(
    epilog=example(
        "export --source acme > acme.csv",
        "export --out listings.parquet",
        "export --format jsonl --status active --at 2026-11-03T18:00:00Z",
    )
)
@click.option("--format", "named", type=click.Choice(FORMATS), help="By default as --out ends, else csv.")
@only_source_option
@click.option(
    "--status", type=click.Choice(["active", "inactive", "removed"]), help="Only listings of this status."
)
@click.option(
    "--at",
    metavar="TIME",
    help=f"As the catalogue stood then: {TIME_FORMAT}.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write, replaced whole; by default (and for -) stdout.",
)
@raw_option
@runs
async def export(
    run: Run,
    *,
    named: str | None,
    source: str | None,
    status: str | None,
    at: str | None,
    out: Path | None,
    raw: bool,
) -> Result | None:
    """Write listings to a file or stdout.

    All listing columns, with source, status, and when each listing was first and last seen. In CSV an empty
    cell is a null and JSON columns are JSON text; a text that a spreadsheet would run as a formula has an
    apostrophe before it. `import --mapping own` reads every format back, without that apostrophe.
    """
    from services.export import export_listings
    from services.history.as_of import require_past

    if is_stdout(out):
        out = None
    as_json = run.as_json and out is None
    form = cast("Format", named or format_of(out, otherwise="json" if as_json else "csv"))
    then = None if at is None else parse_time(at)
    _refuse_unclear(form, out, as_json=run.as_json and named != "json")
    async with run.database(reading=True) as database:
        if then is not None:
            await require_past(database, then)
        with opened(out) as file:
            done = await export_listings(
                database, file, format=form, source=source, status=status, at=then, raw=raw
            )
    lines: list[str] = []
    if not done.rows:
        lines += _why_empty(done.history_begins, then)
    if out is None:
        for sentence in lines:
            say(sentence, err=True)
        return None
    document = {"rows": done.rows, "format": form, "file": str(out), "at": then}
    return Result(document, [*lines, f"Wrote {counted(done.rows, 'listing')} to {out}."])


def _refuse_unclear(form: str, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        return
    if form == "parquet":
        raise UsageError(
            "Parquet cannot be written to stdout", next_step="name a file: --out listings.parquet"
        )
    if as_json and form != "json":
        raise UsageError(
            f"--json prints one JSON document, and stdout is where the {form} goes",
            next_step="name a file for the listings: --out FILE",
        )


def _why_empty(begins: datetime | None, then: datetime | None) -> list[str]:
    if begins is None:
        return no_listings()
    if then is not None and then < begins:
        return [f"Nothing was known at {format_time(then)}: the first change is of {format_time(begins)}."]
    return ["No listing matches."]
