"""What readers (anon, authenticated) see: every listing, and its contacts where its source permits it."""

from __future__ import annotations

import re
from typing import Any

import asyncpg
import pytest

from config.access import FUNCTIONS, callers
from config.listing import FIELDS
from tests.catalogue import ACME, Catalogue, homes

CONTACTS = {
    "agent_name": "Ana Planted",
    "agent_phone": "+525512345678",
    "agent_email": "planted@example.com",
    "agency_name": "Planted Homes",
    "message_url": "https://example.com/write/planted",
}
MARKS = ("lanted", "5512345678")
READERS = ["anon", "authenticated"]


async def fetch(conn: asyncpg.Connection, role: str, statement: str) -> list[asyncpg.Record]:
    """The rows that a role gets."""
    async with conn.transaction(readonly=True):
        await conn.execute(f"set local role {role}")
        return await conn.fetch(statement)


async def contacts(catalogue: Catalogue, role: str) -> list[dict[str, Any]]:
    """The contacts in the view `listings`, as a role sees them."""
    fields = ", ".join(CONTACTS)
    rows = await fetch(
        catalogue.superuser, role, f"select {fields} from public.listings order by property_id"
    )
    return [dict(row) for row in rows]


def test_the_contacts_are_the_fields_of_the_group_contact() -> None:
    assert {field.name for field in FIELDS if field.personal} == set(CONTACTS)


@pytest.mark.parametrize("role", READERS)
async def test_contacts_are_hidden_until_their_source_permits_them(catalogue: Catalogue, role: str) -> None:
    await catalogue.run(homes(1, **CONTACTS))
    nothing = dict.fromkeys(CONTACTS)

    assert await contacts(catalogue, role) == [nothing]
    await catalogue.register(public_contacts=True)
    assert await contacts(catalogue, role) == [CONTACTS]
    await catalogue.register(public_contacts=False)
    assert await contacts(catalogue, role) == [nothing]


async def test_one_source_permits_nothing_for_another(catalogue: Catalogue) -> None:
    other = await Catalogue(
        catalogue.database, catalogue.superuser, ACME.model_copy(update={"name": "other"})
    ).register()
    await catalogue.run(homes(1, **CONTACTS))
    await other.run(homes(1, **CONTACTS))

    await other.register(public_contacts=True)

    rows = await fetch(catalogue.superuser, "anon", "select source, agent_name from public.listings")
    assert {row["source"]: row["agent_name"] for row in rows} == {"acme": None, "other": "Ana Planted"}


@pytest.mark.parametrize("role", ["service_role", "property_manager_owner"])
async def test_the_service_sees_contacts_whatever_the_source_says(catalogue: Catalogue, role: str) -> None:
    await catalogue.run(homes(1, **CONTACTS))
    assert await contacts(catalogue, role) == [CONTACTS]


@pytest.mark.parametrize("role", READERS)
async def test_a_reader_finds_a_hidden_contact_nowhere(catalogue: Catalogue, role: str) -> None:
    """Neither in a column of any table or view, nor in the statistics, nor by a function."""
    conn = catalogue.superuser
    await catalogue.run(homes(9, **CONTACTS))
    changed = await catalogue.run(homes(9, **{**CONTACTS, "agent_name": "Bea Planted"}), day=1)
    await catalogue.rollback(changed, day=2)
    await conn.execute("analyze; refresh materialized view public.property_stats")

    columns = await conn.fetch(
        "select format('%I.%I', n.nspname, c.relname) as place, a.attname as name from pg_attribute a"
        " join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped"
        " and (n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
        "   or c.relname in ('pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_stat_activity'))"
        " and has_schema_privilege($1, n.oid, 'usage')"
        " and has_column_privilege($1, c.oid, a.attnum, 'select')",
        role,
    )
    assert len(columns) > 80
    told = []
    for place, name in columns:
        rows = await fetch(conn, role, f'select "{name}"::text as text from {place}')
        if any(mark in (row["text"] or "") for row in rows for mark in MARKS):
            told.append(f"{place}.{name}")
    assert told == []

    functions = await conn.fetch(
        "select p.oid::regprocedure::text as name from pg_proc p"
        " where p.proowner = 'property_manager_owner'::regrole"
        " and has_function_privilege($1, p.oid, 'execute')",
        role,
    )
    names = {row["name"] for row in functions}
    assert {re.sub(r"\(.*", "", name) for name in names} <= {
        *(name.removeprefix("public.") for name in FUNCTIONS if role in callers(name)),
        "property_manager.last_seen",
        *(name for name in FUNCTIONS if name.startswith("api.staff_") and role == "authenticated"),
    }


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("field", CONTACTS)
async def test_readers_may_not_read_contacts_from_the_live_table(
    catalogue: Catalogue, role: str, field: str
) -> None:
    await catalogue.register(public_contacts=True)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(catalogue.superuser, role, f"select {field} from public.properties_live")


@pytest.mark.parametrize(
    "condition",
    [
        "agent_phone::bigint = 1",
        "agent_name::integer = 1",
        "agent_email::date < now()",
        "length(agent_name) = 11",
        "agent_phone like '+5255%'",
        "agent_name is not null",
        "l::text like '%lanted%'",
    ],
)
async def test_no_condition_tells_a_hidden_contact(catalogue: Catalogue, condition: str) -> None:
    """No row is chosen by it, and no error message repeats it."""
    await catalogue.run(homes(1, **CONTACTS))
    assert (
        await fetch(catalogue.superuser, "anon", f"select id from public.listings l where {condition}") == []
    )


async def test_a_query_without_contacts_reads_each_listing_once(catalogue: Catalogue) -> None:
    plan = await fetch(
        catalogue.superuser, "anon", "explain (costs off) select id, price, city from public.listings"
    )
    text = "\n".join(row[0] for row in plan)
    assert text.count(" on properties_live") == 1, text
