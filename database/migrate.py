"""Migrates a database to the state and code of this checkout, and reports how far it is.

State is the migrations, applied once, in order. Code is every other function and view: a deploy
drops what the last one created and creates it anew, in one transaction, never with `cascade`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import asyncpg

from config.errors import MigrationError
from database import queries
from database.checkout import Checkout, Script, checkout, listing_fields
from database.retrying import retry

T = TypeVar("T")

LOCK_TIMEOUT: Final = "4s"
"""How long a deploy may make others wait for it before it gives up its locks and tries again."""

ATTEMPTS: Final = 5
SEARCH_BATCH: Final = 1_000
"""Listings whose search vectors are made anew in one transaction: a second's work, and no longer a lock."""

ROLES: Final = "20261121000000"
"""The first migration, which creates the owner of all others and the ledger."""

_RUN_MIGRATE: Final = "run: property-manager db migrate"
_IN_THE_WAY: Final = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
_OLDEST: Final = 15
_CODE_KINDS: Final = frozenset({"function", "procedure", "aggregate", "view", "materialized view", "type"})


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a call of `migrate` did."""

    applied: tuple[str, ...]
    code_changed: bool


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """A database compared with this checkout."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    code_current: bool

    @property
    def current(self) -> bool:
        return self.code_current and not self.pending and not self.unknown


async def migrate(
    conn: asyncpg.Connection, wanted: Checkout | None = None, *, lock_timeout: str = LOCK_TIMEOUT
) -> MigrationReport:
    """Apply what is missing, as the login role; a current database stays as it is.

    Raises MigrationError when a migration or the code fails, and when others keep a lock: each of the
    attempts waits for `lock_timeout`.
    """
    wanted = wanted or checkout()
    await _require_server(conn)
    applied: list[str] = []

    async def apply_pending() -> None:
        while (version := await _apply_next(conn, wanted, lock_timeout)) is not None:
            applied.append(version)

    try:
        await _step_back(apply_pending)
        code_changed = await _step_back(partial(_deploy, conn, wanted, lock_timeout))
        while await _step_back(partial(_rebuild_search, conn)):
            pass
        await _step_back(partial(_withdraw_grants, conn, lock_timeout))
        await _step_back(partial(_open_topics, conn, lock_timeout))
    except _IN_THE_WAY as error:
        raise MigrationError(
            "another session held a lock that the migration needs,"
            f" {ATTEMPTS} times for longer than {lock_timeout}",
            next_step="wait for long transactions to end, or end them, then run: property-manager db migrate",
        ) from error
    return MigrationReport(tuple(applied), code_changed)


async def _step_back(act: Callable[[], Awaitable[T]]) -> T:
    """Act; while a lock is in the way, let those who hold it finish and act again."""
    return await retry(act, on=_IN_THE_WAY, attempts=ATTEMPTS, longest_wait=4)


async def _require_server(conn: asyncpg.Connection) -> None:
    if (major := conn.get_server_version().major) < _OLDEST:
        raise MigrationError(
            f"the server is PostgreSQL {major}", next_step=f"use PostgreSQL {_OLDEST} or newer"
        )
    missing = [row["wanted"] for row in await conn.fetch(queries.text("missing_roles"))]
    if missing:
        raise MigrationError(
            f"the server has no role {', '.join(missing)}",
            next_step="run once, with a superuser's URL: property-manager db bootstrap",
        )


async def _apply_next(conn: asyncpg.Connection, wanted: Checkout, lock_timeout: str) -> str | None:
    """Apply the first pending migration, if any, in a transaction of its own."""
    async with conn.transaction():
        await conn.execute(queries.text("resolve_names"))
        await conn.execute(queries.text("lock_migrations"))
        await conn.execute(queries.text("limit_locks"), lock_timeout)
        ledger = await _ledger(conn)
        _refuse_rewritten(ledger, wanted)
        migration = next((step for step in wanted.migrations if step.version not in ledger), None)
        if migration is None:
            return None
        if migration.version != ROLES:
            await conn.execute(queries.text("act_as_owner"))
        await _run(conn, migration.script)
        await conn.execute(queries.text("act_as_owner"))
        await conn.execute(
            queries.text("record_migration"), migration.version, migration.name, migration.script.sha256
        )
        await conn.execute(queries.text("reload_api"))
        return migration.version


async def _ledger(conn: asyncpg.Connection) -> dict[str, asyncpg.Record]:
    if not await conn.fetchval(queries.text("table_exists"), "property_manager.migrations"):
        return {}
    return {row["version"]: row for row in await conn.fetch(queries.text("ledger"))}


def _refuse_rewritten(ledger: dict[str, asyncpg.Record], wanted: Checkout) -> None:
    known = {migration.version: migration for migration in wanted.migrations}
    for version, row in ledger.items():
        name = f"{version}_{row['name']}"
        if version not in known:
            raise MigrationError(
                f"migration {name} was applied to this database, but this program does not have it",
                next_step="use the version of the program that has it, or a newer one",
            )
        if known[version].script.sha256 != row["sha256"]:
            raise MigrationError(
                f"migration {name} has been edited since it was applied on {row['applied_at']:%Y-%m-%d}",
                next_step="put its text back and write the change as a new migration",
            )


async def _deploy(conn: asyncpg.Connection, wanted: Checkout, lock_timeout: str) -> bool:
    """Replace the code; returns False when it is current."""
    async with conn.transaction():
        await conn.execute(queries.text("resolve_names"))
        await conn.execute(queries.text("lock_migrations"))
        await conn.execute(queries.text("limit_locks"), lock_timeout)
        await conn.execute(queries.text("act_as_owner"))
        deployed = await conn.fetchrow(queries.text("deployed"))
        if deployed["code_version"] == wanted.code_version:
            return False
        await conn.execute(queries.text("lock_code"))
        await _drop_code(conn)
        if await conn.fetchval(queries.text("table_exists"), "property_manager.listing_fields"):
            await conn.execute(queries.text("sync_listing_fields"), listing_fields())
        for script in wanted.code:
            await _create_code(conn, script)
        await conn.execute(queries.text("record_code_version"), wanted.code_version)
        await conn.execute(queries.text("reload_api"))
        return True


async def _rebuild_search(conn: asyncpg.Connection) -> bool:
    """Make the search vectors of the next listings anew where a migration asked for it; False at the end."""
    async with conn.transaction():
        await conn.execute(queries.text("resolve_names"))
        await conn.execute(queries.text("act_as_owner"))
        if not await conn.fetchval(queries.text("table_exists"), "property_manager.search_rebuild"):
            return False
        return bool(await conn.fetchval(queries.text("rebuild_search"), SEARCH_BATCH))


async def _withdraw_grants(conn: asyncpg.Connection, lock_timeout: str) -> None:
    """Take back what every role may do in a new database, as far as the login role can."""
    async with conn.transaction():
        await conn.execute(queries.text("resolve_names"))
        await conn.execute(queries.text("lock_migrations"))
        await conn.execute(queries.text("limit_locks"), lock_timeout)
        await conn.execute(queries.text("withdraw_grants"))


async def _open_topics(conn: asyncpg.Connection, lock_timeout: str) -> None:
    """Let readers hear of changes by Realtime, where there is one.

    In a transaction of its own: in a Supabase project a policy made by `postgres` locks the tables of its
    other services too, until the end.
    """
    async with conn.transaction():
        await conn.execute(queries.text("resolve_names"))
        await conn.execute(queries.text("limit_locks"), lock_timeout)
        await conn.execute(queries.text("open_topics"))


async def _create_code(conn: asyncpg.Connection, script: Script) -> None:
    await conn.execute(queries.text("mark_code"))
    await _run(conn, script)
    await conn.execute(queries.text("act_as_owner"))
    for made in await conn.fetch(queries.text("record_code"), script.path):
        if made["kind"] not in _CODE_KINDS:
            raise MigrationError(
                f"{script.path} makes {made['kind']} {made['identity']}, which the next deploy would drop",
                next_step="make it in a migration",
            )


async def _drop_code(conn: asyncpg.Connection) -> None:
    for drop in await conn.fetch(queries.text("code_drops")):
        try:
            await conn.execute(drop["statement"])
        except asyncpg.DependentObjectsStillExistError as error:
            raise MigrationError(
                f"cannot replace {drop['identity']}: {_one_line(error.detail)}",
                next_step="drop what depends on it (keep its definition), migrate, and make it again",
            ) from error
    await conn.execute(queries.text("forget_code"))


async def _run(conn: asyncpg.Connection, script: Script) -> None:
    try:
        await conn.execute(script.text)
    except _IN_THE_WAY:
        raise
    except asyncpg.PostgresError as error:
        raise MigrationError(_failure(script, error), next_step=error.hint) from error


def _failure(script: Script, error: asyncpg.PostgresError) -> str:
    place = script.path
    if error.position is not None:
        place += f", line {script.text.count(chr(10), 0, int(error.position)) + 1} of the expanded text"
    parts = [f"{place}: {error}", _one_line(error.detail), _one_line(error.context)]
    return "; ".join(part for part in parts if part)


def _one_line(text: str | None) -> str:
    return " · ".join((text or "").splitlines())


async def status(conn: asyncpg.Connection, wanted: Checkout | None = None) -> MigrationStatus:
    """The status of the database; reads only."""
    wanted = wanted or checkout()
    if not await conn.fetchval(queries.text("table_exists"), "property_manager.migrations"):
        return compare(wanted, (), None)
    deployed = await conn.fetchrow(queries.text("deployed"))
    return compare(wanted, deployed["migrations"], deployed["code_version"])


def compare(wanted: Checkout, applied: Sequence[str], code_version: str | None) -> MigrationStatus:
    """The status of a database that has these migrations and this code; None where it has none."""
    versions = [migration.version for migration in wanted.migrations]
    return MigrationStatus(
        applied=tuple(applied),
        pending=tuple(version for version in versions if version not in applied),
        unknown=tuple(version for version in applied if version not in versions),
        code_current=code_version == wanted.code_version,
    )


def require_current(found: MigrationStatus) -> None:
    """Raise MigrationError for a database of another version."""
    if found.unknown:
        raise MigrationError(
            f"the database is newer than this program (it has migration {found.unknown[-1]})",
            next_step="update the program",
        )
    if not found.applied:
        raise MigrationError("the database has no tables of Property Manager yet", next_step=_RUN_MIGRATE)
    if found.pending:
        raise MigrationError(
            f"the database lacks migration {', '.join(found.pending)}", next_step=_RUN_MIGRATE
        )
    if not found.code_current:
        raise MigrationError("the database runs another version of the code", next_step=_RUN_MIGRATE)
