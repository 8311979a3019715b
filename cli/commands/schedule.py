"""`schedule`: which commands run at which times, and how they went."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from cli.program import next_line
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import Lines
from cli.views.schedule import render_jobs
from config.errors import UsageError

if TYPE_CHECKING:
    from database.handle import Database
    from services.schedule.files import Place, Scheduler
    from services.schedule.install import Usual
    from services.schedule.jobs import Job, RunBy


@click.group(
    epilog=example(
        "schedule install",
        'schedule install --cron "0 6 * * *" scrape --url https://example.com/homes-for-sale --source acme',
        "schedule list",
        "schedule remove scrape-acme",
    )
)
def schedule() -> None:
    """Say which commands run at which times; see how they went."""


@schedule.command(
    context_settings={"allow_interspersed_args": False},
    epilog=example(
        "schedule install",
        'schedule install --cron "0 6 * * *" scrape --url https://example.com/homes-for-sale --source acme',
        'schedule install --cron "30 5 * * MON-FRI" import --file feed.csv --mapping acme.toml --source acme',
        'schedule install --name nightly --cron "17 3 * * *" cleanup --days 30',
        'schedule install --cron "40 * * * *" duplicates find',
        "schedule install --county orange-fl",
        "schedule install --print systemd --out .",
    ),
)
@click.option(
    "--cron", metavar="TIMES", help="Minute, hour, day, month and weekday, in UTC or after CRON_TZ=ZONE."
)
@click.option("--name", metavar="NAME", help="Name of the job; by default its command and source.")
@click.option(
    "--by",
    type=click.Choice(["worker", "pg_cron"]),
    help="Who runs it; by default pg_cron where it is there and the database can do it.",
)
@click.option(
    "--after-sessions/--only-at-times",
    "after_session",
    default=None,
    help="Whether it also runs when a session has ended; sync-pending does so by default.",
)
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.IntRange(1, 7 * 86_400),
    metavar="SECONDS",
    help="How long a run may take; six hours by default.",
)
@click.option(
    "--call",
    metavar="URL",
    help="Instead of a command: let pg_cron POST to this url, such as one that starts a workflow.",
)
@click.option("--vault", metavar="NAME", help="The secret of Vault that --call sends as its bearer token.")
@click.option("--body", metavar="JSON", default="{}", show_default=True, help="What --call sends.")
@click.option(
    "--county",
    metavar="NAME|FILE",
    help="Instead of a command: load this county at night, link, score and check what was loaded.",
)
@click.option(
    "--print",
    "scheduler",
    type=click.Choice(["systemd", "cron", "github"]),
    help="Install nothing; print the files that let a host start workers for the jobs there are.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where --print writes them; by default stdout.",
)
@click.argument("words", nargs=-1, metavar="[COMMAND [OPTIONS]...]", type=click.UNPROCESSED)
@runs
async def install(
    run: Run,
    *,
    cron: str | None,
    name: str | None,
    by: RunBy | None,
    after_session: bool | None,
    timeout_seconds: int | None,
    call: str | None,
    vault: str | None,
    body: str,
    county: str | None,
    scheduler: Scheduler | None,
    out: Path | None,
    words: tuple[str, ...],
) -> Result:
    """Let a command run at times.

    The command is one of this program, with its options, as it is typed. Without one, the usual three are
    installed: sync-pending, cleanup and refresh-views; alerts send, where a channel for alerts is set; and a
    scrape of each source whose description has a schedule. With --county: its layers at 02:00, or by their
    own schedule; county match and leads score each hour; county check-data and quality-checks on Mondays.
    Times are in UTC; those of a source or county, in its time_zone. Install again under the same name to
    change a job. Where pg_cron is there it runs what the database can do; a worker runs the rest: always on,
    or started by the host (--print).
    """
    own = bool(cron or name or timeout_seconds or after_session is not None)
    if scheduler is not None:
        if words or call or county or own or by:
            raise click.UsageError("--print installs nothing: give it alone, or with --out")
        return await _print(run, scheduler, out)
    if out is not None:
        raise click.UsageError("--out is where --print writes: give both, or neither")
    if vault is not None and call is None:
        raise click.UsageError("--vault is the token of --call: give both, or neither")
    if sum((bool(words), call is not None, county is not None)) > 1:
        raise click.UsageError("give one of --call, --county and a COMMAND")
    if own and not (words or call):
        raise click.UsageError("--cron, --name, --timeout and --after-sessions need a COMMAND after them")
    if (words or call) and cron is None:
        raise click.UsageError('give --cron "TIMES" before the command')
    from services.schedule.install import chosen
    from services.schedule.install import install as put
    from services.schedule.jobs import named_command

    made = _call(call, cron or "", vault, body) if call else _job(words, cron or "") if words else None
    async with run.database() as database:
        if made is not None:
            run_by = by or await chosen(database, named_command(made.command))
            installed = [replace(_with(made, name, after_session, timeout_seconds), run_by=run_by)]
        elif county is not None:
            installed = await _of_county(run, database, county, by)
        else:
            installed = await _usual(run, database, by)
        for job in installed:
            await put(database, job)
    return _installed(installed)


def _installed(jobs: Sequence[Job]) -> Result:
    """What is said of jobs that were installed."""
    lines: list[object] = [
        f"{job.name} runs at {job.times.words}{' and after sessions' if job.after_session else ''}, "
        f"by {'pg_cron' if job.run_by == 'pg_cron' else 'a worker'}."
        for job in jobs
    ]
    if any(job.run_by == "worker" for job in jobs):
        lines.append(next_line("worker, or let this host start it: schedule install --print systemd"))
    return Result({"installed": [_document(job) for job in jobs]}, lines)


@schedule.command(name="list", epilog=example("schedule list", "schedule list --json"))
@runs
async def list_(run: Run) -> Result:
    """List the jobs: when they run, how they went, and what is wrong."""
    from services.schedule import list_jobs, live_workers
    from services.schedule.pg_cron import faults

    async with run.database() as database:
        jobs = await list_jobs(database)
        return render_jobs(jobs, await live_workers(database), await faults(database, jobs))


@schedule.command(epilog=example("schedule remove scrape-acme", "schedule remove --all"))
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Remove every job.")
@runs
async def remove(run: Run, *, name: str | None, everything: bool) -> Result:
    """Remove a job, and the record of its runs. A run that is at work ends by itself."""
    from services.schedule import list_jobs
    from services.schedule.install import remove as take_out

    if (name is None) != everything:
        raise click.UsageError("name a job, or give --all")
    async with run.database() as database:
        names = [job.name for job in await list_jobs(database)] if everything else [name or ""]
        for each in names:
            await take_out(database, each)
    return Result({"removed": names}, [f"Removed {', '.join(names)}." if names else "There are no jobs."])


async def _print(run: Run, scheduler: Scheduler, out: Path | None) -> Result:
    """The files of a host's own scheduler, on stdout or in a folder."""
    from cli.files import opened
    from services.schedule import list_jobs
    from services.schedule.files import files

    async with run.database() as database:
        made = files(scheduler, await list_jobs(database), _place(), https=database.mode == "https")
    if out is None:
        return Result({"files": made}, [Lines("\n".join(_headed(made)))])
    for file, text in made.items():
        with opened(out / file) as written:
            written.write(text.encode())
    names = [str(out / file) for file in made]
    return Result({"written": names}, [f"Wrote {', '.join(names)}."])


def _headed(made: Mapping[str, str]) -> Iterator[str]:
    for file, text in made.items():
        yield from ([f"# {file}"] if len(made) > 1 else [])
        yield text


def _place() -> Place:
    """This program as a scheduler starts it, which has no PATH of ours, and the folder it is in now."""
    from services.schedule.files import Place

    started = Path(sys.argv[0]).absolute()
    script = (sys.executable,) if started.suffix == ".py" else ()
    return Place((*script, str(started)), Path.cwd())


async def _usual(run: Run, database: Database, by: RunBy | None) -> list[Job]:
    """The jobs of every installation, and of its sources; a worker runs what leaves the database."""
    from services.alerts import channels_of
    from services.schedule.install import ALERTS, USUAL
    from services.workflows.sources import scheduled_sources

    jobs = [
        _job(("scrape", "--source", each.name), each.schedule or "", each.time_zone)
        for each in await scheduled_sources(database, home=run.settings.home)
    ]
    jobs += [await _usual_job(database, usual, by) for usual in USUAL]
    if channels_of(run.settings):
        jobs.append(_job(ALERTS.words, ALERTS.by_worker))
    return jobs


async def _of_county(run: Run, database: Database, county: str, by: RunBy | None) -> list[Job]:
    """The jobs of a county; a worker loads its layers and tells what came of it."""
    from config.county.layout import load_county
    from services.alerts import channels_of
    from services.schedule.install import ALERTS, COUNTY, loads_of

    described = load_county(county, [run.settings.home / "counties"])
    jobs = [
        replace(_job(words, cron, described.time_zone), name=name)
        for name, words, cron in loads_of(described, county)
    ]
    jobs += [await _usual_job(database, usual, by) for usual in COUNTY]
    if channels_of(run.settings):
        jobs.append(_job(ALERTS.words, ALERTS.by_worker))
    return jobs


async def _usual_job(database: Database, usual: Usual, by: RunBy | None) -> Job:
    """A usual job, by whom it is best run, or by `by` where the database can do it."""
    from services.schedule.install import chosen
    from services.schedule.jobs import IN_DATABASE, named_command

    command = named_command(usual.words)
    run_by = by if by and command in IN_DATABASE else await chosen(database, command)
    return replace(
        _job(usual.words, usual.by_pg_cron if run_by == "pg_cron" else usual.by_worker), run_by=run_by
    )


def _with(job: Job, name: str | None, after_session: bool | None, timeout_seconds: int | None) -> Job:
    """A job with the options of install."""
    return replace(
        job,
        name=name or job.name,
        after_session=job.after_session if after_session is None else after_session,
        timeout_seconds=timeout_seconds or job.timeout_seconds,
    )


def _call(url: str, cron: str, vault: str | None, body: str) -> Job:
    """The job that calls a url."""
    from services.schedule.jobs import CALL, Job
    from services.schedule.times import Times

    try:
        sent = json.loads(body)
    except ValueError as error:
        raise click.UsageError(f"--body is not JSON: {error}") from error
    return Job(
        name=f"{CALL}-{_named(urlsplit(url).hostname or '')}",
        command=(CALL, url),
        times=Times.parse(cron),
        options={"body": sent, "vault": vault},
        run_by="pg_cron",
        timeout_seconds=60,
    )


def _job(words: Sequence[str], cron: str, zone: str | None = None) -> Job:
    """The job that the words of a command make; wrong ones are refused as when they are typed."""
    from services.schedule.jobs import SCHEDULED, Job, named_command
    from services.schedule.times import Times

    command = named_command(words)
    if command not in SCHEDULED:
        raise UsageError(
            f'"{command}" cannot be a job',
            next_step=f"give one of {', '.join(SCHEDULED)}, and the options of install before it",
        )
    options = _options(words)
    source = options.get("source")
    return Job(
        name="-".join([*command.split(), *([_named(str(source))] if source else [])]),
        command=tuple(words),
        times=Times.parse(cron, zone),
        options=options,
        after_session=words[0] == "sync-pending",
    )


def _options(words: Sequence[str]) -> dict[str, Any]:
    """The options of a command as click reads them. Raises click's errors for wrong ones."""
    from cli.app import property_manager

    with click.Context(property_manager, info_name="property-manager") as top:
        command, rest = property_manager.get_command(top, words[0]), list(words[1:])
        above = top
        if isinstance(command, click.Group):
            above = click.Context(command, info_name=words[0], parent=top)
            command = command.get_command(above, rest.pop(0))
        if command is None:
            raise UsageError(f'there is no command "{" ".join(words)}"')
        with command.make_context(command.name, rest, parent=above) as context:
            return {name: value for name, value in context.params.items() if _plain(value)}


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and value is not False


def _named(source: str) -> str:
    """A source's name as part of a job's."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in source.lower())


def _document(job: Job) -> dict[str, Any]:
    return {
        "name": job.name,
        "command": list(job.command),
        "cron": job.times.expression,
        "run_by": job.run_by,
        "after_session": job.after_session,
        "timeout_seconds": job.timeout_seconds,
    }
