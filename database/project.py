"""Writes the schema as SQL for the tools of a Supabase project: its migrations folder, its SQL editor."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from config.errors import MigrationError, UsageError
from database import queries
from database.checkout import Checkout, checkout, listing_fields
from database.migrate import LOCK_TIMEOUT

SCHEMA: Final = "api"
"""What the HTTP API has to expose for the program to work over HTTPS."""

_QUERIES: Final = (
    "lock_migrations",
    "lock_code",
    "code_drops",
    "forget_code",
    "mark_code",
    "record_code",
    "reload_api",
    "withdraw_grants",
    "open_topics",
)
_QUOTE: Final = "$script$"
_NAME: Final = "property_manager"
_VERSION: Final = re.compile(r"(\d+)_.*\.sql")
_HEADER: Final = re.compile(r"^-- migrations:(?P<versions>[ \d]*)\n-- code: (?P<code>\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be added to a project's migrations; `name` is None where there is nothing to add."""

    folder: Path
    name: str | None
    text: str
    migrations: tuple[str, ...]
    exposed: bool
    """Whether the project's configuration exposes schema `api`."""

    @property
    def path(self) -> Path | None:
        return self.folder / self.name if self.name else None


def schema(
    wanted: Checkout | None = None, *, without: Iterable[str] = (), made: datetime | None = None
) -> str:
    """State and code as one statement, which does in a database what `migrate` does, as far as it is missing.

    It lacks the migrations `without`, which another file has. Code that was deployed after `made` stays; by
    default none does.
    """
    wanted, known = wanted or checkout(), frozenset(without)
    steps = [step for step in wanted.migrations if step.version not in known]
    filled = {
        "made_at": made.isoformat(timespec="seconds") if made else "infinity",
        "versions": " ".join(step.version for step in steps),
        "versions_listed": ",".join(step.version for step in wanted.migrations),
        "code_version": wanted.code_version,
        "lock_timeout": LOCK_TIMEOUT,
        "migrations": _rows(
            (step.version, step.name, step.script.sha256, step.script.text) for step in steps
        ),
        "code": _rows((script.path, script.text) for script in wanted.code),
        "sync_listing_fields": queries.text("sync_listing_fields").replace("$1", _literal(listing_fields())),
        **{name: queries.text(name) for name in _QUERIES},
    }
    template = files("sql").joinpath("project.sql").read_text(encoding="utf-8")
    return re.sub(rf"\{{({'|'.join(filled)})\}}", lambda mark: filled[mark[1]], template)


def export(folder: Path, wanted: Checkout | None = None, now: datetime | None = None) -> Export:
    """What the migrations of a project lack of this program's schema; `folder` is the project's.

    Raises UsageError for a folder that is not a project's, and MigrationError where the project has files of
    a newer program.
    """
    wanted, now = wanted or checkout(), now or datetime.now(UTC)
    home = _home(folder)
    migrations = home / "migrations"
    others = sorted(migrations.glob("*.sql")) if migrations.is_dir() else []
    exported, code = _exported(others)
    versions = [step.version for step in wanted.migrations]
    if newer := exported - set(versions):
        raise MigrationError(
            f"{migrations} has migration {max(newer)}, which this program does not have",
            next_step="update the program",
        )
    added = tuple(version for version in versions if version not in exported)
    exposed = SCHEMA in _exposed(home / "config.toml")
    if not added and code == wanted.code_version:
        return Export(migrations, None, "", (), exposed)
    name = f"{_next_version(others, now)}_{_NAME}.sql"
    return Export(migrations, name, schema(wanted, without=exported, made=now), added, exposed)


def _home(folder: Path) -> Path:
    """The folder with the project's config.toml."""
    for home in (folder / "supabase", folder, folder.parent):
        if (home / "config.toml").is_file() and home.name == "supabase":
            return home
    raise UsageError(
        f"{folder} is not the folder of a Supabase project: it has no supabase/config.toml",
        next_step=f"make it one (supabase init --workdir {folder}), or name the project's folder",
    )


def _exposed(configuration: Path) -> Sequence[str]:
    try:
        api = tomllib.loads(configuration.read_text(encoding="utf-8")).get("api", {})
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{configuration}: {error}", next_step="correct the file") from error
    schemas: Sequence[str] = api.get("schemas", ("public", "graphql_public"))
    return schemas


def _exported(others: Iterable[Path]) -> tuple[set[str], str | None]:
    """The migrations that earlier exports have, and the code of the last."""
    versions, code = set[str](), None
    for other in others:
        if other.name.endswith(f"_{_NAME}.sql") and (
            found := _HEADER.search(other.read_text(encoding="utf-8"))
        ):
            versions |= set(found["versions"].split())
            code = found["code"]
    return versions, code


def _next_version(others: Iterable[Path], now: datetime) -> int:
    """The moment as a version, or one after the last there is: a tool applies them in order."""
    taken = [int(found[1]) for other in others if (found := _VERSION.fullmatch(other.name))]
    return max([int(now.strftime("%Y%m%d%H%M%S")), *(version + 1 for version in taken)])


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    """Further rows of a VALUES list, numbered from 1, the last column of each a script."""
    return "".join(
        f",\n({nth}, {', '.join(_literal(cell) for cell in cells)}, {_quoted(script)})"
        for nth, (*cells, script) in enumerate(rows, 1)
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(script: str) -> str:
    if _QUOTE in script:
        raise MigrationError(f"a script contains {_QUOTE}", next_step="use another dollar quote in it")
    return f"{_QUOTE}{script}{_QUOTE}"
