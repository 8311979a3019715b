"""dbt snapshot with the check strategy: each change of a listing is a version of its row.

The rows land by the limit's COPY client in a logged table without key or index, raw included. dbt compares
and versions; the audit, field by field, is SQL of ours over the versions it closed and opened.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg

from benchmarks.copying import CLIENTS, Target
from benchmarks.listings import Row
from benchmarks.peers import Phases, Place
from benchmarks.peers.tables import COLUMN_TYPES, COLUMNS, NAMES, audit_versions, readers_columns

STAGED: Final = "peer.staging"
_VERSIONS: Final = "peer.listings"
# new_record says so in a column of its own, invalidate by closing the last version
LIVE: Final = f"""(
  select distinct on (property_id) property_id, price, title, amenities,
    case when dbt_valid_to is null and coalesce(to_jsonb(v) ->> 'dbt_is_deleted', 'False') = 'False'
      then 'active' else 'inactive' end as status
  from {_VERSIONS} v order by property_id, dbt_valid_from desc
)"""
_PROFILE: Final = "bench"


def prepare(place: Place) -> None:
    """Snapshot what is live, then add what readers need."""
    _write_project(place)
    with psycopg.connect(place.superuser, autocommit=True) as conn:
        conn.execute("create schema peer")
        conn.execute(f"create table {STAGED} ({COLUMN_TYPES}, raw json, address_normalized text)")
        conn.execute(f"insert into {STAGED} ({COLUMNS}) select {COLUMNS} from public.properties_live")
        conn.execute(f"analyze {STAGED}")
        _snapshot(place)
        conn.execute(f"truncate {STAGED}")
        for statement in readers_columns(_VERSIONS, current="where dbt_valid_to is null"):
            conn.execute(statement)
        conn.execute("vacuum analyze")


def run(place: Place, rows: list[Row]) -> Phases:
    """COPY, `dbt snapshot`, audit."""
    _write_project(place)
    began = time.perf_counter()
    CLIENTS[place.copy_client](place.superuser, rows, Target("peer", "staging"))
    landed = time.perf_counter()
    _snapshot(place)
    versioned = time.perf_counter()
    with psycopg.connect(place.superuser) as conn:
        deleted = "dbt_is_deleted = 'True'" if place.variant == "new_record" else None
        for statement in audit_versions(_VERSIONS, "dbt_valid_from", "dbt_valid_to", deleted):
            conn.execute(statement)
    return {
        "land": landed - began,
        "tool": versioned - landed,
        "added SQL": time.perf_counter() - versioned,
    }


def _write_project(place: Place) -> None:
    at = urlsplit(place.superuser)
    folder = place.own_folder
    (folder / "snapshots").mkdir(exist_ok=True)
    target = {
        "type": "postgres",
        "host": at.hostname,
        "port": at.port,
        "user": at.username,
        "password": at.password,
        "dbname": place.database,
        "schema": "peer",
        "threads": 2,
    }
    profile = {_PROFILE: {"target": "run", "outputs": {"run": target}}}
    (folder / "profiles.yml").write_text(json.dumps(profile))  # JSON is YAML
    (folder / "dbt_project.yml").write_text(f"name: bench\nversion: '1.0'\nprofile: {_PROFILE}\n")
    compared = [name for name in NAMES if name != "property_id"]
    (folder / "snapshots" / "listings.sql").write_text(
        "{% snapshot listings %}\n{{ config(target_schema='peer', unique_key='property_id', strategy='check',"
        f" check_cols={compared!r}, hard_deletes='{place.variant}') }}}}\n"
        f"select {COLUMNS} from {STAGED}\n{{% endsnapshot %}}\n"
    )


def _snapshot(place: Place) -> None:
    folder = str(place.own_folder)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            "snapshot",
            "--project-dir",
            folder,
            "--profiles-dir",
            folder,
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
    )
    if done.returncode:
        raise RuntimeError(f"dbt snapshot ended with {done.returncode}: {done.stdout[-1500:]}")
