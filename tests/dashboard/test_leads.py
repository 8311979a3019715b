"""The pages of leads: read by staff, as a page and as JSON."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import expect

from dashboard.access.users import User
from tests.dashboard.conftest import READER, problems
from tests.dashboard.site import LOOP, Look, Site, opened, served_to
from tests.services.county.scoring.parcels import County, county_of, day
from tests.services.county.scoring.test_scores import put_worked_parcels

pytestmark = LOOP
HOSTILE = "<script>document.title='hurt'</script>"


@pytest_asyncio.fixture(loop_scope="session")
async def county(site: Site) -> County:
    """A county scored on two days, one parcel with an address that would be markup."""
    county = await county_of(site.catalogue)
    await put_worked_parcels(county)
    await county.score()
    await county.change("properties", county.parcels["3ALL"], address=HOSTILE)
    await county.score(20)
    return county


async def test_leads_are_listed_by_tier_and_each_is_explained(site: Site, look: Look, county: County) -> None:
    async with look() as profile:
        page = await opened(profile, f"{site.url}/leads?tier=A")
        await expect(page.locator("main table").last).to_contain_text("printed 3ALL")
        await expect(page.locator(".figures")).to_contain_text("since 15 Jan")
        assert await problems(page) == []
        await page.get_by_role("link", name="printed 3ALL").click()
        await expect(page.locator("main")).to_contain_text("all of tax gives 60 at most")
        await expect(page.locator("main")).to_contain_text("assessed USD 120,000")
        assert "hurt" not in await page.title()
        assert await problems(page) == []
    async with site.client() as client:
        found = (await client.get("/leads.json")).json()
        assert found["leads"][0]["tier"] == "A"
        assert found["days"][0][1:] == [1, 0, 2, 2]
        lead = (await client.get(f"/leads/{county.parcels['3ALL']}.json")).json()
        assert (lead["lead"]["as_of"], lead["lead"]["tier"]) == (str(day(20)), "A")
        named = (await client.get("/leads/find.json", params={"parcel": "3ALL"})).json()
        assert named["parcel"]["property_id"] == str(county.parcels["3ALL"])
        rest = (await client.get("/leads.json", params={"after": str(county.parcels["3ALL"])})).json()
        assert len(rest["leads"]) == 4


async def test_leads_are_not_shown_to_readers(site: Site, county: County) -> None:
    reader: User = READER
    async with served_to(site, reader) as url, site.client() as client:
        for path in ("/leads", f"/leads/{county.parcels['3ALL']}", "/leads/find?parcel=3ALL"):
            answer = await client.get(url + path)
            assert (answer.status_code, "shown to staff" in answer.text) == (200, True), path
            assert "3ALL" not in answer.text.replace("parcel=3ALL", ""), path
