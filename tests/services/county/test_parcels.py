"""Records find their parcels by id, wait where they match none, and are decided by people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from config.county.keys import KEY_RULES
from config.errors import NotFoundError, UsageError
from database.handle import Database
from parsing.parcels.addresses import unit_number
from parsing.parcels.keys import swapped
from services.county.parcels import (
    decide,
    find_record,
    link,
    list_waiting,
    show_waiting,
    undo_decision,
    waits,
)
from tests.parsing.parcels.counties import ORANGE

KEY = "272035664500001"
AMBIGUOUS, SWAPPED = "282229885002050", "292228885002050"
REQUIRED: dict[str, dict[str, Any]] = {
    "properties": {},
    "tax_sales": {"tda_number": "2023-1"},
    "foreclosures": {"case_number": "F"},
    "property_records": {"roll_year": 2025},
    "code_violations": {"case_number": "A"},
}


class Live:
    """County records put live as a sync puts them: the row, its line of the audit, a position in the feed."""

    def __init__(self, conn: asyncpg.Connection) -> None:
        self._conn = conn
        self._sets = 900_000

    async def _publish(self, kind: str, rows: list[asyncpg.Record], change: str, field: str | None) -> None:
        self._sets += 1
        await self._conn.execute(
            "insert into public.sources (name, facts) values ('orange-fl', '{}') on conflict do nothing"
        )
        await self._conn.executemany(
            "insert into county.changes (change_set_id, kind, record, source, record_id, change_type,"
            " field_name, new_value, change_reason, actor)"
            " values ($1, $2, $3, 'orange-fl', $4, $5, $6, '{}', 'test', 'test')",
            [(self._sets, kind, row["id"], row["record_id"], change, field) for row in rows],
        )
        await self._conn.execute(
            "with f as (update property_manager.feed set position = position + 1 returning position)"
            " insert into property_manager.change_sets (id, position, source_id, origin, actor, counts)"
            " select $1, f.position, s.id, 'sync', 'test', '{}' from f, public.sources s"
            " where s.name = 'orange-fl'",
            self._sets,
        )

    async def add(self, kind: str, *records: dict[str, Any]) -> list[UUID]:
        """New records of a kind."""
        rows = []
        for number, fields in enumerate(records):
            given = {
                "source": "orange-fl",
                "state": "FL",
                "county_fips": "12095",
                "change_set_id": self._sets + 1,
                "record_id": fields.get("parcel_id_normalized") or f"{self._sets}-{number}",
                **REQUIRED[kind],
                **fields,
            }
            marks = ", ".join(f"${place}" for place in range(1, len(given) + 1))
            insert = (
                f"insert into county.{kind} ({', '.join(given)}) values ({marks}) returning id, record_id"
            )
            rows.append(await self._conn.fetchrow(insert, *given.values()))
        await self._publish(kind, rows, "created", None)
        return [row["id"] for row in rows]

    async def change(self, kind: str, record: UUID, field: str, value: Any) -> None:
        """A field of a live record gets another value; the first that is given is the one of the audit."""
        row = await self._conn.fetchrow(
            f"update county.{kind} set {field} = $2 where id = $1 returning id, record_id", record, value
        )
        field = "address" if field == "address_normalized" else field
        await self._publish(kind, [row], "updated", field)

    async def parcel_of(self, kind: str, record: UUID) -> UUID | None:
        found: UUID | None = await self._conn.fetchval(
            f"select property_id from county.{kind} where id = $1", record
        )
        return found


@pytest.fixture
def live(superuser: asyncpg.Connection) -> Live:
    return Live(superuser)


def parcel(key: str, **fields: Any) -> dict[str, Any]:
    return {"parcel_id_normalized": key, "parcel_id": key, **fields}


async def standings(database: Database) -> dict[tuple[str, str, str], int]:
    return {(each.kind, each.standing, each.why): each.records for each in await waits(database)}


async def test_records_are_linked_when_their_parcel_comes_and_lose_it_when_they_name_another(
    database: Database, live: Live
) -> None:
    early, unread = await live.add(
        "tax_sales", parcel(KEY), {"tda_number": "2023-2", "parcel_id": "MULTIPLE"}
    )
    (value,) = await live.add("property_records", parcel(KEY))

    first = await link(database, [ORANGE])
    assert (first.changes, first.linked, first.unlinked, first.waiting) == (3, 0, 0, 3)
    assert await standings(database) == {
        ("tax_sales", "waiting", "no_parcel"): 1,
        ("tax_sales", "waiting", "no_id"): 1,
        ("property_records", "waiting", "no_parcel"): 1,
    }

    (home,) = await live.add("properties", parcel(KEY))
    second = await link(database)
    assert (second.changes, second.linked, second.waiting) == (1, 2, 1)
    assert await live.parcel_of("tax_sales", early) == home
    assert await live.parcel_of("property_records", value) == home
    assert await live.parcel_of("tax_sales", unread) is None

    await live.change("tax_sales", early, "parcel_id_normalized", SWAPPED)
    third = await link(database)
    assert (third.linked, third.unlinked, third.waiting) == (0, 1, 2)
    assert await live.parcel_of("tax_sales", early) is None

    await live.change("tax_sales", early, "record_status", "removed")
    assert (await link(database)).waiting == 1, "what is gone waits for nobody"
    again = await link(database)
    assert (again.changes, again.linked, again.unlinked) == (0, 0, 0)
    assert (await link(database, anew=True)).changes == 6
    assert await live.parcel_of("property_records", value) == home


async def test_an_id_of_another_county_is_of_no_parcel_here(database: Database, live: Live) -> None:
    await live.add("properties", parcel(KEY))
    (other,) = await live.add("tax_sales", parcel(KEY, county_fips="12105"))

    assert (await link(database)).linked == 0
    assert await live.parcel_of("tax_sales", other) is None
    kind, record = await find_record(database, f"orange-fl/{KEY}")
    assert (kind, record) == ("tax_sales", other)
    assert (await show_waiting(database, kind, record)).candidates == ()


async def test_another_address_is_told_and_holds_back_only_an_id_of_two_orders(
    database: Database, live: Live
) -> None:
    certain, wrong, right = await live.add(
        "properties",
        parcel(KEY, address_normalized="1 OAK LN", address="1 Oak Ln"),
        parcel(AMBIGUOUS, address_normalized="5 PINE HILLS RD", address="5 Pine Hills Rd"),
        parcel(SWAPPED, address_normalized="12 MAIN ST", address="12 Main St"),
    )
    told, held, spelled, land = await live.add(
        "foreclosures",
        parcel(KEY, case_number="1", record_id="1", address_normalized="9 ELM ST"),
        parcel(
            AMBIGUOUS, case_number="2", record_id="2", address="12 Main St", address_normalized="12 MAIN ST"
        ),
        parcel(AMBIGUOUS, case_number="3", record_id="3", address_normalized="5 N PINE HILLS RD"),
        parcel(AMBIGUOUS, case_number="4", record_id="4", address_normalized="PINE HILLS RD"),
    )
    await link(database, [ORANGE])

    assert await live.parcel_of("foreclosures", told) == certain
    assert await live.parcel_of("foreclosures", held) is None
    assert await live.parcel_of("foreclosures", spelled) == wrong
    assert await live.parcel_of("foreclosures", land) == wrong
    assert await standings(database) == {
        ("foreclosures", "linked", "other_address"): 1,
        ("foreclosures", "waiting", "other_order"): 1,
    }
    (waiting,) = await list_waiting(database)
    assert (waiting.record, waiting.candidate, waiting.candidate_parcel_id) == (held, right, SWAPPED)
    assert waiting.reasons == ("its id with range and section swapped", "the same address")
    assert waiting.score == pytest.approx(0.9)
    details = await show_waiting(database, "foreclosures", held)
    assert details.named is not None
    assert details.named.property_id == wrong

    await live.change("properties", wrong, "address_normalized", "12 MAIN ST")
    assert (await link(database)).linked == 1, "the parcel's own address was wrong"
    assert await live.parcel_of("foreclosures", held) == wrong


async def test_candidates_are_found_by_order_address_slip_and_place(database: Database, live: Live) -> None:
    swapped, slip, house, near, far = await live.add(
        "properties",
        parcel(SWAPPED),
        parcel("282229885002051", address_normalized="99 ELM ST"),  # 28-22-29-8850-02-051
        parcel("302011000000001", address_normalized="7 LAKE DR", city="ORLANDO"),
        parcel("302011000000002", latitude=28.5, longitude=-81.4),
        parcel("302011000000003", latitude=28.6, longitude=-81.4),
    )
    (case, bare) = await live.add(
        "code_violations",
        parcel(AMBIGUOUS, address_normalized="7 LAKE DR", city="Orlando", latitude=28.50001, longitude=-81.4),
        {"case_number": "B", "record_id": "B", "parcel_id": "29-22-28-8850-02-05"},
    )
    await link(database, [ORANGE])

    details = await show_waiting(database, "code_violations", case)
    found = {each.property_id: each for each in details.candidates}
    assert set(found) == {swapped, slip, house, near}
    assert far not in found
    assert found[house].reasons == ("the same address",)
    assert found[near].reasons == ("its point is 1 m away",)
    assert found[slip].reasons == ("its id is one slip away", "but its address is another")
    assert found[slip].score == pytest.approx(0.09), "three tenths of 0.3"
    assert [each.score for each in details.candidates] == sorted(
        (each.score for each in details.candidates), reverse=True
    )
    cut = await show_waiting(database, "code_violations", bare)
    assert {each.property_id for each in cut.candidates} == {swapped, slip}, "of either order"


async def test_a_person_links_a_record_or_leaves_it_and_may_take_that_back(
    database: Database, live: Live, superuser: asyncpg.Connection
) -> None:
    home, other = await live.add("properties", parcel(KEY), parcel(SWAPPED))
    (sale,) = await live.add("tax_sales", parcel("272035664500009", record_id="S"))
    await link(database, [ORANGE])

    linked = await decide(database, "tax_sales", sale, home, actor="ana", reason="the deed says so")
    assert linked is not None
    assert await decide(database, "tax_sales", sale, home, actor="ana") is None
    assert await live.parcel_of("tax_sales", sale) == home
    await live.change("tax_sales", sale, "record_status", "active")
    await link(database, anew=True)
    assert await live.parcel_of("tax_sales", sale) == home, "a person's word outlasts every match"

    await undo_decision(database, linked, actor="ben")
    assert await live.parcel_of("tax_sales", sale) is None
    with pytest.raises(UsageError, match="not what holds"):
        await undo_decision(database, linked, actor="ben")
    left = await decide(database, "tax_sales", sale, None, actor="ana")
    assert left is not None
    assert await standings(database) == {("tax_sales", "left", "no_parcel"): 1}
    decisions = (await show_waiting(database, "tax_sales", sale)).decisions
    assert [(each.decided, each.actor, each.undoes) for each in decisions] == [
        ("leave", "ana", None), ("undo", "ben", linked), ("link", "ana", None),
    ]  # fmt: skip
    noted = await superuser.fetch(
        "select actor, details ->> 'decided' as decided from property_manager.admin_audit"
        " where action = 'decide_record' order by id"
    )
    assert [tuple(row.values()) for row in noted] == [("ana", "link"), ("ben", "undo"), ("ana", "leave")]

    (come,) = await live.add("properties", parcel("272035664500009"))
    assert (await link(database)).linked == 1, "it was left for want of a parcel, which has come"
    assert await live.parcel_of("tax_sales", sale) == come
    await decide(database, "tax_sales", sale, other, actor="ana")
    await live.change("tax_sales", sale, "parcel_id_normalized", KEY)
    await link(database)
    assert await live.parcel_of("tax_sales", sale) == home, "the word was of the id that it had"

    elsewhere = (await live.add("properties", parcel(KEY, county_fips="12105", record_id="P")))[0]
    with pytest.raises(UsageError, match="of county 12105"):
        await decide(database, "tax_sales", sale, elsewhere, actor="ana")
    with pytest.raises(NotFoundError, match="no parcel"):
        await decide(database, "tax_sales", sale, UUID(int=1), actor="ana")
    with pytest.raises(NotFoundError, match="there is no record"):
        await find_record(database, "orange-fl/none")


async def test_the_database_reads_ids_and_addresses_as_the_program_does(
    superuser: asyncpg.Connection,
) -> None:
    keys = (KEY, AMBIGUOUS, "282228885002050", "352027664500001", "3319305AC00000010", "1")
    for fips in ("12095", "12105", "12103", "12009", "12011"):
        rule = KEY_RULES[fips]
        asked = "select k, property_manager.swapped_key(k, $2::jsonb) from unnest($1::text[]) k"
        for key, other in await superuser.fetch(asked, keys, rule.model_dump_json()):
            assert other == swapped(key, rule), (fips, key)
    # of two orders is one that differs and fits the county's bounds either way
    asked = "select k from unnest($1::text[]) k where property_manager.is_ambiguous_key(k, $2::jsonb)"
    assert await superuser.fetchval(asked, keys[:3], KEY_RULES["12095"].model_dump_json()) == AMBIGUOUS
    assert len(await superuser.fetch(asked, keys[:3], KEY_RULES["12095"].model_dump_json())) == 1
    for unit in ("APT 4-B", "# 4B", "BLDG 52 RM 101", "4"):
        found = await superuser.fetchval("select property_manager.unit_number($1)", unit)
        assert found == unit_number(unit)
    for one, other, disagree in (
        ("12 MAIN ST", "12 N MAIN ST", False),
        ("12 MAIN ST", "14 MAIN ST", True),
        ("12 MAIN ST", "12 OAK ST", True),
        ("12 MAIN ST", "MAIN ST", False),
        ("12 1ST ST", "12 2ND ST", True),
        ("12 SR 535", "12 SR 535", False),
        ("12 MAIN ST", None, False),
    ):
        assert (
            await superuser.fetchval("select property_manager.addresses_disagree($1, $2)", one, other)
            is disagree
        ), (one, other)


async def test_many_changes_are_linked_in_slices_and_each_once(
    database: Database, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.county.parcels.linking.BATCH", 3)
    keys = [f"2720356645{number:05}" for number in range(8)]
    await live.add("tax_sales", *(parcel(key, tda_number=key) for key in keys))
    await live.add("properties", *map(parcel, keys))
    seen: list[int] = []

    found = await link(database, progress=seen.append)

    assert (found.changes, found.linked, found.waiting) == (16, 8, 0)
    assert seen == [3, 6, 9, 12, 15, 16]
