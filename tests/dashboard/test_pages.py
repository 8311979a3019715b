"""Every page: readable by anybody, with and without scripts, in both themes, empty and full, and as JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import TimeoutError as PlaywrightTimeout

from dashboard.pages import all_pages
from tests.catalogue import home, homes
from tests.dashboard.conftest import problems
from tests.dashboard.site import LOOP, Look, Site

pytestmark = LOOP

PLAIN = [page.path for page in all_pages() if page.menu]
"""The pages of the menu."""
HOSTILE = "<img src=x onerror=\"document.title='hurt'\"><script>document.title='hurt'</script>'\"{{7*7}}"


@pytest_asyncio.fixture(loop_scope="session")
async def full(site: Site) -> AsyncIterator[Site]:
    """A catalogue with days, rows set aside, a held plan, a failed session, and text that would be markup."""
    await site.catalogue.run([*homes(8), home(9, price="none of your business", title=HOSTILE)], day=0)
    await site.catalogue.run([home(1, price=900_000), *homes(8)[1:]], day=1)
    held = await site.catalogue.run([], day=2)
    await site.superuser.execute(
        "update public.scraping_sessions set session_name = $2, base_url = $2 where id = $1",
        held.session_id,
        HOSTILE,
    )
    await site.superuser.execute(
        "insert into public.scraping_errors (session_id, url, error_type, error_message)"
        " values ($1, 'https://acme.example/a', 'timeout', $2), ($1, 'javascript:alert(1)', 'x', $2)",
        held.session_id,
        HOSTILE * 20,
    )
    yield site


async def newest(site: Site) -> list[str]:
    """The pages of the newest session and of its source."""
    session = await site.superuser.fetchval(
        "select id from public.scraping_sessions order by created_at desc limit 1"
    )
    return [f"/sessions/{session}", "/sources/acme"]


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
async def test_an_empty_catalogue_says_what_to_run(site: Site, look: Look, script: bool) -> None:
    """A catalogue that has nothing but the name of a source."""
    async with look(java_script_enabled=script) as profile:
        page = await profile.new_page()
        for path in ("/", "/sessions", "/sources", "/jobs"):
            await page.goto(site.url + path)
            said = await page.locator(".empty").all_inner_texts()
            assert path == "/sources" or any("property-manager " in text for text in said), path


async def test_no_page_keeps_anybody_out_in_either_theme(full: Site, look: Look) -> None:
    """Axe finds nothing serious, on a phone neither; nothing is wider than it; no markup of a source acts."""
    found: dict[str, list[str]] = {}
    async with look() as profile:
        page = await profile.new_page()
        for path in [*PLAIN, *await newest(full)]:
            answer = await page.goto(full.url + path)
            assert answer is not None
            assert answer.status == 200, path
            for theme in ("light", "dark"):
                await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                found[f"{path} {theme}"] = await problems(page)
            await page.set_viewport_size({"width": 390, "height": 844})
            try:  # a chart is drawn anew a moment after the screen has changed
                await page.wait_for_function(
                    "document.documentElement.scrollWidth <= innerWidth", timeout=5_000
                )
            except PlaywrightTimeout:
                found[f"{path} phone"] = ["the page is wider than the screen"]
            await page.set_viewport_size({"width": 1280, "height": 800})
            assert await page.title() != "hurt"
            assert await page.locator("a[href^='javascript']").count() == 0
    assert {where: each for where, each in found.items() if each} == {}


async def test_what_is_shown_needs_no_script_and_is_there_as_json(full: Site, look: Look) -> None:
    """Charts are tables then, the menu leads on, and the link at the end leads to the same data."""
    async with look(java_script_enabled=False) as profile, full.client() as client:
        page = await profile.new_page()
        await page.goto(f"{full.url}/")
        assert await page.locator("figure table tbody tr:visible").count() >= 4
        for path in [*PLAIN, *await newest(full)]:
            await page.goto(full.url + path)
            twin = await page.get_by_role("link", name="This page as JSON").get_attribute("href")
            answer = await client.get(str(twin))
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), path
            assert isinstance(answer.json(), dict)
        await page.goto(f"{full.url}/sessions")
        await page.get_by_role("link", name="ago").first.click()
        await page.get_by_text("How it went").wait_for()


async def test_ten_thousand_sources_come_page_by_page(full: Site) -> None:
    """Each once, those first that need a person; a bad place in the list is said."""
    await full.superuser.execute(
        "insert into public.sources (name, facts) select format('s-%s', to_char(n, 'FM00000')), f.facts"
        " from generate_series(1, 10000) n, public.sources f where f.name = 'acme'"
    )
    seen: list[str] = []
    async with full.client() as client:
        path = "/sources.json"
        while True:
            found = (await client.get(path)).json()
            seen += [source["name"] for source in found["sources"]]
            if found["next"] is None or len(seen) >= 500:
                break
            path = str(client.build_request("GET", "/sources.json", params={"after": found["next"]}).url)
        assert (len(seen), len(set(seen)), seen[0]) == (500, 500, "acme")
        last = (await client.get("/sources.json", params={"named": "S-09999"})).json()
        assert [source["name"] for source in last["sources"]] == ["s-09999"]
        for wrong in ("after=x", "state=good"):
            answer = await client.get(f"/sources.json?{wrong}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "usage")
        assert (await client.get("/overview.json")).json()["states"]["new"] == 10_000
