"""Whether two databases hold the same catalogue and the same audit, and whether it is the right one."""

from __future__ import annotations

from typing import Any, Final

import asyncpg

from benchmarks.listings import Expected
from services.pipeline import Metrics

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


class WrongResultError(Exception):
    """A result that is not what it must be: its speed means nothing."""


async def catalogue(conn: asyncpg.Connection) -> list[dict[str, Any]]:
    """Live and the last change set's audit, boiled down to what two equal ones share."""
    return [dict(row) for query in (_LIVE, _AUDIT) for row in await conn.fetch(query)]


def same(ours: list[dict[str, Any]], limit: list[dict[str, Any]]) -> None:
    """Both ways lead to one catalogue and one audit."""
    for mine, other in zip(ours, limit, strict=False):
        _equal("ours and the limit differ", mine, other)
    _equal("ours and the limit differ in length", len(ours), len(limit))


def right(metrics: Metrics, found: list[dict[str, Any]], expected: Expected) -> None:
    """The sync found what the second scrape was made of, and wrote it down."""
    _equal("rows", metrics.total_scraped, expected.rows)
    _equal("new", metrics.new_properties, expected.new)
    _equal("updated", metrics.updated_properties, expected.changed)
    _equal("missing", metrics.missing_properties, expected.gone)
    _equal("unchanged", metrics.unchanged_properties, expected.rows - expected.new - expected.changed)
    audit = [row for row in found if "changes" in row]
    _equal("created", sum(row["changes"] for row in audit if row["change_type"] == "created"), expected.new)
    _equal("gone", sum(row["changes"] for row in audit if row["field_name"] == "status"), expected.gone)
    fields = sum(row["changes"] for row in audit if row["field_name"] not in (None, "status"))
    _equal("changed fields", fields, expected.changed_fields)


def unchanged(metrics: Metrics, expected: Expected) -> None:
    """A scrape that shows the same again changes nothing."""
    _equal("unchanged", metrics.unchanged_properties, expected.rows)
    _equal("changed", metrics.updated_properties + metrics.new_properties + metrics.missing_properties, 0)


async def green(conn: asyncpg.Connection) -> None:
    """Doctor finds live to be the fold of its audit, and nothing else amiss."""
    for check in await conn.fetch(
        "select check_name, found, detail from property_manager.doctor() where found > 0"
    ):
        raise WrongResultError(f"doctor: {check['check_name']}: {check['detail']}")


def _equal(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise WrongResultError(f"{what}: {found}, not {expected}")
