"""`db`: prepare, migrate and look at the database, and start or stop the embedded one."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

import click

from cli.commands.db_postgis import postgis
from cli.commands.db_upkeep import maintain, stats
from cli.files import opened
from cli.program import command, next_line
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import Revealed
from config.errors import UsageError
from config.secrets import mask_url

if TYPE_CHECKING:
    from database.migrate import MigrationStatus

LOGIN = "property_manager"


@click.group(epilog=example("db status", "db stats", "db maintain"))
def db() -> None:
    """Prepare, migrate and look at the database."""


db.add_command(stats)
db.add_command(maintain)
db.add_command(postgis)


@db.command(epilog=example("db bootstrap --url postgresql://postgres@db.example.com/catalogue"))
@click.option("--url", metavar="URL", help="A superuser's URL; DATABASE_URL when not given.")
@click.option(
    "--database", "name", metavar="NAME", help="Database to make and prepare; the URL's by default."
)
@click.option(
    "--login", metavar="ROLE", default=LOGIN, show_default=True, help="Role the program logs in as."
)
@click.option(
    "--password-stdin", is_flag=True, help="Read that role's password from the first line of stdin."
)
@runs
async def bootstrap(run: Run, url: str | None, name: str | None, login: str, password_stdin: bool) -> Result:
    """Prepare a plain Postgres, once, as its superuser.

    Makes roles, schemas and extensions. A Supabase project has them already, and the embedded
    database prepares itself.
    """
    if url is None:
        _refuse_project(run, "a Supabase project has what bootstrap makes", f"run: {command('db migrate')}")
    from database.bootstrap import bootstrap as prepare
    from database.embedded import Embedded

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    if dsn := url or _database_url(run):
        await prepare(dsn, database=name, login=login, password=password)
    else:
        await Embedded(run.settings.home).ensure()
    step = f"{_as_login(dsn, name, login)}{command('db migrate')}" if dsn else command("db migrate")
    lines = ["The database is prepared.", Revealed(f"next: {step}")]
    if dsn:
        lines.insert(1, f"PASSWORD is that of the role {login}; keep the DATABASE_URL in .env.")
    return Result({"bootstrapped": True, "next": step}, lines, as_stored=True)


def _as_login(dsn: str, database: str | None, login: str) -> str:
    """The variable that makes the program log in as its own role; its password is left to the caller."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    url = parts._replace(
        netloc=f"{quote(login, safe='')}:PASSWORD@{host}",
        path=f"/{quote(database, safe='')}" if database else parts.path,
    )
    return f"DATABASE_URL={shlex.quote(urlunsplit(url))} "


@db.command(epilog=example("db migrate"))
@runs
async def migrate(run: Run) -> Result:
    """Bring the database to this program's version.

    Applies the migrations it lacks and replaces functions and views. Safe to repeat.
    """
    from database.migrate import migrate as bring_up_to_date

    async with run.database(check=False) as database, database.admin() as conn:
        report = await bring_up_to_date(conn)
    lines = [f"Applied {version}." for version in report.applied]
    lines += ["Replaced the functions and views."] if report.code_changed else []
    return Result(asdict(report), lines or ["Up to date: nothing to do."])


@db.command(epilog=example("db status", "db status --json"))
@runs
async def status(run: Run) -> Result:
    """Show where the database is and what it lacks."""
    from database.embedded import Embedded

    server = None if _database_url(run) or _is_project(run) else Embedded(run.settings.home).status()
    document: dict[str, Any] = {"mode": "embedded" if server else "https" if _is_project(run) else "direct"}
    if server:
        document |= asdict(server)
        if not server.running:
            return Result(
                document | {"migrations": None},
                ["The embedded database is not running; whatever needs it starts it."],
            )
    async with run.database(check=False) as database:
        deployed, address = await database.deployed(), database.place
    found, version = deployed.compared, deployed.server
    document |= {"address": address, "server_version": version, "current": found.current}
    document["migrations"] = asdict(found)
    return Result(document, [f"PostgreSQL {version} at {address} ({document['mode']}).", *_state(found)])


def _state(found: MigrationStatus) -> list[str]:
    if found.unknown:
        return [f"The database is newer than this program: it has migration {found.unknown[-1]}."]
    if found.current:
        return [f"Up to date: {len(found.applied)} migrations."]
    behind = f"{len(found.pending)} migrations" if found.pending else "functions and views"
    return [f"Behind by {behind}.", next_line("db migrate")]


@db.command(epilog=example("db schema > schema.sql"))
@runs
async def schema(run: Run) -> Result:
    """Print the schema as one SQL statement.

    For a SQL editor; afterwards the database is as after `db migrate`.
    """
    from database.project import schema as written_out

    text = written_out()
    return Result({"schema": text}, [Revealed(text)], as_stored=True)


@db.command("export", epilog=example("db export .", "supabase db push"))
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@runs
async def export_migration(run: Run, folder: Path) -> Result:
    """Add the schema to the migrations of a Supabase project.

    DIR is the project's folder. Writes one dated file to supabase/migrations with what the files there lack
    of this program's version; `supabase db push` and `supabase db reset` apply it, and `db migrate` finds
    nothing left to do. Again after an update of the program.
    """
    from database.project import SCHEMA, export

    made = export(folder)
    document = {"file": str(made.path) if made.path else None, "migrations": made.migrations}
    lines = [f"{made.folder} has all of it: nothing to add."]
    if made.path:
        made.folder.mkdir(exist_ok=True)
        with opened(made.path, replace=False) as file:
            file.write(made.text.encode())
        lines = [
            f"Wrote {made.path}: {len(made.migrations)} migrations, and the functions and views.",
            "next: supabase db push",
        ]
    if not made.exposed:
        lines.append(f'note: for work over HTTPS add "{SCHEMA}" to [api] schemas in supabase/config.toml.')
    return Result({**document, "exposed": made.exposed}, lines)


@db.command(epilog=example("db url --reveal"))
@click.option("--reveal", is_flag=True, help="Print the password of your own DATABASE_URL too.")
@runs
async def url(run: Run, reveal: bool) -> Result:
    """Print the database's URL; starts the embedded one."""
    _refuse_project(
        run,
        "SUPABASE_URL leads to an API, which does not say where the database is",
        "copy the connection string from the project's dashboard: Connect",
    )
    from database.embedded import Embedded

    own = _database_url(run)
    printed = (own if reveal else mask_url(own)) if own else await Embedded(run.settings.home).ensure()
    hidden = bool(own) and not reveal
    return Result(
        {"url": printed, "masked": hidden}, [printed if hidden else Revealed(printed)], as_stored=not hidden
    )


@db.command(epilog=example("db start"))
@runs
async def start(run: Run) -> Result:
    """Start the embedded database, unless it runs."""
    from database.embedded import Embedded

    embedded = Embedded(run.settings.home)
    await embedded.ensure()
    found = embedded.status()
    return Result(asdict(found), [f"The embedded database runs on 127.0.0.1:{found.port}."])


@db.command(epilog=example("db stop"))
@runs
async def stop(run: Run) -> Result:
    """Stop the embedded database, if it runs."""
    from database.embedded import Embedded

    stopped = await Embedded(run.settings.home).stop()
    line = "Stopped the embedded database." if stopped else "The embedded database was not running."
    return Result({"stopped": stopped}, [line])


def _database_url(run: Run) -> str | None:
    secret = run.settings.database_url
    return secret.get_secret_value() if secret else None


def _is_project(run: Run) -> bool:
    """Whether the settings name a Supabase project over HTTPS."""
    return run.settings.database_url is None and run.settings.supabase_url is not None


def _refuse_project(run: Run, why: str, next_step: str) -> None:
    if _is_project(run):
        raise UsageError(why, next_step=next_step)
