"""Whether a result is the right one, and whether two databases hold the same catalogue and the same audit."""

# ruff: noqa: E501 - SQL and tables as they are written

from __future__ import annotations

from typing import Any, Final

import asyncpg

from benchmarks.listings import Expected
from benchmarks.peers import Relations
from benchmarks.scrapes import Sums
from services.pipeline import Metrics

_COUNTS: Final = """
  with last as (
    select * from public.property_changes
    where change_set_id = (select max(change_set_id) from public.property_changes)
  )
  select
    (select count(*) from {staged} s
     where s.raw::jsonb ->> 'property_id' = s.property_id and s.raw::jsonb ->> 'title' = s.title) as staged_with_raw,
    (select count(*) from {live} l where l.status = 'active') as active,
    (select count(*) from {live} l where l.status = 'inactive') as inactive,
    (select sum(price) from {live} l where l.status = 'active') as prices,
    (select sum(length(title)) from {live} l where l.status = 'active') as title_letters,
    (select sum(jsonb_array_length(amenities)) from {live} l where l.status = 'active') as amenities,
    (select count(*) from last where change_type = 'created') as audit_created,
    (select count(*) from last where field_name = 'status' and new_value = '"inactive"') as audit_inactive,
    (select count(*) from last where field_name <> 'status') as audit_changed_fields,
    (select count(distinct property_id) from last where field_name <> 'status') as audit_changed_rows,
    (select count(*) from last where change_type = 'created' and new_value ->> 'title' is null) as audit_empty_images
"""
_LIVE: Final = """
  select status, count(*) as listings, sum(price) as prices, sum(length(title)) as titles,
    sum(hashtextextended(property_manager.listing_image(l)::text, 0)::numeric) as content,
    sum(hashtextextended(concat(search_vector, data_completeness_score, data_quality_score), 0)::numeric)
      as derived
  from public.properties_live l group by status order by status
"""
_AUDIT: Final = """
  select change_type, field_name, count(*) as changes,
    sum(hashtextextended(concat_ws('|', property_id, old_value, new_value), 0)::numeric) as content
  from public.property_changes where change_set_id = (select max(change_set_id) from public.property_changes)
  group by change_type, field_name order by change_type, field_name
"""
_METRICS: Final = """
  select total_scraped, new_properties, updated_properties, missing_properties, unchanged_properties,
    quarantined_properties, superseded_rows
  from public.sync_metadata order by completed_at desc limit 1
"""

Catalogue = list[dict[str, Any]]


class WrongResultError(Exception):
    """A wrong result: its speed means nothing."""


async def counts(conn: asyncpg.Connection, relations: Relations) -> dict[str, Any]:
    """What a peer has landed, what is live there, and what its audit says."""
    row = await conn.fetchrow(_COUNTS.format(live=relations.live, staged=relations.staged))
    return dict(row)


def right(found: dict[str, Any], expected: Expected, active: Sums) -> None:
    """A peer found what the second scrape was made of, and wrote it down."""
    wanted = {
        "staged_with_raw": expected.rows,
        "active": active.rows,
        "inactive": expected.gone,
        "prices": active.prices,
        "title_letters": active.title_letters,
        "amenities": active.amenities,
        "audit_created": expected.new,
        "audit_inactive": expected.gone,
        "audit_changed_fields": expected.changed_fields,
        "audit_changed_rows": expected.changed,
        "audit_empty_images": 0,
    }
    _all_equal(found, wanted)


async def catalogue(conn: asyncpg.Connection) -> Catalogue:
    """Live and the last change set's audit, boiled down to what two equal ones share."""
    return [dict(row) for query in (_LIVE, _AUDIT) for row in await conn.fetch(query)]


def same(mine: Catalogue, other: Catalogue) -> None:
    """Both ways lead to one catalogue and one audit."""
    for one, two in zip(mine, other, strict=False):
        _equal("ours and the limit differ", one, two)
    _equal("ours and the limit differ in length", len(mine), len(other))


async def metrics(conn: asyncpg.Connection, expected: Expected) -> None:
    """Compare the figures of the last sync."""
    _all_equal(
        dict(await conn.fetchrow(_METRICS)),
        {
            "total_scraped": expected.rows,
            "new_properties": expected.new,
            "updated_properties": expected.changed,
            "missing_properties": expected.gone,
            "unchanged_properties": expected.rows - expected.new - expected.changed,
            "quarantined_properties": 0,
            "superseded_rows": 0,
        },
    )


def unchanged(found: Metrics, rows: int) -> None:
    """A scrape that shows the same again changes nothing."""
    _equal("unchanged", found.unchanged_properties, rows)
    _equal("changed", found.updated_properties + found.new_properties + found.missing_properties, 0)


def partial(found: Metrics, rows: int) -> None:
    """A partial session is taken over and retires nothing."""
    _equal("rows", found.total_scraped, rows)
    _equal("updated", found.updated_properties > 0, True)
    _equal("missing", found.missing_properties, 0)


async def green(conn: asyncpg.Connection) -> None:
    """Doctor finds live to be the fold of its audit, and nothing else amiss."""
    for check in await conn.fetch("select check_name, found, detail from api.doctor() where found > 0"):
        raise WrongResultError(f"doctor: {check['check_name']}: {check['detail']}")


def _all_equal(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    wrong = [
        f"{name} {found.get(name)} instead of {value}"
        for name, value in wanted.items()
        if found.get(name) != value
    ]
    if wrong:
        raise WrongResultError(", ".join(wrong))


def _equal(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise WrongResultError(f"{what}: {found}, not {expected}")
