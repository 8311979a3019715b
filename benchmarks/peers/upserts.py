"""A script over a client library: rows in JSON bodies of 500, compared in the client, upserted by the server.

What PostgREST runs for such a client, sent without HTTP, which is its best case: staging and live by one
`insert … select from jsonb_to_recordset` a body, live read in pages of 1,000 beforehand so that the script
knows what to write into the audit. `of every row` upserts all it has seen, as a script does that keeps
last_seen_at; `of changed rows` only what its comparison has found.
"""

# ruff: noqa: E501 - SQL and tables as they are written

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any, Final

import asyncpg

from benchmarks.listings import Row
from benchmarks.ours import PORTAL
from benchmarks.peers import Phases, Place
from benchmarks.peers.tables import AUDIT, COLUMN_TYPES, COLUMNS, NAMES, readers_columns

STAGED: Final = "peer.staging"
LIVE: Final = "peer.listings"
_BODY_ROWS: Final = 500
_PAGE_ROWS: Final = 1_000

_FROM_BODY: Final = f"from jsonb_to_recordset($1::jsonb) as x ({COLUMN_TYPES}, raw json)"
_STAGE: Final = f"insert into {STAGED} ({COLUMNS}, raw) select {COLUMNS}, raw {_FROM_BODY}"
_UPSERT: Final = (
    f"insert into {LIVE} ({COLUMNS}) select {COLUMNS} {_FROM_BODY} on conflict (property_id) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in NAMES if name != "property_id")
    + ", status = 'active', last_seen_at = now(), last_updated_at = now()"
)
_PAGE: Final = (
    f"select coalesce(json_agg(page), '[]') from (select id, {COLUMNS} from {LIVE} where id > $1"
    f" order by id limit {_PAGE_ROWS}) page"
)
_RETIRE: Final = f"update {LIVE} set status = 'inactive', last_updated_at = now() where property_id = any($1)"
_WRITE_AUDIT: Final = f"""{AUDIT}
  select 2, md5(property_id)::uuid, '{PORTAL.name}', property_id, change_type, field_name, old_value, new_value,
    0.9, 'compared', true, 'peer'
  from jsonb_to_recordset($1::jsonb)
    as x (property_id text, change_type text, field_name text, old_value jsonb, new_value jsonb)
"""


def prepare(place: Place) -> None:
    """A table like live, holding what is live."""
    asyncio.run(_prepare(place))


async def _prepare(place: Place) -> None:
    conn = await asyncpg.connect(place.superuser)
    try:
        await conn.execute("create schema peer")
        await conn.execute(f"create table {STAGED} ({COLUMN_TYPES}, raw json)")
        await conn.execute(
            f"create table {LIVE} (id bigint generated always as identity primary key, {COLUMN_TYPES},"
            " last_seen_at timestamptz not null default now())"
        )
        await conn.execute(f"insert into {LIVE} ({COLUMNS}) select {COLUMNS} from public.properties_live")
        for statement in readers_columns(LIVE):
            await conn.execute(statement)
        await conn.execute("vacuum analyze")
    finally:
        await conn.close()


def run(place: Place, rows: list[Row]) -> Phases:
    """Land, read live, upsert, retire, audit."""
    return asyncio.run(_run(place, rows))


async def _run(place: Place, rows: list[Row]) -> Phases:
    every_row = place.variant == "of every row"
    conn = await asyncpg.connect(place.superuser)
    try:
        clock = [time.perf_counter()]
        for body in _bodies(rows):
            await conn.execute(_STAGE, _json([row | {"raw": row} for row in body]))
        clock.append(time.perf_counter())
        live = await _read_live(conn)
        clock.append(time.perf_counter())
        audit: list[Row] = []
        for body in _bodies(rows):
            changed = [row for row in body if _compare(row, live.pop(row["property_id"], None), audit)]
            if upserted := body if every_row else changed:
                await conn.execute(_UPSERT, _json(upserted))
        for gone in _bodies(list(live)):
            await conn.execute(_RETIRE, gone)
        audit += [_change(name, "status", "active", "inactive") for name in live]
        clock.append(time.perf_counter())
        for changes in _bodies(audit):
            await conn.execute(_WRITE_AUDIT, _json(changes))
        clock.append(time.perf_counter())
    finally:
        await conn.close()
    laps = [later - earlier for earlier, later in pairwise(clock)]
    return dict(zip(("land", "read live", "upsert", "audit"), laps, strict=True))


async def _read_live(conn: asyncpg.Connection) -> dict[str, Row]:
    live: dict[str, Row] = {}
    last = 0
    while page := json.loads(await conn.fetchval(_PAGE, last), parse_float=Decimal):
        last = page[-1]["id"]
        live |= {row["property_id"]: row for row in page}
    return live


def _compare(row: Row, known: Row | None, audit: list[Row]) -> bool:
    """Whether the row differs from what is live; what differs goes into the audit."""
    if known is None:
        image = {name: row[name] for name in NAMES if row.get(name) is not None}
        audit.append({"property_id": row["property_id"], "change_type": "created", "new_value": image})
        return True
    differ = [name for name in NAMES if _plain(row.get(name)) != known[name]]
    audit += [_change(row["property_id"], name, known[name], row.get(name)) for name in differ]
    return bool(differ)


def _change(property_id: str, field: str, old: object, new: object) -> Row:
    return {
        "property_id": property_id,
        "change_type": "updated",
        "field_name": field,
        "old_value": old,
        "new_value": new,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _bodies(items: Sequence[Any]) -> Iterator[list[Any]]:
    waiting = iter(items)
    while body := list(islice(waiting, _BODY_ROWS)):
        yield body


def _json(body: object) -> str:
    return json.dumps(body, default=lambda value: float(value) if isinstance(value, Decimal) else str(value))
