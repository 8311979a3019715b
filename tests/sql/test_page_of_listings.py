"""Staff find listings of any status, page by page, and are told how many there are."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from tests.sql.test_search_listings import FILL

SORTS = {
    "newest": "l.first_seen_at desc, l.id desc",
    "cheapest": "l.price, l.id",
    "dearest": "l.price desc, l.id desc",
}
QUESTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "of any status": ({}, "true"),
    "of one status": ({"status": "removed"}, "l.status = 'removed'"),
    "of a kind of the market": (
        {
            "status": "active",
            "source": "homes",
            "place": "MERIDA",
            "property_type": "HOUSE",
            "operation_type": "rent",
            "currency": "mxn",
        },
        "l.status = 'active' and l.source = 'homes' and l.city in ('Mérida', 'MERIDA')"
        " and l.property_type = 'house'"
        " and l.operation_type = 'rent' and l.currency = 'MXN'",
    ),
    "in a neighbourhood": ({"place": "area 77"}, "l.neighborhood = 'Área 77'"),
    "the cheapest of any status": (
        {"currency": "USD", "sort": "cheapest", "price_min": 300_000},
        "l.currency = 'USD' and l.price >= 300000",
    ),
    "the dearest": (
        {"currency": "MXN", "sort": "dearest", "status": "active"},
        "l.currency = 'MXN' and l.status = 'active' and l.price is not null",
    ),
    "with many bedrooms": (
        {"bedrooms_min": 5, "status": "active"},
        "l.bedrooms >= 5 and l.status = 'active'",
    ),
    "none": ({"words": "castillo"}, "false"),
}


async def test_pages_and_counts_are_what_plain_sql_finds(superuser: asyncpg.Connection) -> None:
    """Each listing once, in order, over three pages; more than are counted is said to be more."""
    await superuser.execute(FILL)
    await superuser.execute("select property_manager.recount_market(f) from public.sources f")
    for name, (wanted, condition) in QUESTIONS.items():
        order = SORTS[wanted.get("sort", "newest")]
        right = [
            row["id"]
            for row in await superuser.fetch(
                f"select l.id from public.properties_live l where {condition} order by {order}"
            )
        ]
        found: list[Any] = []
        after = None
        for _ in range(3):
            page = await superuser.fetch(
                "select * from api.page_of_listings($1::jsonb, 7, $2)", json.dumps(wanted), after
            )
            found += [row["id"] for row in page]
            if len(page) < 7:
                break
            after = page[-1]["cursor"]
        assert found == right[:21], name
        listings, more, _ = await superuser.fetchrow(
            "select * from api.count_listings($1::jsonb, 1000)", json.dumps(wanted)
        )
        exact = len(right) if not more else 1000
        assert (listings, more) == (exact, more) and (more is False or len(right) > 1000), name
    choices = json.loads(await superuser.fetchval("select api.search_choices(3)"))
    assert choices["property_types"] == ["flat", "house"] and choices["sources"] == ["acme", "homes"]
    assert choices["cities"][:2] == ["MERIDA", "Mérida"] and choices["currencies"] == ["MXN", "USD"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"status": "sold"}, "status is sold"),
        ({"price_max": 5}, "prices of different currencies are not compared"),
        ({"sort": "best"}, "sort is best"),
        ({"words": "x" * 201}, "at most 200"),
    ],
)
async def test_a_search_without_a_right_answer_is_refused(
    superuser: asyncpg.Connection, wanted: dict[str, Any], said: str
) -> None:
    for asked in ("api.page_of_listings($1::jsonb, 7, null)", "api.count_listings($1::jsonb, 7)"):
        with pytest.raises(asyncpg.PostgresError, match=said):
            await superuser.fetch(f"select * from {asked}", json.dumps(wanted))
