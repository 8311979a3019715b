"""dlt merge from Python dicts: `upsert`, skipping unchanged rows, or `scd2`, a version for each change.

Raw travels as a text column, for dlt has no landing place but the table's own. Upsert keeps no history and
retires nothing: the audit comes from statement triggers of ours on its table, the missing rows from an
UPDATE. For scd2 the audit is SQL of ours over the versions it closed and opened.
"""

# ruff: noqa: E501 - SQL and tables as they are written

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

os.environ.update(
    RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="ERROR"
)  # it reads them when imported

import dlt
import orjson
import psycopg

from benchmarks.listings import Row
from benchmarks.peers import Phases, Place
from benchmarks.peers.tables import (
    COLUMNS,
    CONTENT,
    audit_triggers,
    audit_versions,
    readers_columns,
)
from benchmarks.scrapes import kept

STAGED: Final = "peer_staging.listings"
_TABLE: Final = "peer.listings"
# of an upserted table the status it was given, of versions whether the last one is open
LIVE: Final = f"""(
  select distinct on (property_id) property_id, price, title, amenities,
    coalesce(v ->> 'status', case when v ->> '_dlt_valid_to' is null then 'active' else 'inactive' end) as status
  from {_TABLE} t, to_jsonb(t) v order by property_id, v ->> '_dlt_valid_from' desc
)"""
_FIRST_ROWS: Final = 10_000
_CHUNK_ROWS: Final = 10_000


def prepare(place: Place) -> None:
    """Load what is live, then add what readers need."""
    shutil.rmtree(place.own_folder / "pipelines", ignore_errors=True)
    versions = place.variant == "scd2"
    rows = kept(place.first_scrape)
    _load(place, rows if versions else islice(rows, _FIRST_ROWS))
    with psycopg.connect(place.superuser, autocommit=True) as conn:
        if not versions:
            _fill_up(conn)
        current = "where _dlt_valid_to is null" if versions else ""
        for statement in readers_columns(_TABLE, status=not versions, current=current):
            conn.execute(statement)
        if not versions:
            for statement in audit_triggers(_TABLE):
                conn.execute(statement)
        conn.execute("vacuum analyze")


def _fill_up(conn: psycopg.Connection[Any]) -> None:
    """The rest by SQL: where nothing is hashed, it is what dlt would have loaded, sooner."""
    conn.execute(
        f"insert into {_TABLE} ({COLUMNS}, raw, _dlt_load_id, _dlt_id)"
        f" select {', '.join(f'l.{field.name}' for field in CONTENT)}, s.raw::text, '0', l.id::text"
        " from public.properties_live l join public.property_scrapes_staging s using (property_id)"
        f" where not exists (select from {_TABLE} t where t.property_id = l.property_id)"
    )


def run(place: Place, rows: list[Row]) -> Phases:
    """One pipeline run, which lands and merges; then what it does not do."""
    began = time.perf_counter()
    _load(place, rows)
    loaded = time.perf_counter()
    with psycopg.connect(place.superuser) as conn:
        if place.variant == "scd2":
            for statement in audit_versions(_TABLE, "_dlt_valid_from", "_dlt_valid_to"):
                conn.execute(statement)
        else:
            conn.execute(
                f"update {_TABLE} t set status = 'inactive', last_updated_at = now() where status = 'active'"
                f" and not exists (select from {STAGED} s where s.property_id = t.property_id)"
            )
    return {"land and tool": loaded - began, "added SQL": time.perf_counter() - loaded}


def _load(place: Place, rows: Iterable[Row]) -> None:
    disposition: dict[str, Any] = {"disposition": "merge", "strategy": place.variant}
    if place.variant == "upsert":
        disposition["skip_unchanged_rows"] = True

    @dlt.resource(  # type: ignore[untyped-decorator, unused-ignore] # dlt is in .venv-bench alone
        name="listings",
        primary_key="property_id",
        write_disposition=disposition,
        max_table_nesting=0,
        columns={
            "raw": {"data_type": "text"},
            **{
                field.name: {**_hint(field.sql), "nullable": field.name != "property_id"} for field in CONTENT
            },
        },
    )
    def listings() -> Iterator[list[Row]]:
        waiting = iter(rows)
        while chunk := list(islice(waiting, _CHUNK_ROWS)):
            yield [row | {"raw": orjson.dumps(row, default=str).decode()} for row in chunk]

    pipeline = dlt.pipeline(
        "bench",
        destination=dlt.destinations.postgres(credentials=place.superuser),
        dataset_name="peer",
        pipelines_dir=str(place.own_folder / "pipelines"),
    )
    pipeline.run(listings(), loader_file_format="csv")


def _hint(sql: str) -> dict[str, Any]:
    """A Postgres type as dlt names it."""
    if sql.startswith("numeric"):
        precision, scale = sql.removeprefix("numeric(").removesuffix(")").split(",")
        return {"data_type": "decimal", "precision": int(precision), "scale": int(scale)}
    names = {"integer": "bigint", "boolean": "bool", "jsonb": "json"}
    return {"data_type": names.get(sql, sql)}
