"""The map of parcels in a browser: leads by tier, cases and auctions; a list where no map can be drawn."""

from __future__ import annotations

import aiohttp
import asyncpg
from playwright.async_api import expect

from tests.dashboard.conftest import READER, Serving, problems
from tests.dashboard.test_catalogue import DRAWN, NO_MAP
from tests.parcels import fill

ASKED: list[tuple[str, int, str]] = [
    ("/parcels?show=everything", 400, "is not one of all, leads"),
    ("/parcels?around=here", 404, 'No parcel is called "here"'),
    ("/parcels?around=91,0", 400, "Latitude 91 and longitude 0 are no place"),
    ("/parcels?south=5&north=1&west=0&east=1", 400, "lies north of its north"),
    ("/parcels?show=auctions", 200, '"clusters":[]'),
]


async def few(conn: asyncpg.Connection) -> None:
    """Fourteen parcels on a street, two with an open case; the third is a lead of tier A."""
    await fill(conn, 14)
    await conn.execute(
        "update county.properties set latitude = 28.5 + record_id::integer * 0.001, longitude = -81.4,"
        " address = '<b>' || record_id || ' N Main St</b>'"
    )
    await conn.execute(
        "insert into county.lead_scores (property_id, distress, value, location, urgency, total, tier,"
        " confidence, reasons, score_version, as_of, fingerprint, scored_at)"
        " select id, 90, 90, 90, 90, 90, 'A', 1, '[]', 1, '2026-11-29', 0, now()"
        " from county.properties where record_id = '3'"
    )


async def test_leads_are_on_the_map_by_tier(superuser: asyncpg.Connection, serving: Serving) -> None:
    """What is shown is counted beside it; a key opens one, and what a source wrote stays text."""
    await few(superuser)
    served = await serving()
    page = await served.open("/parcels?show=tier-a")
    await expect(page.locator(".lead")).to_contain_text("1 of tier A")
    point = page.locator(".map button.point.kind-a")
    await expect(point).to_have_accessible_name("<b>3 N Main St</b>, 1 of tier A, 90.00", timeout=DRAWN)
    await point.focus()
    await page.keyboard.press("Enter")
    popup = page.locator(".maplibregl-popup")
    await expect(popup.get_by_role("link", name="<b>3 N Main St</b>")).to_be_visible()
    assert await problems(page) == [] == served.errors


async def test_without_webgl_the_places_are_a_list(superuser: asyncpg.Connection, serving: Serving) -> None:
    await few(superuser)
    served = await serving()
    page = await served.open("/parcels?show=auctions")
    await page.context.add_init_script(NO_MAP)
    await page.goto(served.url + "/parcels")
    await expect(page.locator("[data-map-said]")).to_contain_text("cannot draw the map", timeout=DRAWN)
    await expect(page.get_by_role("heading", name="Where they are")).to_be_visible()
    row = page.locator("[data-map-list] tbody tr").first
    await expect(row).to_contain_text("1 of tier A, 13 without a score, 2 open code cases")
    await row.locator("a").click()
    await expect(page.locator("[data-map-list] tbody tr")).not_to_have_count(0)


async def test_its_json_is_what_the_map_shows(
    superuser: asyncpg.Connection, serving: Serving, http: aiohttp.ClientSession
) -> None:
    """Around a place; what cannot be asked is said in words; who only reads is shown none of it."""
    await few(superuser)
    served = await serving()
    for asked, status, said in ASKED:
        path, _, query = asked.partition("?")
        async with http.get(f"{served.url}{path}.json?{query}") as answer:
            text = await answer.text()
            assert (answer.status, said.replace('"', '\\"') in text or said in text) == (status, True), text
    async with http.get(f"{served.url}/parcels.json?around=28.5005,-81.4&zoom=21") as answer:
        part = (await answer.json())["part"]
    assert part["counts"] == {"A": 1, "none": 6, "case": 1} and not part["more"]
    reader = await serving(READER)
    async with http.get(f"{reader.url}/parcels.json") as answer:
        assert await answer.json() == {"allowed": False, "part": None}
