"""Gives a plain Postgres the roles, schemas and extensions of a Supabase project, once, as its superuser."""

from __future__ import annotations

from importlib.resources import files

import asyncpg

from config.errors import UsageError
from database import queries
from database.errors import Address, while_connecting, while_working
from database.tls import ssl_mode

LOGIN = "property_manager"


async def bootstrap(
    dsn: str, *, database: str | None = None, login: str = LOGIN, password: str | None = None
) -> None:
    """Create `database` if it is missing, and roles, schemas and extensions in it; a repeat changes nothing.

    `dsn` is a superuser's; without `database` its own database is prepared. `login` is the role that the
    program logs in as, not a superuser; without `password` it keeps the one it has. Raises UsageError when
    the user of `dsn` is not a superuser.
    """
    if database is not None:
        conn = await _connect_superuser(dsn, None)
        try:
            if statement := await conn.fetchval(queries.text("database_to_create"), database):
                await conn.execute(statement)
        finally:
            await conn.close()
    conn = await _connect_superuser(dsn, database)
    try:
        with while_working(Address.of(dsn), conn):
            async with conn.transaction():
                await conn.execute(queries.text("bootstrap_login"), login, password or "")
                await conn.execute(script())
    finally:
        await conn.close()


def script() -> str:
    """The text of `sql/bootstrap.sql`."""
    return files("sql").joinpath("bootstrap.sql").read_text(encoding="utf-8")


async def _connect_superuser(dsn: str, database: str | None) -> asyncpg.Connection:
    with while_connecting(Address.of(dsn)):
        options = {} if database is None else {"database": database}
        conn = await asyncpg.connect(dsn, statement_cache_size=0, ssl=ssl_mode(dsn), **options)
    if not await conn.fetchval(queries.text("is_superuser")):
        await conn.close()
        raise UsageError(
            f"{Address.of(dsn).user} is not a superuser of this server: roles and extensions need one",
            next_step="use a superuser's URL (a Supabase project needs no bootstrap, only: db migrate)",
        )
    return conn
