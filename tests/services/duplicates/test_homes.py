"""One record of a home out of its listings: field by field, from where and why; what readers see of it."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any, Final

import asyncpg
import pytest

from config.listing import FIELDS, Survival
from services.duplicates import HomeField, home_fields, keep_apart, merge_listings, show_home
from tests.catalogue import Catalogue, Row, at, home
from tests.services.duplicates.test_find import ANA, listing

CONTACTS: Final = {"agent_name": "Ana Planted", "agent_phone": "+525512345678"}


@pytest.fixture
def acme(catalogue: Catalogue) -> Catalogue:
    return catalogue


@pytest.fixture
async def other(acme: Catalogue) -> Catalogue:
    return await acme.beside("other")


async def one_home(*catalogues: Catalogue) -> None:
    """A person says that the listings A-1 of all these sources are one home."""
    listings = [await listing(catalogue) for catalogue in catalogues]
    await merge_listings(catalogues[0].database, listings, actor=ANA)


async def both(acme: Catalogue, other: Catalogue, one: Row, two: Row) -> None:
    """A home that acme lists on day 0, and other on day 1."""
    await acme.run([home(1, **one)], day=0)
    await other.run([home(1, **two)], day=1)
    await one_home(acme, other)


async def record(catalogue: Catalogue, role: str = "service_role") -> dict[str, Any]:
    """The home of A-1 as a role sees it in the view `homes`."""
    home_id, _ = await show_home(catalogue.database, await listing(catalogue))
    async with catalogue.superuser.transaction(readonly=True):
        await catalogue.superuser.execute(f"set local role {role}")
        row = await catalogue.superuser.fetchrow("select * from public.homes where home_id = $1", home_id)
    assert row is not None
    return dict(row)


async def fields(catalogue: Catalogue) -> dict[str, HomeField]:
    """The fields of the home of A-1, by name."""
    found = await home_fields(catalogue.database, await listing(catalogue))
    return {each.field_name: each for each in found}


async def test_the_value_that_was_seen_later_counts(acme: Catalogue, other: Catalogue) -> None:
    """Of two sources that are trusted alike; that they agree is said, too."""
    await both(acme, other, {"bedrooms": 2}, {"bedrooms": 3})
    seen = await fields(acme)
    assert (seen["bedrooms"].value, seen["bedrooms"].source, seen["bedrooms"].why) == (3, "other", "newer")
    assert seen["bedrooms"].seen_at == at(1)
    assert [(each.value, each.source) for each in seen["bedrooms"].others] == [(2, "acme")]
    assert seen["city"].why == "agreed"
    assert (await record(acme))["bedrooms"] == 3

    await acme.run([home(1, bedrooms=2)], day=2)
    assert (await record(acme))["bedrooms"] == 2, "seen again without a change"


async def test_the_value_of_the_source_that_is_trusted_more_counts(acme: Catalogue, other: Catalogue) -> None:
    """However much later the other was seen; the fact applies as soon as it is set."""
    await both(acme, other, {"bedrooms": 2}, {"bedrooms": 3})
    await acme.register(trust=80)
    seen = (await fields(acme))["bedrooms"]
    assert (seen.value, seen.source, seen.why, seen.trust) == (2, "acme", "trusted", 80)
    assert [each.trust for each in seen.others] == [50]
    assert (await record(acme))["bedrooms"] == 2


async def test_a_listing_on_the_market_counts_before_one_that_left(acme: Catalogue, other: Catalogue) -> None:
    """Even of a source that is trusted less: what left is no longer said by anybody."""
    await both(acme, other, {"bedrooms": 2}, {"bedrooms": 3})
    await acme.register(trust=80)
    for day in (2, 3, 4):
        held = await acme.run([home(2)], day=day)
        if held.status == "held":
            await acme.approve(held, day=day)
    seen = (await fields(acme))["bedrooms"]
    assert (seen.value, seen.source, seen.why) == (3, "other", "shown")
    found = await record(acme)
    assert (found["bedrooms"], found["status"], found["listings"]) == (3, "active", 2)


async def test_a_pinned_value_counts_before_all(acme: Catalogue, other: Catalogue) -> None:
    """A person set it; it holds against a newer value of a source that is trusted more."""
    await both(acme, other, {"bedrooms": 2}, {"bedrooms": 3})
    await other.register(trust=100)
    await acme.pin("bedrooms")
    seen = (await fields(acme))["bedrooms"]
    assert (seen.value, seen.why) == (2, "pinned")
    assert (await record(acme))["bedrooms"] == 2
    await acme.unpin("bedrooms")
    assert (await record(acme))["bedrooms"] == 3


async def test_no_value_never_comes_before_one(acme: Catalogue, other: Catalogue) -> None:
    """The source that is trusted most and seen last says nothing of the floor: the other's word stands."""
    await both(acme, other, {"floor_number": 4}, {"floor_number": None})
    await other.register(trust=100)
    seen = (await fields(acme))["floor_number"]
    assert (seen.value, seen.source, seen.why) == (4, "acme", "only")
    assert (await record(acme))["floor_number"] == 4


async def test_a_pinned_blank_is_no_value(acme: Catalogue, other: Catalogue) -> None:
    """A field that is held without a value does not hide what another listing says."""
    await both(acme, other, {"floor_number": None}, {"floor_number": 4})
    await acme.pin("floor_number")
    assert (await record(acme))["floor_number"] == 4
    assert (await fields(acme))["floor_number"].value == 4


async def test_what_belongs_together_is_taken_from_one_listing(acme: Catalogue, other: Catalogue) -> None:
    """No price in another's currency, no latitude with another's longitude, no agent with another's phone."""
    await both(
        acme,
        other,
        {"currency": "USD", "price": 120_000, "latitude": 20.5, "longitude": -89.5, **CONTACTS},
        {
            **{"currency": "MXN", "price": 2_400_000, "latitude": 20.6, "longitude": None},
            **{"agent_phone": "+525587654321", "main_image_url": None},
        },
    )
    found = await record(acme)
    assert (found["price"], found["currency"]) == (Decimal(2_400_000), "MXN")
    assert (float(found["latitude"]), float(found["longitude"])) == (20.5, -89.5)
    assert (found["agent_name"], found["agent_phone"]) == (None, "+525587654321")
    assert found["main_image_url"] == "https://acme.example/1.jpg"


async def test_a_home_to_buy_and_to_rent_has_two_offers(acme: Catalogue, other: Catalogue) -> None:
    """They are not merged into one price: the sale comes first, and each says whose it is."""
    await both(
        acme,
        other,
        {"operation_type": "sale", "price": 2_400_000, "currency": "MXN"},
        {"operation_type": "rent", "price": 14_000, "currency": "MXN", "price_period": "month"},
    )
    found = await record(acme)
    assert (found["operation_type"], found["price"], found["price_period"]) == ("sale", 2_400_000, None)
    assert [
        (each["operation"], each["amount"], each["currency"], each["period"], each["source"])
        for each in json.loads(found["offers"])
    ] == [("sale", 2_400_000, "MXN", None, "acme"), ("rent", 14_000, "MXN", "month", "other")]
    seen = await fields(acme)
    assert (seen["offer: sale"].source, seen["offer: rent"].source) == ("acme", "other")
    assert seen["offer: rent"].value["amount"] == 14_000
    assert "price" not in seen


async def test_an_offer_that_ended_is_none_of_the_home(acme: Catalogue, other: Catalogue) -> None:
    """It was for sale and is to let: what it cost to buy is said no more."""
    await both(acme, other, {"price": 2_400_000}, {"operation_type": "rent", "price": 14_000})
    for day in (2, 3):
        await acme.approve(await acme.run([home(2)], day=day), day=day)
    found = await record(acme)
    assert (found["operation_type"], found["price"]) == ("rent", 14_000)
    assert [each["operation"] for each in json.loads(found["offers"])] == ["rent"]
    assert [name for name in await fields(acme) if name.startswith("offer")] == ["offer: rent"]


async def test_a_listing_that_is_alone_is_a_home(acme: Catalogue) -> None:
    """Under its own id, with its own values."""
    await acme.run([home(1, bedrooms=2)])
    found = await record(acme)
    assert (found["home_id"], found["listings"], found["sources"]) == (await listing(acme), 1, ["acme"])
    assert (found["bedrooms"], found["price"], found["title"]) == (2, 1_001_000, "Casa 1 en venta")
    assert {each.why for each in (await fields(acme)).values()} == {"only"}


async def test_the_whole_home_is_what_its_fields_are(acme: Catalogue, other: Catalogue) -> None:
    """The view and the account of each field follow one rule, whatever the listings say."""
    third = await acme.beside("third")
    draw = random.Random(5)
    sources = (acme, other, third)
    for day, catalogue in enumerate(sources):
        rows = [
            home(
                number,
                **{
                    "bedrooms": draw.choice([None, 2, 3]),
                    "floor_number": draw.choice([None, 1, 2]),
                    "address": draw.choice([None, "Calle 1", "Calle 2 Int. 3"]),
                    "latitude": draw.choice([None, 20.5, 20.7]),
                    "longitude": draw.choice([-89.5, -89.7, -89.8]),
                    "main_image_url": draw.choice([None, "https://a.example/1.jpg"]),
                    "image_urls": draw.choice([None, ["https://b.example/2.jpg"]]),
                    "description": draw.choice([None, "Con patio", "Sin patio"]),
                    **draw.choice([{}, CONTACTS, {"agency_name": "Casas"}]),
                    "operation_type": draw.choice(["sale", "rent"]),
                    "price": draw.choice([None, 900_000, 1_000_000]),
                    "features": draw.choice([None, {"alberca": True}]),
                },
            )
            for number in range(1, 31)
        ]
        await catalogue.register(trust=draw.choice([50, 60]))
        await catalogue.run(rows, day=day)
        for number in draw.sample(range(1, 31), 6):
            await catalogue.pin(draw.choice(["bedrooms", "latitude", "price", "agent_phone"]), number)
    names = [f.name for f in FIELDS if f.survival not in (Survival.LISTING, Survival.OFFER)]
    for number in range(1, 31):
        listings = [await listing(catalogue, number) for catalogue in sources]
        await merge_listings(acme.database, listings, actor=ANA)
        told = {each.field_name: each for each in await home_fields(acme.database, listings[0])}
        row = await acme.superuser.fetchrow(
            "select to_jsonb(h) as home from public.homes h join public.listing_home l using (home_id)"
            " where l.listing_id = $1",
            listings[0],
        )
        whole = json.loads(row["home"])
        assert {name: whole[name] for name in names} == {
            name: told[name].value if name in told else None for name in names
        }
        offers = whole["offers"] or []
        assert [(each["operation"], each["amount"], each["source"]) for each in offers] == [
            (each.value["operation"], each.value["amount"], each.source)
            for name, each in sorted(told.items(), reverse=True)
            if name.startswith("offer")
        ]
        if offers:
            assert (whole["operation_type"], whole["price"]) == (offers[0]["operation"], offers[0]["amount"])


@pytest.mark.parametrize("role", ["anon", "authenticated"])
async def test_readers_see_no_contacts_of_a_home(acme: Catalogue, other: Catalogue, role: str) -> None:
    """But those of a source that permits it: then the first that may be shown."""
    await both(acme, other, CONTACTS, {"agent_name": "Bea Hidden", "agent_phone": "+525599999999"})
    assert (await record(acme, role))["agent_phone"] is None
    assert (await record(acme))["agent_phone"] == "+525599999999"
    await acme.register(public_contacts=True)
    assert (await record(acme, role))["agent_name"] == "Ana Planted"


async def test_visitors_see_what_is_on_the_market_of_a_home(acme: Catalogue, other: Catalogue) -> None:
    """A listing that left is for users: neither its values nor its number are told to others."""
    await both(acme, other, {"floor_number": 4}, {})
    for day in (2, 3):
        await acme.approve(await acme.run([home(2)], day=day), day=day)
    visitor, user = await record(other, "anon"), await record(other, "authenticated")
    assert (visitor["listings"], visitor["sources"], visitor["floor_number"]) == (1, ["other"], None)
    assert (user["listings"], user["sources"], user["floor_number"]) == (2, ["acme", "other"], 4)
    seen = await acme.superuser.fetch("select source from public.listing_home")
    assert {row["source"] for row in seen} == {"acme", "other"}
    async with acme.superuser.transaction(readonly=True):
        await acme.superuser.execute("set local role anon")
        rows = await acme.superuser.fetch("select source, property_id from public.listing_home order by 1, 2")
    assert [tuple(row) for row in rows] == [("acme", "A-2"), ("other", "A-1")]


async def test_each_listing_tells_its_home(acme: Catalogue, other: Catalogue) -> None:
    """Listings of one home have one; a listing that leaves it has its own again."""
    await both(acme, other, {}, {})
    asked = "select home_id, listing_id from public.listing_home order by source"
    one, two = await acme.superuser.fetch(asked)
    assert one["home_id"] == two["home_id"] == (await show_home(acme.database, one["listing_id"]))[0]
    await keep_apart(acme.database, two["listing_id"], actor=ANA)
    one, two = await acme.superuser.fetch(asked)
    assert one["home_id"] != two["home_id"]


@pytest.mark.parametrize("trust", ['"much"', "null", "[1]", "-3"])
async def test_a_trust_that_is_no_number_harms_no_reader(
    acme: Catalogue, other: Catalogue, trust: str
) -> None:
    """Facts that SQL wrote past their check: the view still answers."""
    await both(acme, other, {"bedrooms": 2}, {"bedrooms": 3})
    await acme.superuser.execute(
        "update public.sources set facts = jsonb_set(facts, '{trust}', $1::jsonb) where name = 'acme'",
        trust,
    )
    assert (await record(acme))["bedrooms"] == 3


@pytest.mark.parametrize(
    "offers", ['{"a": 1}', '["x", 7, null]', '[{"operation": "rent", "amount": "dear"}]']
)
async def test_offers_of_any_json_harm_no_reader(acme: Catalogue, offers: str) -> None:
    """What a mapping took for offers and is none is left out."""
    await acme.run([home(1)])
    await acme.superuser.execute("update public.properties_live set offers = $1", offers)
    found = json.loads((await record(acme))["offers"])
    assert found[0]["amount"] == 1_001_000
    assert [each["amount"] for each in found[1:]] in ([], [None])


async def test_the_home_of_a_reader_is_looked_up_by_key(superuser: asyncpg.Connection) -> None:
    """As many listings as there may be: by its home id, and by that of a listing."""
    await superuser.execute("set enable_seqscan = off")
    for asked in (
        "select price, title from public.homes where home_id = '{}'",
        "select home_id from public.listing_home where listing_id = '{}'",
        "select listing_id from public.listing_home where home_id = '{}'",
    ):
        plan = await superuser.fetch(f"explain {asked}".format("00000000-0000-0000-0000-000000000007"))
        text = "\n".join(row[0] for row in plan)
        for table in ("properties_live", "home_listings"):
            assert f"Seq Scan on {table}" not in text, text
    await superuser.execute("reset enable_seqscan")


async def test_homes_are_counted_without_what_nobody_asks_for(superuser: asyncpg.Connection) -> None:
    """A filter reads its column alone: the offers of all listings are not put together to count them."""
    asked = "explain (verbose) select count(*) from public.homes where city = 'Mérida'"
    plan = "\n".join(row[0] for row in await superuser.fetch(asked))
    assert "jsonb_agg" not in plan, plan
