"""What changed is listed newest first, narrowed down, page by page, at a bounded cost."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from tests.catalogue import Catalogue, at, home, homes

Place = tuple[int | None, int | None]


async def page_of(
    conn: asyncpg.Connection,
    wanted: dict[str, Any],
    place: Place = (None, None),
    rows: int = 50,
    walk: int = 1000,
) -> tuple[list[dict[str, Any]], Place | None]:
    """A page of changes, and where the next one begins."""
    found = json.loads(
        await conn.fetchval(
            "select api.recent_changes($1::jsonb, $2, $3, $4, $5)", json.dumps(wanted), *place, rows, walk
        )
    )
    before = found["before"]
    return found["changes"], before and (before["set"], before["change"])


async def all_of(
    conn: asyncpg.Connection, wanted: dict[str, Any], *, rows: int = 50, walk: int = 1000
) -> list[int]:
    """The ids of all changes, page by page."""
    ids: list[int] = []
    place: Place | None = (None, None)
    while place is not None:
        changes, place = await page_of(conn, wanted, place, rows, walk)
        ids += [change["change_id"] for change in changes]
    return ids


@pytest.fixture
async def story(catalogue: Catalogue) -> Catalogue:
    """Four days of one source and one of another: new, dearer, cheaper, retitled, removed, back."""
    other = await catalogue.beside("other")
    await catalogue.run(homes(6))
    await other.run(homes(3), day=0.5)
    await catalogue.run(
        [
            home(1, price=900_000),
            home(2, price=1_500_000),
            home(3, title="Otra casa"),
            *(home(n) for n in (4, 5)),
        ],
        day=1,
    )
    await catalogue.run([home(1, price=800_000), *(home(n) for n in (2, 3, 4, 5))], day=2)
    await catalogue.run([home(n, price=None) for n in range(1, 6)], day=3)
    await catalogue.run([home(n, price=1_000_000 + n) for n in range(1, 7)], day=4)
    return catalogue


KINDS = {
    "": "true",
    "new": "c.change_type = 'created'",
    "removed": "c.change_type = 'removed'",
    "relisted": "c.change_type = 'reactivated'",
    "changed": "c.change_type = 'updated'",
    "price_drop": "c.field_name = 'price' and c.new_value < c.old_value and 'number' = all"
    " (array[jsonb_typeof(c.new_value), jsonb_typeof(c.old_value)])",
    "price_rise": "c.field_name = 'price' and c.new_value > c.old_value and 'number' = all"
    " (array[jsonb_typeof(c.new_value), jsonb_typeof(c.old_value)])",
}
NARROWED: dict[str, tuple[dict[str, Any], str]] = {
    "all": ({}, "true"),
    "a source": ({"source": "acme"}, "c.source = 'acme'"),
    "another source": ({"source": "other"}, "c.source = 'other'"),
    "a field": ({"field": "title"}, "c.field_name = 'title'"),
    "prices": ({"field": "price"}, "c.field_name = 'price'"),
    "a time": (
        {"from": at(0.9).isoformat(), "upto": at(2.1).isoformat(), "source": "acme"},
        f"s.committed_at between '{at(0.9)}' and '{at(2.1)}'",
    ),
    "before the first": ({"upto": at(-1).isoformat()}, "false"),
}


@pytest.mark.parametrize(("rows", "walk"), [(100, 1000), (3, 4)], ids=["one page", "short walks"])
async def test_every_narrowing_lists_what_plain_sql_finds(story: Catalogue, rows: int, walk: int) -> None:
    """Of each kind and in each respect, each change once, in order, however little a page looks at."""
    conn = story.superuser
    for kind, of_kind in KINDS.items():
        for name, (narrowed, condition) in NARROWED.items():
            wanted = {**narrowed, **({"kind": kind} if kind else {})}
            right = await conn.fetch(
                "select c.id from public.property_changes c"
                " join property_manager.change_sets s on s.id = c.change_set_id"
                f" where {of_kind} and {condition} order by c.change_set_id desc, c.id desc"
            )
            found = await all_of(conn, wanted, rows=rows, walk=walk)
            assert found == [row["id"] for row in right], (kind, name)
    assert all([await all_of(conn, {"kind": kind} if kind else {}) for kind in KINDS if kind != "removed"]), (
        "the story has every kind"
    )


async def test_a_change_says_what_it_is_of(story: Catalogue) -> None:
    """The listing as it is now, the direction of its price, and long values cut."""
    conn = story.superuser
    (changes, _) = await page_of(conn, {"kind": "price_drop", "upto": at(2.1).isoformat()})
    change = next(each for each in changes if each["property_id"] == "A-1")
    assert (change["source"], change["property_id"], change["direction"]) == ("acme", "A-1", -1)
    assert (change["old_value"], change["new_value"], change["currency"]) == (900_000, 800_000, "MXN")
    assert change["title"] == "Casa 1 en venta" and change["committed_at"].startswith("2025-11-03")
    await story.run([home(1, description="x" * 1_000_000), *(home(n) for n in range(2, 7))], day=5)
    ((change, *_), _) = await page_of(conn, {"field": "description"})
    assert change["new_value"] == "x" * 300 + "…"


async def test_an_unknown_kind_is_refused(superuser: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.PostgresError, match="kind is sold, not new, removed") as refusal:
        await page_of(superuser, {"kind": "sold"})
    assert refusal.value.sqlstate == "PMUSE"
    assert await page_of(superuser, {"source": "nobody"}) == ([], None)
