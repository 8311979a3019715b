"""What Python declares is the same in the database."""

from __future__ import annotations

import json
from dataclasses import fields

import asyncpg
import pytest

from config.county.kinds import HOUSEKEEPING, KINDS, Kind
from config.listing import FIELDS
from config.metrics import METRICS
from config.source import Source
from services.pipeline import Metrics


@pytest.mark.parametrize("name", ["acme", 'Señor "Ñ" & Söhne'])
async def test_default_facts_match_the_model(superuser: asyncpg.Connection, name: str) -> None:
    facts = json.loads(await superuser.fetchval("select property_manager.default_facts($1)", name))

    assert facts == Source(name=name).model_dump(mode="json")


@pytest.mark.parametrize("table", ["property_scrapes_staging", "properties_live"])
async def test_listing_columns_match_the_model(superuser: asyncpg.Connection, table: str) -> None:
    columns = await superuser.fetch(
        "select attname, format_type(atttypid, atttypmod) as type from pg_attribute"
        " where attrelid = $1::text::regclass and attnum > 0 and not attisdropped order by attnum",
        f"public.{table}",
    )
    declared = [(field.name, field.sql) for field in FIELDS]
    names = {field.name for field in FIELDS}
    found = [
        (row["attname"], row["type"].replace("timestamp with time zone", "timestamptz"))
        for row in columns
        if row["attname"] in names
    ]
    assert found == declared


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
async def test_the_table_of_a_kind_matches_its_declaration(superuser: asyncpg.Connection, kind: Kind) -> None:
    columns = await superuser.fetch(
        "select attname, format_type(atttypid, atttypmod) as type, attnotnull from pg_attribute"
        " where attrelid = $1::text::regclass and attnum > 0 and not attisdropped order by attnum",
        kind.table,
    )
    found = {
        row["attname"]: row["type"].replace("timestamp with time zone", "timestamptz") for row in columns
    }
    kept = {
        name: sql
        for name, sql, _ in HOUSEKEEPING
        if not (kind.name == "properties" and name == "property_id")
    }

    assert found == kept | {field.name: field.sql for field in kind.fields}
    # what a record must state is what staging requires of it
    required = {"state", "county_fips", *kind.key}
    assert {row["attname"] for row in columns if row["attnotnull"]} - kept.keys() == required


async def test_listing_fields_match_the_model(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch("select * from property_manager.listing_fields order by bit")

    assert [
        (row["name"], row["sql_type"], row["compare"], row["tolerance"], row["confidence"], row["weight"],
         row["monitored"], row["role"], row["description"])
        for row in rows
    ] == [
        (field.name, field.sql, field.compare, field.tolerance, field.confidence, field.weight,
         field.monitored, field.role, field.description)
        for field in FIELDS
    ]  # fmt: skip


def test_the_weights_of_completeness_sum_to_one() -> None:
    assert sum(field.weight for field in FIELDS) == 1


def test_metrics_match_their_declaration() -> None:
    assert tuple(field.name for field in fields(Metrics)) == METRICS
