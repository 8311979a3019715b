"""Every cell of every table, view and statistic of a database, searched for a text in any spelling."""

from __future__ import annotations

import re

import asyncpg

_TABLES = """
    select format('%I.%I', c.table_schema, c.table_name) as name, c.table_name,
        array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.columns c
    where c.table_schema in ('public', 'property_manager')
    group by c.table_schema, c.table_name
    union all
    select format('%I.%I', n.nspname, m.relname), m.relname,
        array_agg(a.attname::text order by a.attnum)
    from pg_class m join pg_namespace n on n.oid = m.relnamespace
    join pg_attribute a on a.attrelid = m.oid and a.attnum > 0 and not a.attisdropped
    where m.relkind = 'm' group by n.nspname, m.relname
"""


def spelled(text: str) -> str:
    """Letters and digits alone: what stays of a number or an address however it is written."""
    return re.sub(r"\\u[0-9a-f]{4}|\\[nrt]|[^a-z0-9@]", "", text.lower())


async def places_of(superuser: asyncpg.Connection, *texts: str) -> list[str]:
    """Where any of the texts can still be read: "table.column", and the planner's statistics."""
    found = set()
    wanted = {spelled(text) for text in texts}
    for table in await _filled_tables(superuser):
        columns = ", ".join(f'"{column}"::text' for column in table["columns"])
        for row in await superuser.fetch(f"select {columns} from {table['name']}"):
            for column, text in zip(table["columns"], row.values(), strict=True):
                shown = text and spelled(text + (_bytes(text) if text.startswith("\\x") else ""))
                if shown and any(text in shown for text in wanted):
                    found.add(f"{table['table_name']}.{column}")
    for row in await superuser.fetch(
        "select tablename, attname, most_common_vals::text as common, histogram_bounds::text as bounds"
        " from pg_stats where schemaname in ('public', 'property_manager')"
    ):
        shown = f"{row['common']} {row['bounds']}"
        if any(text in spelled(shown) for text in wanted):
            found.add(f"statistics of {row['tablename']}.{row['attname']}")
    return sorted(found)


async def _filled_tables(superuser: asyncpg.Connection) -> list[asyncpg.Record]:
    """The tables with a row, found by one statement: most are empty in most tests."""
    tables = await superuser.fetch(_TABLES)
    asked = [f"select {at} where exists (select from {table['name']})" for at, table in enumerate(tables)]
    return [tables[row[0]] for row in await superuser.fetch(" union all ".join(asked))]


def _bytes(shown: str) -> str:
    try:
        return bytes.fromhex(shown[2:]).decode("latin-1")
    except ValueError:
        return ""
