"""Figures of ours alone: first load, nothing changed, a partial session, memory, growth."""

# ruff: noqa: E501 - SQL and tables as they are written

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any, Final

import asyncpg

from benchmarks import ours, verify
from benchmarks.listings import Portal
from benchmarks.peers import LIMIT
from benchmarks.results import ROOT
from benchmarks.scrapes import kept
from benchmarks.server import BASE
from benchmarks.stage import EMPTY, Stage, StepError, run_step, say
from database.direct import DirectDatabase

_SYNCS: Final = 20
_GROWTH_ROWS: Final = 100_000
_ONE_IN: Final = 100
_CHANGED_ONE_IN: Final = 20


async def first_load(stage: Stage) -> dict[str, Any]:
    """Ours (it made the base) beside INSERT … SELECT with the audit's images, into an empty catalogue."""
    database = "bench_first"
    await stage.server.copy(database, EMPTY)
    limit = await run_step("first", LIMIT, stage.place(database))
    async with stage.server.connect(database) as conn, stage.server.connect(BASE) as base:
        verify.same(await verify.catalogue(base), await verify.catalogue(conn))
    await stage.server.drop(database)
    mine = stage.first_load
    return {
        "ours": mine,
        "limit": limit,
        "sync_ratio": mine["phases"]["sync"] / limit["phases"]["sync"],
        "whole_ratio": sum(mine["phases"].values()) / sum(limit["phases"].values()),
    }


async def unchanged(stage: Stage) -> dict[str, Any]:
    """What a sync writes that finds nothing new: landing apart, staging read once, nothing else at work."""
    database = "bench_unchanged"
    await stage.server.copy(database, BASE)
    async with (
        await DirectDatabase.connect(stage.server.login_dsn(database)) as handle,
        stage.server.connect(database) as conn,
    ):
        session_id = await ours.land(handle, kept(stage.folder / "first"), ours.moment(2))
        await conn.fetchval("select count(raw::text) from public.property_scrapes_staging")
        position = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
        before = await conn.fetchval(position)
        began = time.perf_counter()
        metrics = await ours.sync(handle, session_id, ours.moment(2))
        seconds = time.perf_counter() - began
        written = int(await conn.fetchval(position) - before)
        verify.unchanged(metrics, stage.portal.size)
    await stage.server.drop(database)
    return {"seconds": seconds, "wal_mb": written / 1e6}


async def partial(stage: Stage) -> dict[str, Any]:
    """A hundredth of the portal, 5 % of it changed, as a partial session; beside the whole, in one process."""
    database = "bench_partial"
    await stage.server.copy(database, BASE)
    async with await DirectDatabase.connect(stage.server.login_dsn(database)) as handle:
        await handle.value("feed_position")  # the connection is made
        began = time.perf_counter()
        session_id = await ours.land(handle, kept(stage.folder / "second"), ours.moment(2))
        await ours.sync(handle, session_id, ours.moment(2))
        full = time.perf_counter() - began
        count = stage.portal.size // _ONE_IN
        rows = list(islice(kept(stage.folder / "second"), count))
        for row in rows[::_CHANGED_ONE_IN]:
            row["price"] += 1
        began = time.perf_counter()
        session_id = await ours.land(handle, rows, ours.moment(3), verdict="partial")
        landed = time.perf_counter()
        metrics = await ours.sync(handle, session_id, ours.moment(3))
        done = time.perf_counter()
        await handle.run("refresh_property_stats")
        refreshed = time.perf_counter()
    verify.partial(metrics, count)
    await stage.server.drop(database)
    return {
        "rows": count,
        "land": landed - began,
        "sync": done - landed,
        "whole": full,
        "share": (done - began) / full,
        "view_refresh": refreshed - done,
        "updated": metrics.updated_properties,
    }


async def memory(stage: Stage) -> dict[str, Any]:
    """The peak of a client that lands N and 3 N rows, made as it goes."""
    return {str(rows): await _client_mb(stage, rows) for rows in (stage.portal.size, 3 * stage.portal.size)}


async def _client_mb(stage: Stage, rows: int) -> float:
    database = "bench_memory"
    await stage.server.copy(database, EMPTY)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.client", stage.server.login_dsn(database), str(rows)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    out, _ = await child.communicate()
    if child.returncode:
        raise StepError(f"the client that lands {rows} rows ended with {child.returncode}")
    await stage.server.drop(database)
    return round(float(json.loads(out)["peak_mb"]), 1)


async def growth(stage: Stage) -> dict[str, Any]:
    """Live's size over 20 syncs that change 5 % of a portal which keeps its size; vacuum by autovacuum's rule."""
    database, portal = "bench_growth", Portal(min(stage.portal.size, _GROWTH_ROWS))
    await stage.server.copy(database, EMPTY)
    vacuums = 0
    async with (
        await DirectDatabase.connect(stage.server.login_dsn(database)) as handle,
        stage.server.connect(database) as conn,
    ):
        session_id = await ours.land(handle, portal.first_scrape(), ours.moment(1))
        await ours.sync(handle, session_id, ours.moment(1))
        await conn.execute("vacuum analyze public.properties_live")
        sizes = [await _live_mb(conn)]
        for number in range(1, _SYNCS + 1):
            say(f"  sync {number} of {_SYNCS}")
            at = ours.moment(1 + number)
            session_id = await ours.land(handle, portal.later_scrape(number), at)
            await ours.sync(handle, session_id, at)
            vacuums += await _vacuum_when_due(conn)
            sizes.append(await _live_mb(conn))
    await stage.server.drop(database)
    return {
        "rows": portal.size,
        "vacuums": vacuums,
        "before_mb": sizes[0],
        "after_mb": sizes[-1],
        "mb_per_sync": {part: round((sizes[-1][part] - sizes[0][part]) / _SYNCS, 2) for part in sizes[0]},
    }


async def _live_mb(conn: asyncpg.Connection) -> dict[str, float]:
    row = await conn.fetchrow(
        "select pg_table_size('public.properties_live') as heap, pg_indexes_size('public.properties_live') as index"
    )
    return {part: round(size / 1e6, 1) for part, size in row.items()}


async def _vacuum_when_due(conn: asyncpg.Connection) -> bool:
    await conn.execute("select pg_stat_force_next_flush()")
    due = await conn.fetchval(
        "select n_dead_tup > 50 + 0.2 * n_live_tup from pg_stat_user_tables where relname = 'properties_live'"
    )
    if due:
        await conn.execute("vacuum analyze public.properties_live")
    return bool(due)


FIGURES: Final[dict[str, Callable[[Stage], Awaitable[dict[str, Any]]]]] = {
    "first": first_load,
    "unchanged": unchanged,
    "partial": partial,
    "memory": memory,
    "growth": growth,
}
