"""The limit: the same rows, live and audit by the shortest way, with none of the pipeline's promises.

A COPY client that reads no cell, then hand-written set SQL: no fingerprints, no repeated ids, no rules, no
plan, no guard, no memory of what was seen. It lands into the pipeline's own staging table, keys and checks
included, and writes the pipeline's own live and audit tables with all their indexes.
"""

# ruff: noqa: E501 - SQL as the pipeline writes it

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from benchmarks.listings import Row
from benchmarks.ours import PORTAL
from benchmarks.server import Server
from config.listing import FIELDS
from database.template import expand

_CHUNK_ROWS: Final = 250
_CELLS: Final = tuple(
    field.name
    for field in FIELDS
    if field.name not in ("features", "amenities", "image_urls", "page_number", "scraped_at")
)
_COLUMNS: Final = (
    *("session_id", "row_no", "fingerprint", "fingerprint_version", "kept", "page_number", "scraped_at"),
    *("raw", "features", "amenities", "image_urls", *_CELLS),
)
_NOTHING_KEPT: Final = "\\x" + "00" * ((len(FIELDS) + 7) // 8)

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
_DOCUMENT: Final = "to_tsvector('{language}'::regconfig, left(concat_ws(' ', s.title, s.neighborhood, s.city, s.description), 200000))"
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
_CREATE: Final = f"""
  with made as (
    insert into public.properties_live as l (source, /*each all ", "*/{{name}}/*end*/, data_completeness_score, data_quality_score,
      search_vector, change_set_id)
    select '{{source}}', /*each all ", "*/s.{{name}}/*end*/, {_SCORE}, 0.6 + 0.4 * ({_SCORE}), {_DOCUMENT}, 2
    from diff d
    join public.property_scrapes_staging s on s.session_id = '{{session}}' and s.row_no = d.row_no
    where d.id is null
    returning *
  )
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id, change_type, new_value,
    confidence_score, change_reason, significant, actor)
  select 2, m.id, m.source, m.property_id, '{{session}}', 'created', jsonb_strip_nulls(to_jsonb((
      select image from (select m.status, m.property_id, /*each compared ", "*/m.{{name}}/*end*/) image))),
    0.9, 'first seen', true, 'limit'
  from made m;
"""
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


async def timed(server: Server, database: str, rows: Iterable[Row], at: datetime) -> tuple[float, float]:
    """Seconds to land, seconds to bring live and audit up to date."""
    async with server.connect(database) as conn:
        began = time.perf_counter()
        session = uuid4()
        await conn.copy_to_table(
            "property_scrapes_staging", schema_name="public", columns=_COLUMNS, format="text", null="",
            source=_encoded(rows, session, at),
        )  # fmt: skip
        landed = time.perf_counter()
        await _sync(conn, session)
        return landed - began, time.perf_counter() - landed


async def _encoded(rows: Iterable[Row], session: UUID, at: datetime) -> AsyncIterator[bytes]:
    dump = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=str).encode
    lines: list[str] = []
    fixed = (_NOTHING_KEPT, "1", str(at))
    for number, row in enumerate(rows, 1):
        get = row.get
        cells = (
            f"{session}\t{number}\t{number}\t1", *fixed, dump(row), dump(get("features")), dump(get("amenities")),
            dump(get("image_urls")), *["" if (cell := get(name)) is None else str(cell) for name in _CELLS],
        )  # fmt: skip
        lines.append("\t".join(cells).replace("\\", "\\\\").replace("\n", "\\n") + "\n")
        if len(lines) == _CHUNK_ROWS:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


async def _sync(conn: asyncpg.Connection, session: UUID) -> None:
    async with conn.transaction():
        for statement in (_SETTINGS, _DIFF, _AUDIT_UPDATED, _UPDATE, _CREATE, _RETIRE):
            text = expand(statement)
            for name, value in (
                ("session", str(session)),
                ("source", PORTAL.name),
                ("language", PORTAL.language),
            ):
                text = text.replace("{" + name + "}", value)
            await conn.execute(text)
