"""Decisions in a browser: of a plan, a pair, a row set aside; by two people; with hostile text everywhere."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from config.errors import DatabaseUnreachableError
from dashboard.access.users import staff
from dashboard.pages import _deciding
from services.duplicates import find_duplicates
from tests.catalogue import Catalogue, Row, home, homes
from tests.dashboard.conftest import READER, problems
from tests.dashboard.site import LOOP, Look, Site, opened, served_to

pytestmark = LOOP

HOSTILE: Final = '<script>window.hurt=1</script><img src=x onerror="window.hurt=1"> \'"&{{7*7}}'
HTML: Final = {"accept": "text/html"}


async def last_deed(site: Site) -> int:
    """The newest line of the admin audit."""
    found: int | None = await site.superuser.fetchval("select max(id) from property_manager.admin_audit")
    return found or 0


async def deeds(site: Site, after: int) -> list[tuple[str, str]]:
    """Who did what, after a line of the admin audit."""
    rows = await site.superuser.fetch(
        "select actor, action from property_manager.admin_audit where id > $1 and actor like 'user:%'"
        " order by id",
        after,
    )
    return [tuple(row) for row in rows]


async def held(catalogue: Catalogue) -> UUID:
    """A plan that the guard holds: an outage, and texts that would do harm as markup."""
    await catalogue.run(homes(40))
    rows = [home(1, title=HOSTILE, price=900_000), home(2, description=HOSTILE, bedrooms="3 o 4")]
    result = await catalogue.run([*rows, home(3, bedrooms=400, title=HOSTILE)], day=1)
    assert result.plan_id is not None
    return result.plan_id


async def is_text(page: Page) -> bool:
    """Whether hostile text made no element; the pages' policy would keep one from running anything."""
    return await page.locator("main :is(script, img[src=x])").count() == 0


async def confirm(page: Page, opens: str, does: str, **fields: str) -> None:
    """Open what has to be confirmed, fill it in and send it."""
    await page.get_by_role("button", name=opens).click()
    for name, value in fields.items():
        await page.locator(f"[popover]:popover-open [name={name}]").fill(value)
    await page.get_by_role("button", name=does, exact=True).click()
    await page.wait_for_load_state("domcontentloaded")


async def test_a_held_plan_says_why_and_is_applied_once_it_is_confirmed(site: Site, look: Look) -> None:
    """The confirmation names the counts; whoever comes second reads who decided; all text is text."""
    source = await site.catalogue.beside("outage")
    plan, before = await held(source), await last_deed(site)
    async with (
        look() as ana,
        served_to(site, staff("ben")) as of_ben,
        look(may_fail=True, java_script_enabled=False) as ben,
    ):
        page = await opened(ana, f"{site.url}/plans?source=outage")
        await expect(page.locator("main")).to_contain_text("looks like an outage")
        await page.get_by_role("link", name="outage plan").click()
        await expect(page.locator(".verdict > h2")).to_have_text("Why the guard holds it")
        price = page.locator(".moves").filter(has_text="price").first
        await expect(price).to_contain_text("1,001,000→900,000")
        late = await ben.new_page()
        await late.goto(f"{of_ben}/plans/{plan}")
        assert await problems(page) == []

        await confirm(page, "Apply 2 changed, 37 no longer shown", "Apply to outage")

        await expect(page.locator(".said")).to_have_text("Applied: 2 changed, 37 no longer shown.")
        await expect(page.locator(".verdict")).to_contain_text("ana decided it just now")
        assert list((await source.statuses()).values()).count("active") == 3
        await confirm(late, "Discard…", "Discard the plan", reason="too late")
        await expect(late.locator("main")).to_contain_text(re.compile(r"is applied, by user:ana at 20\d\d-"))
        await late.get_by_role("link", name="Back to the page").click()
        await expect(late.locator(".verdict")).to_contain_text("ana decided it")
        assert await deeds(site, before) == [("user:ana", "approve")]
        assert await is_text(page)


async def test_a_plan_that_takes_long_goes_on_and_its_page_says_when_it_is_done(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer does not wait, and the page moves by itself."""
    plan = await held(await site.catalogue.beside("long"))
    monkeypatch.setattr(_deciding, "_PATIENCE", 0)
    async with look() as ana:
        page = await opened(ana, f"{site.url}/plans/{plan}")
        await confirm(page, "Apply 2 changed", "Apply to long")
        await expect(page.locator(".said")).to_contain_text("is being applied")
        await expect(page.locator(".verdict")).to_contain_text("ana decided it")


async def test_a_plan_that_fails_while_it_goes_on_says_so_by_itself(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing moves in the database then: the page asks until it knows."""
    plan, gone = await held(await site.catalogue.beside("failing")), asyncio.Event()
    monkeypatch.setattr(_deciding, "_PATIENCE", 0)

    async def fail() -> None:
        await gone.wait()
        raise DatabaseUnreachableError("the database went away")

    await _deciding.in_time(plan, "user:ana", fail())
    async with look() as ben:
        page = await opened(ben, f"{site.url}/plans/{plan}")
        await expect(page.locator(".verdict")).to_contain_text("ana has approved this plan")
        assert await problems(page) == []
        gone.set()
        await expect(page.get_by_role("alert")).to_have_text(
            "Its last approval failed: the database went away"
        )


async def test_a_plan_is_discarded_with_a_reason(site: Site, look: Look) -> None:
    """What was read is shown before, doubts first; the reason stays with the plan."""
    plan, before = await held(await site.catalogue.beside("doubtful")), await last_deed(site)
    async with look(viewport={"width": 390, "height": 800}) as ana:
        page = await opened(ana, f"{site.url}/plans/{plan}/read")
        await expect(page.locator(".cards li").first).to_contain_text("bedrooms doubtful")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await problems(page) == []

        await confirm(page, "Discard…", "Discard the plan", reason="the site was down")

        await expect(page.locator(".verdict")).to_contain_text("ana decided it just now: “the site was down”")
        assert await deeds(site, before) == [("user:ana", "discard")]
        assert await is_text(page)


async def test_a_pair_is_merged_and_that_is_taken_back(site: Site, look: Look) -> None:
    """Two listings side by side, with what differs; two decisions, and the pair waits no more."""

    def flat(title: str, **more: Any) -> Row:
        return home(7, address="Calle 60 # 214", city="Izamal", title=title, latitude=None, **more)

    one, other = [await site.catalogue.beside(name) for name in ("pair-one", "pair-two")]
    await one.run([flat(HOSTILE)])
    await other.run([flat("Casa", bedrooms=4)])
    await find_duplicates(site.database, merge_at=1, review_at=0.01, actor="find")
    before = await last_deed(site)
    async with look() as ana:
        page = await opened(ana, f"{site.url}/duplicates?source=pair-one")
        await page.locator(".pair h2 a").first.click()
        await expect(page.locator("tr.differs").filter(has_text="bedrooms")).to_be_visible()
        pair = page.url
        assert await problems(page) == []

        await confirm(page, "Merge", "Merge the two", reason="the same photos")
        await expect(page.locator(".verdict")).to_contain_text("ana said so just now: “the same photos”")
        await page.get_by_role("button", name="Take it back").click()
        await expect(page.locator(".said")).to_contain_text("is taken back")
        assert await problems(page) == []

        await page.goto(pair)
        await expect(page.locator(".verdict > h2")).to_have_text("They are two homes")
        actions = ["merge_listings", "undo_home_event"]
        assert await deeds(site, before) == [("user:ana", action) for action in actions]
        assert await is_text(page)


async def test_a_row_set_aside_is_parsed_again_and_another_discarded(site: Site, look: Look) -> None:
    source = await site.catalogue.beside("aside")
    await source.run([*homes(3), home(4, bedrooms=400), home(5, bedrooms=500, title=HOSTILE)])
    await site.superuser.execute(
        "update public.validation_rules set version = version + 1,"
        """ rule_config = '{"min": 0, "max": 450}' where field_name = 'bedrooms' and rule_type = 'range'"""
    )
    before = await last_deed(site)
    async with look() as ana:
        page = await opened(ana, f"{site.url}/quarantine?source=aside")
        await expect(page.locator("main")).to_contain_text("bedrooms 400 is outside 0 … ")
        assert await problems(page) == []
        await page.get_by_role("link", name="Casa 4 en venta").click()
        assert await problems(page) == []

        await page.get_by_role("button", name="Parse it again").click()

        await expect(page.locator(".said")).to_have_text("Parsed again and applied: 1 new.")
        await page.locator(".listings a").click()
        await confirm(page, "Discard…", "Discard the row", reason="a test listing")
        await expect(page.locator(".said")).to_contain_text("Discarded 1 row")
        actions = ["reprocess", "discard_quarantined"]
        assert await deeds(site, before) == [("user:ana", action) for action in actions]
        assert await is_text(page)


async def test_quality_shows_what_to_do_and_how_it_develops(site: Site, look: Look) -> None:
    """A board of sources, the trend of one as charts over tables, a report with what was written."""
    source = await site.catalogue.beside("scored")
    for day in range(3):
        rows = [*homes(20), home(21, bedrooms="muchas" + HOSTILE), home(22, bedrooms=900)]
        await source.run(rows[: 20 + day], day=day)
    async with look() as ana, look(java_script_enabled=False) as plain:
        page = await opened(ana, f"{site.url}/quality")
        await page.get_by_role("link", name="scored").click()
        await expect(page.locator(".chart canvas").first).to_be_visible()
        assert await problems(page) == []
        await page.get_by_role("link", name="its whole report").click()
        await expect(page.locator("main")).to_contain_text("muchas<script>")
        assert await problems(page) == []
        assert await is_text(page)
        await page.goto(f"{site.url}/quality/rules")
        await expect(page.locator("tbody tr").first).to_contain_text("bedrooms")
        assert await problems(page) == []
        without = await plain.new_page()
        await without.goto(f"{site.url}/quality/source?name=scored")
        await expect(without.locator(".chart table").first).to_be_visible()


async def test_readers_see_no_contact_where_something_waits(site: Site) -> None:
    """Neither as page nor as JSON: in changes, previews, reports, rows set aside and what they came as."""
    source = await site.catalogue.beside("contacts")
    told = {"agent_phone": "+52 999 123 4567", "agent_email": "zoe@agency"}
    await source.run(homes(40, agent_name="Ana Zuniga"))
    rows = [home(1, agent_name="Zoe Quijano", **told), home(2, bedrooms=900, **told)]
    held = await source.run([*rows, home(3, agent_email="zoe at agency")], day=1)
    (row,) = await site.superuser.fetch(
        "select id from property_manager.quarantine where session_id = $1", held.session_id
    )
    paths = [
        *(f"/plans/{held.plan_id}", f"/plans/{held.plan_id}/read", f"/quality/session/{held.session_id}"),
        *("/quality/source?name=contacts", "/quarantine?source=contacts", f"/quarantine/{row[0]}"),
    ]
    seen = ("Quijano", "Zuniga", "123 4567", "1234567", "zoe@", "zoe at")
    async with served_to(site, READER) as of_eve, site.client() as http:
        shown: dict[str, list[str]] = {}
        for url in (site.url, of_eve):
            shown[url] = []
            for path in paths:
                base, _, query = path.partition("?")
                page = await http.get(url + path, headers=HTML)
                document = await http.get(f"{url}{base}.json?{query}")
                assert page.status_code == document.status_code == 200, path
                shown[url] += [f"{path}: {word}" for word in seen if word in page.text + document.text]
    assert shown[of_eve] == []
    assert len(shown[site.url]) > 5


async def test_a_reader_looks_and_decides_nothing(site: Site, look: Look) -> None:
    """No form is shown, and what is sent all the same is refused; so is a form of another site."""
    plan, before = await held(await site.catalogue.beside("read-only")), await last_deed(site)
    async with served_to(site, READER) as of_eve, look() as eve, site.client() as http:
        page = await opened(eve, f"{of_eve}/plans/{plan}")
        assert await page.locator("form[action*=approve], form[action*=discard]").count() == 0
        await expect(page.locator("main")).to_contain_text("Staff decide on it")
        own = await http.get(f"/plans/{plan}", headers=HTML)
        (token, *_) = re.findall(r'name="form_token" value="([^"]+)"', own.text)
        for url, headers, sent in (
            (of_eve, {"origin": of_eve}, {"form_token": token}),
            (site.url, {"origin": "http://elsewhere.example"}, {"form_token": token}),
            (site.url, {"origin": site.url, "sec-fetch-site": "cross-site"}, {"form_token": token}),
            (site.url, {"origin": site.url}, {}),
            (site.url, {"origin": site.url}, {"form_token": token[::-1]}),
        ):
            for path in (f"/plans/{plan}/approve", f"/plans/{plan}/discard", "/quarantine/discard"):
                data = {**sent, "reason": "no", "source": "read-only"}
                answer = await http.post(url + path, data=data, headers=headers)
                assert answer.status_code == 403, (path, headers, answer.text)
    assert await deeds(site, before) == []
    status = "select status from property_manager.plans where id = $1"
    assert await site.superuser.fetchval(status, plan) == "held"
