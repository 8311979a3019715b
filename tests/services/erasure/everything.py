"""Every cell of every table, view and statistic of a database, searched for a text in any spelling."""

from __future__ import annotations

import re

import asyncpg

_TABLES = """
    select c.table_schema, c.table_name, array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.columns c
    where c.table_schema in ('public', 'property_manager')
    group by 1, 2
    union all
    select n.nspname, m.relname, array_agg(a.attname::text order by a.attnum)
    from pg_class m join pg_namespace n on n.oid = m.relnamespace
    join pg_attribute a on a.attrelid = m.oid and a.attnum > 0 and not a.attisdropped
    where m.relkind = 'm' group by 1, 2
"""


def spelled(text: str) -> str:
    """Letters and digits alone: what stays of a number or an address however it is written."""
    return re.sub(r"\\u[0-9a-f]{4}|\\[nrt]|[^a-z0-9@]", "", text.lower())


async def places_of(superuser: asyncpg.Connection, *texts: str) -> list[str]:
    """Where any of the texts can still be read: "table.column", and the planner's statistics."""
    found = set()
    for table in await superuser.fetch(_TABLES):
        for column in table["columns"]:
            name = f'"{table["table_schema"]}"."{table["table_name"]}"'
            rows = await superuser.fetch(
                f'select "{column}"::text as text from {name} where "{column}" is not null'
            )
            for row in rows:
                shown = row["text"] + (_bytes(row["text"]) if row["text"].startswith("\\x") else "")
                if any(spelled(text) in spelled(shown) for text in texts):
                    found.add(f"{table['table_name']}.{column}")
    for row in await superuser.fetch(
        "select tablename, attname, most_common_vals::text as common, histogram_bounds::text as bounds"
        " from pg_stats where schemaname in ('public', 'property_manager')"
    ):
        shown = f"{row['common']} {row['bounds']}"
        if any(spelled(text) in spelled(shown) for text in texts):
            found.add(f"statistics of {row['tablename']}.{row['attname']}")
    return sorted(found)


def _bytes(shown: str) -> str:
    try:
        return bytes.fromhex(shown[2:]).decode("latin-1")
    except ValueError:
        return ""
