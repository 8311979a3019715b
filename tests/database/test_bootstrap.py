"""Preparing a plain Postgres: Supabase's roles, once, by a superuser."""

from __future__ import annotations

import uuid

import asyncpg
import pytest

from config.errors import UsageError
from database.bootstrap import bootstrap
from tests.servers import Server

ROLES = """
  select rolname, rolcanlogin, rolinherit, rolbypassrls, rolsuper, rolcreaterole from pg_roles
  where rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'property_manager')
  order by rolname
"""


async def test_bootstrap_makes_supabases_roles_and_a_repeat_changes_nothing(
    server: Server, bare_name: str
) -> None:
    conn = await asyncpg.connect(server.superuser_dsn(bare_name))
    try:
        before = await conn.fetch(ROLES)
        await bootstrap(server.superuser_dsn(bare_name))
        assert await conn.fetch(ROLES) == before
        assert [tuple(row) for row in before] == [
            # name, login, inherit, bypass rls, superuser, create role
            ("anon", False, False, False, False, False),
            ("authenticated", False, False, False, False, False),
            ("authenticator", True, False, False, False, False),
            ("property_manager", True, True, False, False, True),
            ("service_role", False, False, True, False, False),
        ]
        assert await conn.fetchval(
            "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_trgm'"
        )
        assert not await conn.fetchval("select has_schema_privilege('anon', 'public', 'create')")
    finally:
        await conn.close()


async def test_the_database_and_the_login_are_made_when_they_are_missing(server: Server) -> None:
    name = f"test_{uuid.uuid4().hex}"
    password = 'it\'s "quoted"'
    try:
        await bootstrap(server.superuser, database=name, login=name, password=password)
        conn = await asyncpg.connect(server.superuser_dsn(name), user=name, password=password)
        assert (
            await conn.fetchval("select pg_get_userbyid(datdba) from pg_database where datname = $1", name)
            == name
        )
        await conn.execute("set role service_role")
        await conn.close()
    finally:
        await server.execute(f"drop database if exists {name}")
        await server.execute(f"drop role if exists {name}")


async def test_a_login_that_is_not_superuser_is_refused(server: Server, bare_name: str) -> None:
    with pytest.raises(UsageError, match="property_manager is not a superuser"):
        await bootstrap(server.login_dsn(bare_name))


async def test_only_those_with_business_in_the_database_may_enter_it(server: Server, bare_name: str) -> None:
    """A role that owns something in it, or was granted something, keeps its way in."""
    app, stranger = f"app_{uuid.uuid4().hex}", f"stranger_{uuid.uuid4().hex}"
    conn = await asyncpg.connect(server.superuser_dsn(bare_name))
    try:
        await conn.execute(f"create role {app} login; create role {stranger} login")
        await conn.execute(f"create schema theirs authorization {app}")
        await conn.execute(f"grant connect on database {bare_name} to public")

        await bootstrap(server.superuser_dsn(bare_name))

        enter = await conn.fetch(
            "select r from unnest($1::text[]) r"
            " where has_database_privilege(r, current_database(), 'connect')",
            ["public", app, stranger, "authenticator", "property_manager"],
        )
        assert [row["r"] for row in enter] == [app, "authenticator", "property_manager"]
    finally:
        await conn.execute(f"drop owned by {app}; drop role {app}, {stranger}")
        await conn.close()
