"""What counts as a change, field kind by field kind; what it is called and how sure it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.catalogue import Catalogue, Row, home, homes, without

PHOTO = "https://acme.example/{}.jpg"

# before and after, and the fields reported as changed: significant ones with a star
PAIRS: dict[str, tuple[Row, Row, set[str]]] = {
    "outer white space": ({"title": "Casa azul"}, {"title": "  Casa azul "}, set()),
    "repeated white space": (
        {"description": "Casa azul\ncon patio"},
        {"description": "Casa  azul con patio"},
        set(),
    ),
    "letters": ({"title": "Casa azul"}, {"title": "Casa Azul"}, {"title*"}),
    "a text not monitored": ({"neighborhood": "Centro"}, {"neighborhood": "Norte"}, {"neighborhood"}),
    "1 % of the price": ({"price": 1_000_000}, {"price": 1_010_000}, {"price"}),
    "over 1 % of the price": ({"price": 1_000_000}, {"price": 1_010_001}, {"price*"}),
    "1 % of the unit price": ({"price_per_m2": 1000}, {"price_per_m2": 1010}, {"price_per_m2"}),
    "0.0001 degrees": ({"latitude": 20.9}, {"latitude": 20.9001}, {"latitude"}),
    "over 0.0001 degrees": ({"latitude": 20.9}, {"latitude": 20.90011}, {"latitude*"}),
    "a count": ({"bedrooms": 3}, {"bedrooms": 4}, {"bedrooms*"}),
    "a set in another order": ({"amenities": ["a", "b"]}, {"amenities": ["b", "a"]}, set()),
    "a set with repeats": ({"amenities": ["a", "b"]}, {"amenities": ["a", "b", "a"]}, set()),
    "a set with another entry": ({"amenities": ["a", "b"]}, {"amenities": ["a", "c"]}, {"amenities*"}),
    "a list in another order": (
        {"image_urls": [PHOTO.format(1), PHOTO.format(2)]},
        {"image_urls": [PHOTO.format(2), PHOTO.format(1)]},
        {"image_urls*"},
    ),
    "keys in another order": (
        {"features": {"a": 1, "b": {"c": [1]}}},
        {"features": {"b": {"c": [1]}, "a": 1}},
        set(),
    ),
    "a value deep inside": (
        {"features": {"a": {"b": [1, 2]}}},
        {"features": {"a": {"b": [1, 3]}}},
        {"features*"},
    ),
    "a null inside": ({"features": {"a": None}}, {"features": {"a": 0}}, {"features*"}),
    "where it was found": ({"page_number": 1}, {"page_number": 9}, set()),
    "when it was fetched": ({"scraped_at": "2026-10-01"}, {"scraped_at": "2026-10-02"}, set()),
    "nothing, then a price": ({"price": "a consultar"}, {"price": 500_000}, {"price*", "price_note"}),
    "a price, then on request": ({"price": 500_000}, {"price": "a consultar"}, {"price*", "price_note"}),
}  # fmt: skip


async def test_a_field_is_compared_by_its_kind(catalogue: Catalogue) -> None:
    before = [home(number, **old) for number, (old, _, _) in enumerate(PAIRS.values(), 1)]
    after = [home(number, **new) for number, (_, new, _) in enumerate(PAIRS.values(), 1)]
    await catalogue.register(guard={"changed_share": 1.0})
    await catalogue.run(before)

    result = await catalogue.run(after, day=1)

    found: dict[str, set[str]] = {f"A-{number}": set() for number in range(1, len(PAIRS) + 1)}
    for change in await catalogue.changes(result):
        found[change["property_id"]].add(change["field_name"] + "*" * change["significant"])
    reported = dict(zip(PAIRS, found.values(), strict=True))
    assert reported == {what: fields for what, (_, _, fields) in PAIRS.items()}
    assert await catalogue.complaints() == []


async def test_an_insignificant_change_is_applied_all_the_same(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, price=1_000_000)])

    result = await catalogue.run([home(1, price=1_000_001)], day=1)

    assert (await catalogue.live())["price"] == 1_000_001
    assert (result.metrics.updated_properties, result.metrics.significant_updates) == (1, 0)


# a change and the words it is reported in
WORDS: dict[str, tuple[Row, Row]] = {
    "price 4,650,000 → 4,400,000 MXN (−5.4 %)": ({"price": 4_650_000}, {"price": 4_400_000}),
    "price 1,000,000 → 1,250,000.25 USD (+25.0 %)": (
        {"price": 1_000_000, "currency": "USD"},
        {"price": "1250000.25", "currency": "USD"},
    ),
    "bedrooms 3 → 4": ({}, {"bedrooms": 4}),
    'title "Casa" → "Quinta"': ({"title": "Casa"}, {"title": "Quinta"}),
    "price_per_m2 nothing → 12,000 MXN": ({}, {"price_per_m2": 12_000}),
    'amenities added "pool" dropped "gym"': ({"amenities": ["gym", "a"]}, {"amenities": ["a", "pool"]}),
    "image_urls reordered": (
        {"image_urls": [PHOTO.format(1), PHOTO.format(2)]},
        {"image_urls": [PHOTO.format(2), PHOTO.format(1)]},
    ),
    "features 1 facts → 2 facts": ({"features": {"a": 1}}, {"features": {"a": 1, "b": 2}}),
    "is_featured no → yes": ({"is_featured": False}, {"is_featured": True}),
}


async def test_a_change_has_a_reason_in_words(catalogue: Catalogue) -> None:
    await catalogue.run([home(number, **old) for number, (old, _) in enumerate(WORDS.values(), 1)])

    result = await catalogue.run([home(n, **new) for n, (_, new) in enumerate(WORDS.values(), 1)], day=1)

    found = {(row["property_id"], row["change_reason"]) for row in await catalogue.changes(result)}
    assert found == {(f"A-{number}", words) for number, words in enumerate(WORDS, 1)}


LONG = "Casa luminosa con patio, tres recámaras, cocina integral y vista al parque"
SURE: dict[str, tuple[Row, Row, str, str]] = {
    "a price": ({"price": 100_000}, {"price": 110_000}, "price", "0.900"),
    "a price by over 10 %": ({"price": 100_000}, {"price": 110_001}, "price", "0.950"),
    "a place": ({"address": "Calle 1"}, {"address": "Avenida Reforma"}, "address", "0.900"),
    "a contact": ({"agent_name": "Ana"}, {"agent_name": "Berta"}, "agent_name", "0.850"),
    "a title": ({"title": "Casa"}, {"title": "Quinta"}, "title", "0.800"),
    "a picture": ({"main_image_url": PHOTO.format(1)}, {"main_image_url": "https://b.example/x.png"},
                  "main_image_url", "0.700"),
    "a description": ({"description": "Casa"}, {"description": "Otra cosa"}, "description", "0.600"),
    "a text almost the same": ({"title": LONG}, {"title": LONG + "s"}, "title", "0.560"),
}  # fmt: skip


async def test_confidence_follows_the_field_and_how_it_moved(catalogue: Catalogue) -> None:
    await catalogue.run([home(number, **old) for number, (old, _, _, _) in enumerate(SURE.values(), 1)])

    result = await catalogue.run([home(n, **new) for n, (_, new, _, _) in enumerate(SURE.values(), 1)], day=1)

    found = {
        what: str((await _change_of(catalogue, result.session_id, number, field))["confidence_score"])
        for number, (what, (_, _, field, _)) in enumerate(SURE.items(), 1)
    }
    assert found == {what: sure for what, (_, _, _, sure) in SURE.items()}


async def _change_of(catalogue: Catalogue, session_id: Any, number: int, field: str) -> Any:
    return await catalogue.superuser.fetchrow(
        "select * from public.property_changes"
        " where session_id = $1 and property_id = $2 and field_name = $3",
        *(session_id, f"A-{number}", field),
    )


async def test_a_created_listing_is_one_change_with_its_whole_image(catalogue: Catalogue) -> None:
    result = await catalogue.run([home(1, features={"inner": None})])

    (change,) = await catalogue.changes(result)
    image = catalogue.read(change["new_value"])
    assert (change["change_type"], change["field_name"], change["old_value"]) == ("created", None, None)
    assert (image["status"], image["price"], image["features"]) == ("active", 1_001_000, {"inner": None})
    assert "scraped_at" not in image, "how it came is no part of what the source says"
    assert change["confidence_score"] == Decimal("0.950")


# what a cell says about a price that live has: (cell or nothing, the source's blank policy) → price, note
CELLS: dict[str, tuple[Row, str, int | None]] = {
    "an absent cell says nothing": ({}, "clear", 5_000),
    "a blank one is passed over": ({"price": ""}, "keep", 5_000),
    "a blank one clears where the source says so": ({"price": "N/A"}, "clear", None),
    "stated none is a change": ({"price": "Precio a consultar"}, "keep", None),
    "an unreadable one is passed over": ({"price": "::"}, "keep", 5_000),
    "an unreadable one counts as blank": ({"price": "::"}, "clear", None),
}


@pytest.mark.parametrize("rule", CELLS)
async def test_of_cells(catalogue: Catalogue, rule: str) -> None:
    cell, blank, price = CELLS[rule]
    await catalogue.register(blank=blank)
    await catalogue.run([home(1, price=5_000)])

    result = await catalogue.run([{**without(home(1), "price"), **cell}], day=1)

    live = await catalogue.live()
    assert live["price"] == price
    assert live["price_note"] == ("Precio a consultar" if rule.startswith("stated") else None)
    assert result.metrics.quarantined_properties == 0
    assert await catalogue.complaints() == []


async def test_an_unreadable_cell_keeps_its_text_beside_the_row(catalogue: Catalogue) -> None:
    session_id = await catalogue.stage([home(1, bedrooms="many")])

    issues, raw = await catalogue.superuser.fetchrow(
        "select issues::text, raw ->> 'bedrooms' from public.property_scrapes_staging where session_id = $1",
        session_id,
    )
    (issue,) = catalogue.read(issues)
    assert (issue["field"], issue["kind"], issue["text"], raw) == ("bedrooms", "unparseable", "many", "many")


async def test_a_listing_can_lose_neither_its_title_nor_its_url(catalogue: Catalogue) -> None:
    await catalogue.register(blank="clear")
    await catalogue.run([home(1)])

    blank = dict.fromkeys(("title", "property_type", "address", "city"), "")
    await catalogue.run([home(1, **blank, bedrooms=4)], day=1, with_rules=False)

    live = await catalogue.live()
    assert (live["title"], live["source_url"], live["bedrooms"]) == (
        *("Casa 1 en venta", "https://acme.example/A-1"),
        4,
    )


async def test_a_volatile_field_never_makes_a_change_by_itself(catalogue: Catalogue) -> None:
    await catalogue.register(volatile=("description",))
    await catalogue.run(homes(2))

    result = await catalogue.run(
        [home(1, description="Visto 5 veces"), home(2, description="Visto 6 veces", price=5_000)], day=1
    )

    assert result.metrics.updated_properties == 1
    assert [row["field_name"] for row in await catalogue.changes(result)] == ["price"]
    assert await catalogue.complaints() == []


async def test_a_volatile_field_is_updated_with_other_changes(
    catalogue: Catalogue,
) -> None:
    await catalogue.register(volatile=("description", "bedrooms"))
    await catalogue.run(homes(2))

    await catalogue.run([home(1, bedrooms=5), home(2, bedrooms=5, description="Visto", price=5_000)], day=1)

    assert [(await catalogue.live(number))["bedrooms"] for number in (1, 2)] == [3, 5]
    assert (await catalogue.live(2))["description"] == "Visto"
    found = (
        "select property_id from public.properties_live where search_vector @@ to_tsquery('spanish', 'visto')"
    )
    assert [row["property_id"] for row in await catalogue.superuser.fetch(found)] == ["A-2"]
    assert await catalogue.complaints() == []


async def test_a_volatile_field_absent_or_pinned_stays(catalogue: Catalogue) -> None:
    await catalogue.register(volatile=("description", "title"))
    await catalogue.run(homes(3))
    await catalogue.pin("description", 2)

    await catalogue.run(
        [
            without(home(1, price=5_000), "description"),
            home(2, price=5_000, description="Visto"),
            home(3, price=5_000, description=""),
        ],
        day=1,
    )

    assert {(await catalogue.live(number))["description"] for number in (1, 2, 3)} == {
        "Casa luminosa con patio y dos recámaras"
    }


async def test_a_bare_amount_is_in_the_currency_of_the_source(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, price="4,650,000"), home(2, price="US$ 200,000")])

    assert [(await catalogue.live(number))["currency"] for number in (1, 2)] == ["MXN", "USD"]


async def test_an_equal_fingerprint_is_not_compared_and_another_version_is(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))
    await catalogue.superuser.execute(
        "update property_manager.listing_state set fingerprint_version = 0 where property_id = 'A-1'"
    )

    result = await catalogue.run(homes(2), day=1)

    assert await catalogue.candidates(result) == ["A-1"]
    assert result.metrics.unchanged_properties == 2
