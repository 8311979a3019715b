"""`import`: from a listing file or feed to a session, and on to live; or a mapping proposed for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.files import is_stdout, opened, refuse_two_documents
from cli.options import show_option, source_option
from cli.progress import rows
from cli.render import Result, say
from cli.run import Run, example, runs
from cli.views.import_ import render_import, render_proposal
from cli.views.preview import preview_of
from cli.views.sync import source_created
from config.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from importers import ReadLimits
    from services.workflows.access import Access
    from services.workflows.suggest import Proposal


@click.command(
    "import",
    epilog=example(
        "import --suggest mine.csv",
        "import --file mine.csv --mapping mine.toml --source acme --dry-run",
        "import --file redfin_export.csv --complete",
        "import --file https://acme.example/feed.jsonl.gz --mapping acme.toml",
        "import --file reso:https://api.mls.example/odata/Property --source mls --complete",
    ),
)
@click.option(
    "--file",
    "file",
    metavar="F",
    help="A path, - for stdin, an http(s) url, a database's url, or a RESO Web API (reso:https://…/Property).",
)
@click.option("--suggest", metavar="F", help="Only propose a mapping for this file and write it for editing.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where --suggest writes; by default F.toml here."
)
@source_option
@click.option("--mapping", metavar="M", help="A mapping file, or the name of a shipped one.")
@click.option(
    "--complete/--partial",
    default=False,
    help="Whether the file has every listing of its source: only then does absence count. "
    "Of a RESO Web API all keys are compared.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook, or the file in a zip.")
@click.option("--query", metavar="SQL", help="What to ask a database, instead of url#table.")
@click.option("--no-auto-sync", is_flag=True, help="Only stage: the session waits for sync.")
@click.option("--dry-run", is_flag=True, help="Stage and save the plan of the sync; apply nothing.")
@show_option
@click.option(
    "--allow-private", is_flag=True, help="Permit the host and port of the url on a private network."
)
@runs
async def import_(
    run: Run,
    *,
    file: str | None,
    suggest: str | None,
    out: Path | None,
    source: str | None,
    mapping: str | None,
    complete: bool,
    sheet: str | None,
    query: str | None,
    no_auto_sync: bool,
    dry_run: bool,
    show: int,
    allow_private: bool,
) -> Result | None:
    """Import a listing file or feed.

    CSV and its kin, JSON, JSON Lines, Excel and Parquet, also in gzip or zip; or a table of a PostgreSQL or
    SQLite database (postgresql://host/name#table). Format, encoding and delimiter are found out. A mapping
    says which column is which field; without one, a proposal is used if it is certain. What no column is
    mapped to stays in the raw row. Rows that cannot be read are set aside with their bytes.
    """
    if (file is None) == (suggest is None):
        raise click.UsageError("give either --file or --suggest")
    if suggest is not None:
        return await _suggest(run, suggest, out, sheet=sheet, query=query, allow_private=allow_private)
    if out is not None:
        raise click.UsageError("--out is where --suggest writes: give both, or neither")
    if no_auto_sync and dry_run:
        raise click.UsageError("--dry-run plans the sync that --no-auto-sync leaves out: give one of them")
    from services.pipeline import SyncOptions
    from services.workflows.import_ import ListingImporter

    async with run.database() as database:
        with rows(run) as (read, observer):
            importer = ListingImporter(
                database,
                access=_access(run, allow_private=allow_private),
                home=run.settings.home,
                options=SyncOptions(dry_run=dry_run),
                observer=observer,
                limits=_limits(run.settings),
            )
            imported = await importer.import_and_sync(
                file or "",
                source=source,
                mapping=mapping,
                complete=complete,
                sheet=sheet,
                query=query,
                auto_sync=not no_auto_sync,
                on_new_source=lambda new: say(source_created(new, dry_run=dry_run), err=run.as_json),
                on_progress=read,
            )
        previews = {
            one.session_id: await preview_of(database, one.sync, listings=show if dry_run else 0)
            for one in imported.sessions
        }
    return render_import(imported, previews)


async def _suggest(
    run: Run, where: str, out: Path | None, *, sheet: str | None, query: str | None, allow_private: bool
) -> Result | None:
    from services.workflows.suggest import suggest_mapping

    refuse_two_documents(out, as_json=run.as_json)
    proposal = await suggest_mapping(
        where,
        sheet=sheet,
        query=query,
        access=_access(run, allow_private=allow_private),
        limits=_limits(run.settings),
    )
    written = _written(proposal, out)
    return render_proposal(proposal, written, where) if out is None or not is_stdout(out) else None


def _access(run: Run, *, allow_private: bool) -> Access:
    from services.workflows.access import Access

    settings = run.settings
    return Access(
        settings.contact,
        allow_private=allow_private,
        reso_token=settings.reso_token,
        download_seconds=settings.download_seconds,
    )


def _limits(settings: Settings) -> ReadLimits:
    from importers import ReadLimits

    return ReadLimits(
        memory=settings.reader_mb << 20,
        reading=settings.reader_seconds,
        spool=settings.input_mb << 20,
        silence=settings.input_seconds,
    )


def _written(proposal: Proposal, out: Path | None) -> Path:
    """Write the mapping; one that is there may hold a person's edits and is not overwritten."""
    target = out or Path(f"{proposal.suggestion.mapping.name}.toml")
    try:
        with opened(target, replace=False) as file:
            file.write(proposal.text.encode())
    except FileExistsError as error:
        raise UsageError(
            f"{target} is there already and may have been edited",
            next_step="choose another file with --out, or remove it",
        ) from error
    return target
