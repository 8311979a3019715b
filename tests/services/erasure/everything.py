"""Every cell of every table, view and statistic of a database, searched for a text in any spelling."""

from __future__ import annotations

import re

import asyncpg

_TABLES = """
    select c.oid::regclass::text as name, c.relname as table_name,
        array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where case c.relkind
        when 'v' then n.nspname in ('public', 'county', 'property_manager')
        when 'r' then n.nspname in ('public', 'county', 'property_manager') and pg_relation_size(c.oid) > 0
        else c.relkind = 'm' and pg_relation_size(c.oid) > 0
      end
    group by c.oid, c.relname
"""
"""All that have rows, or may have, as views: most tables are empty in most tests."""


def spelled(text: str) -> str:
    """Letters and digits alone: what stays of a number or an address however it is written."""
    return re.sub(r"\\u[0-9a-f]{4}|\\[nrt]|[^a-z0-9@]", "", text.lower())


async def places_of(superuser: asyncpg.Connection, *texts: str) -> list[str]:
    """Where any of the texts can still be read: "table.column", and the planner's statistics."""
    found = set()
    wanted = {spelled(text) for text in texts}
    for table in await superuser.fetch(_TABLES):
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


def _bytes(shown: str) -> str:
    try:
        return bytes.fromhex(shown[2:]).decode("latin-1")
    except ValueError:
        return ""
