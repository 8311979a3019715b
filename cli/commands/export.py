"""`export`: listings as CSV, JSON, JSON Lines or Parquet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import click

from cli.options import only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.summary import counted
from config.errors import PropertyManagerError, UsageError

if TYPE_CHECKING:
    from services.export import Format

FORMATS: Final = ("csv", "json", "jsonl", "parquet")


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
    "--status", type=click.Choice(["active", "inactive", "removed"]), help="Only listings that stand so."
)
@click.option(
    "--at",
    metavar="TIME",
    help="As the catalogue stood then: 2026-11-03T18:00:00Z, or a day, meaning its first moment in UTC.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; by default stdout.")
@runs
async def export(
    run: Run, *, named: str | None, source: str | None, status: str | None, at: str | None, out: Path | None
) -> Result | None:
    """Write listings to a file or stdout.

    All listing columns, with source, status, and when each listing was first and last seen. In CSV an empty
    cell is a null and JSON columns are JSON text. `import --mapping own` reads every format back.
    """
    from services.export import export_listings
    from services.staging.sources import require_source

    form = cast("Format", named or _format_of(out, as_json=run.as_json))
    moment = None if at is None else _moment(at)
    _refuse_unclear(form, out, as_json=run.as_json and named != "json")
    async with run.database() as database:
        await require_source(database, source)
        with _opened(out) as file:
            done = await export_listings(database, file, format=form, source=source, status=status, at=moment)
    said: list[object] = []
    if not done.rows:
        said.append(_why_empty(done.history_begins, moment))
    if out is None:
        for sentence in said:
            click.echo(sentence, err=True)
        return None
    document = {"rows": done.rows, "format": form, "file": str(out), "at": moment}
    return Result(document, [*said, f"Wrote {counted(done.rows, 'listing')} to {out}."])


def _format_of(out: Path | None, *, as_json: bool) -> str:
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    if ending in FORMATS:
        return ending
    return "jsonl" if ending == "ndjson" else "json" if as_json and out is None else "csv"


def _refuse_unclear(form: str, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        return
    if form == "parquet":
        raise UsageError("Parquet is no text for stdout", next_step="name a file: --out listings.parquet")
    if as_json and form != "json":
        raise UsageError(
            f"--json prints one JSON document, and stdout is where the {form} goes",
            next_step="name a file for the listings: --out FILE",
        )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f'--at "{text}" is no time', next_step="write it as 2026-11-03 or 2026-11-03T18:00:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _why_empty(begins: datetime | None, moment: datetime | None) -> str:
    if begins is None:
        return "There are no listings yet.    next: scrape --url URL, or import --file FILE"
    if moment is not None and moment < begins:
        first = begins.astimezone(UTC).isoformat(sep=" ", timespec="seconds")
        return f"Nothing was known at {moment.isoformat(sep=' ')}: the first change is of {first}."
    return "No listing stands so."


@contextmanager
def _opened(out: Path | None) -> Iterator[BinaryIO]:
    """The file to write: it appears whole, or not at all."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if out.exists() and not out.is_file():  # a device or pipe cannot be replaced
        with _refusing(out), out.open("wb") as device:
            yield device
        return
    part = out.with_name(f".{out.name}.part")
    try:
        with _refusing(out), part.open("wb") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _refusing(out: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PropertyManagerError(
            f"Writing {out}: {error.strerror or error}", next_step="choose another file with --out"
        ) from error
