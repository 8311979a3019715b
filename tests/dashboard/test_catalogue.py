"""Listings, the map and changes in a browser: found, clustered, explained, live; hostile text stays text."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import asyncpg
from playwright.async_api import expect

from tests.catalogue import Catalogue, at, home, homes, without
from tests.dashboard.conftest import READER, Serving, problems

HOSTILE = '<script>window.hurt=1</script><img src=x onerror="window.hurt=1"> \'"&{{7*7}}'
DRAWN = 120_000
"""Milliseconds in which a browser without a graphics card draws a map, however busy the machine is."""
NO_MAP = "HTMLCanvasElement.prototype.getContext = () => null"


async def listing_id(superuser: asyncpg.Connection, number: int = 1) -> str:
    found = await superuser.fetchval(
        "select id from public.properties_live where property_id = $1", f"A-{number}"
    )
    return str(found)


async def told(catalogue: Catalogue) -> None:
    """Two days: a price drops, one leaves, one has no place."""
    await catalogue.run([*homes(8), without(home(9), "latitude", "longitude")])
    await catalogue.run(
        [home(1, price=900_000, title="Casa rebajada"), *(home(n) for n in (2, 3, 4, 5, 6, 7)), home(9)],
        day=1,
    )


async def test_listings_are_found_listed_and_shown_on_the_map(catalogue: Catalogue, serving: Serving) -> None:
    """By words and price, which the address says; the map counts them, and a key opens one."""
    await told(catalogue)
    served = await serving()
    page = await served.open("/listings")
    await expect(page.locator(".lead")).to_contain_text("8 listings are on the market")
    cluster = page.locator(".map button.cluster, .map button.point")
    await expect(cluster.first).to_be_visible(timeout=DRAWN)
    await expect(page.locator("[data-map-said]")).to_contain_text("8 listings in this part")
    assert await problems(page) == []
    await page.get_by_role("searchbox").fill("rebajada")
    await page.get_by_label("to", exact=True).fill("950k")
    await page.get_by_role("button", name="Search").click()
    await expect(page.locator(".lead")).to_contain_text("1 listing matches")
    assert "max=950k" in page.url
    point = page.locator(".map button.point")
    await expect(point).to_have_accessible_name("Casa rebajada, MXN 900,000", timeout=DRAWN)
    await point.focus()
    await page.keyboard.press("Enter")
    await page.locator(".maplibregl-popup").get_by_role("link", name="Casa rebajada").click()
    await expect(page.locator("h1")).to_have_text("Casa rebajada")
    assert served.errors == []


async def test_without_webgl_or_script_the_places_are_a_list(catalogue: Catalogue, serving: Serving) -> None:
    await told(catalogue)
    served = await serving()
    for options in ({"java_script_enabled": False}, {}):
        page = await served.open("/listings?status=any", **options)
        if not options:
            await page.context.add_init_script(NO_MAP)
        await page.goto(served.url + "/map")
        if not options:
            await expect(page.locator("[data-map-said]")).to_contain_text(
                "cannot draw the map", timeout=DRAWN
            )
        await expect(page.get_by_role("heading", name="Where they are")).to_be_visible()
        await expect(page.locator(".map")).to_be_hidden()
        await page.locator("[data-map-list] tbody a").first.click()
        await expect(page.locator("[data-map-list] tbody tr")).not_to_have_count(0)
        assert "south=" in page.url


async def test_changes_appear_as_they_are_applied_and_lead_to_the_history(
    catalogue: Catalogue, serving: Serving
) -> None:
    await told(catalogue)
    page = await (await serving()).open("/changes?kind=price_drop")
    await expect(page.locator(".changes > li")).to_have_count(1)
    await expect(page.locator(".changes")).to_contain_text(
        re.compile(r"MXN 1,001,000\s*→ MXN 900,000\s*−10.1 %")
    )
    assert await problems(page) == []
    await catalogue.run(
        [home(1, price=900_000, title="Casa rebajada"), home(2, price=800_000)], day=2, verdict="partial"
    )
    await expect(page.locator(".changes > li")).to_have_count(2, timeout=DRAWN)
    await page.locator(".changes a").first.click()
    await expect(page.locator("#history")).to_contain_text("MXN 800,000")


async def test_a_listing_shows_where_values_come_from_and_how_it_stood(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving
) -> None:
    """By links without script, and by a slider with it; before it came, the page says so."""
    await told(catalogue)
    await catalogue.edit(1, bedrooms=4, day=2, actor="ana")
    path = f"/listings/{await listing_id(superuser)}"
    served = await serving()
    plain = await served.open(path, java_script_enabled=False)
    await expect(plain.locator("#field-price")).to_contain_text("MXN 900,000")
    await plain.locator("#field-bedrooms > summary").click()
    await expect(plain.locator("#field-bedrooms .chain")).to_contain_text("edited by ana")
    await plain.locator(".moments a").last.click()
    await expect(plain.locator(".past")).to_contain_text("As it stood on")
    await expect(plain.locator("#field-price")).to_contain_text("MXN 1,001,000")
    await expect(plain.locator("h1")).to_have_text("Casa 1 en venta")

    page = await served.open(path)
    assert await problems(page) == []
    await page.get_by_role("slider").focus()
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator(".past")).to_be_visible()
    await expect(page.locator("#field-bedrooms")).to_contain_text("3")
    await page.goto(f"{served.url}{path}?at={at(-1).date()}")
    await expect(page.locator(".past")).to_contain_text(
        "It was not in the catalogue yet: it came on 1 November 2025"
    )
    assert served.errors == []


async def test_hostile_and_huge_values_are_shown_as_text(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving, http: aiohttp.ClientSession
) -> None:
    """Markup in every field, an address that is a script, and a megabyte: no page is heavy or runs it."""
    named = ("property_type", "address", "neighborhood", "city", "price_note", "agent_name")
    values: dict[str, Any] = {**dict.fromkeys(named, HOSTILE), "features": {HOSTILE: HOSTILE}}
    long = f"{HOSTILE} {'x' * 1_000_000}"
    await catalogue.run([home(1, title=HOSTILE, description=long, amenities=[HOSTILE], **values)])
    await superuser.execute(
        "update public.properties_live set source_url = 'javascript:window.hurt=1', currency = '<b>',"
        " video_url = 'JavaScript:1'"
    )
    served = await serving()
    listing = f"/listings/{await listing_id(superuser)}"
    for path in ("/listings", "/map", "/changes", "/changes?field=description", listing):
        async with http.get(served.url + path, headers={"Accept": "text/html"}) as answer:
            text = await answer.text()
            assert answer.status == 200 and len(text) < 300_000, path
            assert "<script>w" not in text and "<img" not in text and "<b>" not in text, path
    page = await served.open("/map")
    await page.locator(".map button.point").click()
    await expect(page.locator(".maplibregl-popup")).to_contain_text("<script>window.hurt=1")
    await page.goto(served.url + listing)
    assert await page.locator("main script, main img, a[href^='javascript' i]").count() == 0
    assert await page.evaluate("window.hurt") is None and served.errors == []


ASKED: list[tuple[str, int, str]] = [
    ("/listings?min=5&max=3&currency=MXN", 400, "the lowest price is above the highest"),
    ("/listings?min=much", 400, "is not an amount"),
    ("/listings?status=sold", 400, "is not one of active, inactive, removed, any"),
    ("/listings?source=nobody", 404, 'there is no source \\"nobody\\"'),
    ("/listings?after=x", 400, "after is no cursor"),
    ("/map?south=5", 400, "west is not a number of degrees"),
    ("/map?south=5&north=1&west=0&east=1", 400, "lies north of its north"),
    ("/map?south=nan&north=1&west=0&east=1", 400, "south is not a number of degrees"),
    ("/changes?kind=sold", 400, "is not one of new"),
    ("/changes?field=colour", 400, 'a listing has no field \\"colour\\"'),
    ("/changes?since=yesterday", 400, "is not a time"),
    ("/changes?since=2026-01-02&until=2026-01-01", 400, "the first moment lies after the second"),
    ("/changes?before=7", 400, "is not a place among the changes"),
    ("/listings/3f9b0b6e-0000-4000-8000-000000000001", 404, "the catalogue has no listing"),
    ("/listings/3f9b0b6e-0000-4000-8000-000000000001/page", 404, "the catalogue has no listing"),
    ("/listings", 200, '"listings":[]'),
    ("/map", 200, '"clusters":[]'),
    ("/changes", 200, '"changes":[]'),
]  # fmt: skip


async def test_what_cannot_be_asked_is_said_in_words_and_an_empty_catalogue_is_no_error(
    serving: Serving, http: aiohttp.ClientSession
) -> None:
    served = await serving()
    for asked, status, said in ASKED:
        path, _, query = asked.partition("?")
        async with http.get(f"{served.url}{path}.json?{query}") as answer:
            text = await answer.text()
            right = said.lower() in text.lower()
            assert (answer.status, right) == (status, True), (asked, text[:300])
        async with http.get(served.url + asked, headers={"Accept": "text/html"}) as answer:
            assert answer.status == status, asked
            assert "Traceback" not in await answer.text()


async def test_somebody_who_only_reads_sees_no_contact(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving, http: aiohttp.ClientSession
) -> None:
    await catalogue.run(homes(1, agent_name="Ana Planted", agent_phone="+525512345678"))
    await catalogue.run(homes(1, agent_name="Eva Planted", agent_phone="+525587654321"), day=1)
    served = await serving(READER)
    path = f"/listings/{await listing_id(superuser)}"
    for asked in (path, "/changes", "/listings", "/map"):
        for suffix in ("", ".json"):
            async with http.get(served.url + asked + suffix, headers={"Accept": "text/html"}) as answer:
                text = await answer.text()
                assert answer.status == 200 and "Planted" not in text and "55123" not in text, asked
    async with http.get(f"{served.url}{path}/page.json") as answer:
        assert answer.status == 403
