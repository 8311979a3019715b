"""What the peers' tables share with ours, and the SQL that a user of their tools must add for the audit."""

# ruff: noqa: E501 - SQL as the pipeline writes it

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.ours import PORTAL
from config.listing import FIELDS, Role
from database.template import expand

CONTENT: Final = tuple(field for field in FIELDS if field.role is not Role.PROVENANCE)
NAMES: Final = tuple(field.name for field in CONTENT)
COLUMNS: Final = ", ".join(NAMES)
COLUMN_TYPES: Final = ", ".join(f"{field.name} {field.sql}" for field in CONTENT)

_DOCUMENT: Final = f"""to_tsvector('{PORTAL.language}'::regconfig, left(coalesce(title, '') || ' ' || coalesce(neighborhood, '')
  || ' ' || coalesce(city, '') || ' ' || coalesce(description, ''), 200000))"""


def readers_columns(table: str, *, status: bool = True, current: str = "") -> Iterator[str]:
    """The statements that give a peer's table what readers of ours have: a search vector and the same indexes.

    `current` narrows the unique index on a table that keeps old versions too.
    """
    name = table.rpartition(".")[2]
    yield f"alter table {table} add search_vector tsvector generated always as ({_DOCUMENT}) stored"
    yield f"alter table {table} add last_updated_at timestamptz default now()"
    if status:
        yield f"alter table {table} add status text not null default 'active'"
        yield f"create index {name}_status_ix on {table} (status)"
    yield f"create unique index {name}_id_ix on {table} (property_id) {current}"
    yield f"create index {name}_city_ix on {table} using hash (city)"
    yield f"create index {name}_price_ix on {table} (price)"
    yield f"create index {name}_updated_ix on {table} (last_updated_at)"
    yield f"create index {name}_search_ix on {table} using gin (search_vector)"
    yield f"create index {name}_amenities_ix on {table} using gin (amenities jsonb_path_ops)"


AUDIT: Final = (
    "insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type, field_name,"
    " old_value, new_value, confidence_score, change_reason, significant, actor)"
)


def audit_created(rows: str) -> str:
    """An image of each of `rows`, aliased n."""
    image = expand("jsonb_strip_nulls(to_jsonb((select image from (select 'active'::text as status, n.property_id,"
                   ' /*each compared ", "*/n.{name}/*end*/) image)))')  # fmt: skip
    return (
        f"{AUDIT} select 2, md5(n.property_id)::uuid, '{PORTAL.name}', n.property_id, 'created', null,"
        f" null, {image}, 0.9, 'first seen', true, 'peer' {rows}"
    )


def audit_updated(pairs: str) -> str:
    """Each field that differs in `pairs`, aliased o and n."""
    fields = expand(
        "/*each compared \" union all \"*/select '{name}', to_jsonb(o.{name}), to_jsonb(n.{name})"
        " where o.{name} is distinct from n.{name}/*end*/"
    )
    return (
        f"{AUDIT} select 2, md5(n.property_id)::uuid, '{PORTAL.name}', n.property_id, 'updated', f.name,"
        f" f.old, f.new, 0.9, 'changed', true, 'peer' {pairs} cross join lateral ({fields}) f (name, old, new)"
    )


def audit_gone(rows: str) -> str:
    """The status of each of `rows`, aliased g."""
    return (
        f"{AUDIT} select 2, md5(g.property_id)::uuid, '{PORTAL.name}', g.property_id, 'updated', 'status',"
        f" '\"active\"', '\"inactive\"', 0.9, 'not shown', true, 'peer' {rows}"
    )


def audit_versions(table: str, opened: str, closed: str, deleted: str | None = None) -> Iterator[str]:
    """The last run's audit out of a table of versions; `deleted` is true of versions that say a row is gone."""
    last = f"(select max({opened}) from {table})"
    no = "not exists (select from {} where {}.property_id = {}.property_id)"
    there = f"not coalesce(n.{deleted}, false)" if deleted else "true"
    yield "set local work_mem = '128MB'; set local jit = off"
    yield f"create temp table was on commit drop as select * from {table} where {closed} = {last}"
    yield (
        f"create temp table became on commit drop as"
        f" select * from {table} where {opened} = {last} and {closed} is null"
    )
    yield "analyze was; analyze became"
    yield audit_created(f"from became n where {no.format('was o', 'o', 'n')}")
    yield audit_updated(f"from was o join became n on n.property_id = o.property_id and {there}")
    if deleted:
        yield audit_gone(f"from became g where g.{deleted}")
    else:
        yield audit_gone(f"from was g where {no.format('became n', 'n', 'g')}")


def audit_triggers(table: str) -> Iterator[str]:
    """Statement triggers that write the audit of a table which its tool keeps up to date in place."""
    gone = "from o join n using (property_id) where o.status = 'active' and n.status = 'inactive'"
    bodies = {
        "insert": ("new table as n", [audit_created("from n")]),
        "update": (
            "old table as o new table as n",
            [
                audit_updated("from o join n on n.property_id = o.property_id"),
                audit_gone(f"from (select property_id {gone}) g"),
            ],
        ),
    }
    for event, (tables, statements) in bodies.items():
        yield (
            f"create function peer.audit_{event}() returns trigger language plpgsql set work_mem = '128MB' as $$"
            f" begin {'; '.join(statements)}; return null; end $$"
        )
        yield (
            f"create trigger audit_{event} after {event} on {table} referencing {tables}"
            f" for each statement execute function peer.audit_{event}()"
        )
