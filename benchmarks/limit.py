"""The limit: the same rows, live and audit by the shortest way, with none of the pipeline's promises.

A COPY client that reads no cell, then hand-written set SQL: no fingerprints, no repeated ids, no rules, no
plan, no guard, no memory of what was seen. It lands into the pipeline's own staging table, keys and checks
included, and writes the pipeline's own live and audit tables with all their indexes.
"""

# ruff: noqa: E501 - SQL as the pipeline writes it

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from benchmarks.copying import CLIENTS, Target
from benchmarks.listings import Row
from benchmarks.ours import PORTAL, moment
from benchmarks.peers import Phases, Place
from config.listing import FIELDS
from database.template import expand

_SESSION: Final = UUID(int=2)
_NOTHING_KEPT: Final = bytes((len(FIELDS) + 7) // 8)

LIVE: Final = "public.properties_live"
STAGED: Final = f"(select * from public.property_scrapes_staging where session_id = '{_SESSION}')"

_SETTINGS: Final = """
  set local work_mem = '128MB'; set local jit = off; set local enable_nestloop = off; set local enable_mergejoin = off;
"""
_DIFF: Final = """
  create temp table diff on commit drop as
  select s.row_no, l.id, coalesce(s.property_id, l.property_id) as property_id
  from (select * from public.property_scrapes_staging where session_id = '{session}') s
  full join (select * from public.properties_live where source = '{source}') l on l.property_id = s.property_id
  where l.id is null or (s.row_no is null and l.status = 'active')
    or /*each compared " or "*/s.{name} is distinct from l.{name}/*end*/;
  analyze diff;
  set local enable_nestloop = on; set local enable_hashjoin = off; -- what differs is looked up by its keys
"""
_AUDIT_UPDATED: Final = """
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id, change_type, field_name,
    old_value, new_value, confidence_score, change_reason, significant, actor)
  select 2, l.id, l.source, l.property_id, s.session_id, 'updated', f.field_name, f.old_value, f.new_value, 0.9, 'changed', true, 'limit'
  from diff d
  join public.property_scrapes_staging s on s.session_id = '{session}' and s.row_no = d.row_no
  join public.properties_live l on l.id = d.id
  cross join lateral (
    /*each compared " union all "*/
    select '{name}', to_jsonb(l.{name}), to_jsonb(s.{name}) where s.{name} is distinct from l.{name}
    /*end*/
  ) f (field_name, old_value, new_value);
"""
_SCORE: Final = '/*each weighted " + "*/case when s.{name} is null then 0 else {weight} end/*end*/'
_DOCUMENT: Final = (
    "property_manager.search_words('{language}'::regconfig, left(concat_ws(' ', left(s.title, 10000),"
    " left(s.neighborhood, 1000), left(s.city, 1000), s.description), 40000))"
)
_UPDATE: Final = f"""
  update public.properties_live l
  set /*each compared ", "*/{{name}} = s.{{name}}/*end*/, page_number = s.page_number, scraped_at = s.scraped_at,
    data_completeness_score = {_SCORE}, data_quality_score = 0.6 + 0.4 * ({_SCORE}),
    search_vector = case when (s.title, s.neighborhood, s.city, s.description)
        is distinct from (l.title, l.neighborhood, l.city, l.description) then {_DOCUMENT} else l.search_vector end,
    change_set_id = 2, updated_at = now(), last_updated_at = now()
  from diff d
  join public.property_scrapes_staging s on s.session_id = '{{session}}' and s.row_no = d.row_no
  where l.id = d.id;
"""
_MAKE: Final = f"""
  with made as (
    insert into public.properties_live as l (source, /*each all ", "*/{{name}}/*end*/, data_completeness_score, data_quality_score,
      search_vector, change_set_id)
    select '{{source}}', /*each all ", "*/s.{{name}}/*end*/, {_SCORE}, 0.6 + 0.4 * ({_SCORE}), {_DOCUMENT}, 2
    from {{made_from}}
    returning *
  )
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id, change_type, new_value,
    confidence_score, change_reason, significant, actor)
  select 2, m.id, m.source, m.property_id, '{{session}}', 'created', jsonb_strip_nulls(to_jsonb((
      select image from (select m.status, m.property_id, /*each compared ", "*/m.{{name}}/*end*/) image))),
    0.9, 'first seen', true, 'limit'
  from made m;
"""
_CREATE: Final = _MAKE.replace(
    "{made_from}",
    "diff d join public.property_scrapes_staging s on s.session_id = '{session}' and s.row_no = d.row_no"
    " where d.id is null",
)
_FIRST_LOAD: Final = _MAKE.replace(
    "{made_from}", "public.property_scrapes_staging s where s.session_id = '{session}'"
)
_RETIRE: Final = """
  with missing as (
    update public.properties_live l set status = 'inactive', change_set_id = 2, updated_at = now(), last_updated_at = now()
    from diff d where d.id = l.id and d.row_no is null
    returning l.id, l.source, l.property_id
  )
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id, change_type, field_name,
    old_value, new_value, confidence_score, change_reason, significant, actor)
  select 2, id, source, property_id, '{session}', 'updated', 'status', '"active"', '"inactive"', 0.9, 'not shown', true, 'limit'
  from missing;
"""


def staging(at: datetime) -> Target:
    """The pipeline's own staging table; the row's number stands in for a fingerprint."""
    return Target(
        schema="public",
        table="property_scrapes_staging",
        fixed=(
            ("session_id", _SESSION),
            ("fingerprint_version", 1),
            ("kept", _NOTHING_KEPT),
            ("page_number", 1),
            ("scraped_at", at),
        ),
        numbered=("row_no", "fingerprint"),
    )


def prepare(place: Place) -> None:
    """The base is as the limit needs it."""


def run(place: Place, rows: list[Row]) -> Phases:
    """Land, and bring live and audit up to date in one transaction."""
    began = time.perf_counter()
    CLIENTS[place.copy_client](place.superuser, rows, staging(moment(2)))
    landed = time.perf_counter()
    asyncio.run(_execute(place.superuser, (_SETTINGS, _DIFF, _AUDIT_UPDATED, _UPDATE, _CREATE, _RETIRE)))
    return {"land": landed - began, "sync": time.perf_counter() - landed}


def first_load(place: Place, rows: list[Row]) -> Phases:
    """Land into an empty catalogue, INSERT … SELECT what was landed, and its images into the audit."""
    began = time.perf_counter()
    CLIENTS[place.copy_client](place.superuser, rows, staging(moment(1)))
    landed = time.perf_counter()
    asyncio.run(_execute(place.superuser, (_SETTINGS, _FIRST_LOAD)))
    return {"land": landed - began, "sync": time.perf_counter() - landed}


async def _execute(dsn: str, statements: tuple[str, ...]) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            for statement in statements:
                await conn.execute(_written_out(statement))
    finally:
        await conn.close()


def _written_out(statement: str) -> str:
    text = expand(statement)
    for name, value in (
        ("session", str(_SESSION)),
        ("source", PORTAL.name),
        ("language", PORTAL.language),
    ):
        text = text.replace("{" + name + "}", value)
    return text
