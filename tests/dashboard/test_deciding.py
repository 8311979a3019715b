"""Decisions in a browser: of a plan, a pair, a row set aside; by two people; with hostile text everywhere."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
from playwright.async_api import Page, expect

from dashboard.access.users import staff
from database.handle import Database
from services.duplicates import find_duplicates
from tests.catalogue import Catalogue, Row, home, homes
from tests.dashboard.conftest import READER, Serving, problems

HOSTILE = '<script>window.hurt=1</script><img src=x onerror="window.hurt=1"> \'"&{{7*7}}'


async def deeds(superuser: asyncpg.Connection) -> list[tuple[str, str]]:
    rows = await superuser.fetch("select actor, action from property_manager.admin_audit order by id")
    return [tuple(row) for row in rows]


async def held(catalogue: Catalogue) -> UUID:
    """A plan that the guard holds: an outage, and texts that would do harm as markup."""
    await catalogue.run(homes(40))
    rows = [home(1, title=HOSTILE, price=900_000), home(2, description=HOSTILE, bedrooms="3 o 4")]
    result = await catalogue.run([*rows, home(3, bedrooms=400, title=HOSTILE)], day=1)
    assert result.plan_id is not None
    return result.plan_id


async def confirm(page: Page, opens: str, does: str, **fields: str) -> None:
    """Open what has to be confirmed, fill it in and send it."""
    await page.get_by_role("button", name=opens).click()
    for name, value in fields.items():
        await page.locator(f"[popover]:popover-open [name={name}]").fill(value)
    await page.get_by_role("button", name=does, exact=True).click()
    await page.wait_for_load_state("domcontentloaded")


async def test_a_held_plan_says_why_and_is_applied_once_it_is_confirmed(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving
) -> None:
    """The confirmation names the counts; whoever comes second reads who decided; all text is text."""
    plan = await held(catalogue)
    ana = await serving()
    page = await ana.open("/plans")
    await expect(page.locator("main")).to_contain_text("looks like an outage")
    await page.get_by_role("link", name="acme").first.click()
    await expect(page.locator(".verdict > h2")).to_have_text("Why the guard holds it")
    await expect(page.locator(".moves").filter(has_text="price").first).to_contain_text("1,001,000→900,000")
    late = await (await serving(staff("ben"))).open(f"/plans/{plan}", java_script_enabled=False)
    assert await problems(page) == []

    await confirm(page, "Apply 2 changed, 37 no longer shown", "Apply to acme")

    await expect(page.locator(".said")).to_have_text("Applied: 2 changed, 37 no longer shown.")
    await expect(page.locator(".verdict")).to_contain_text("ana decided it just now")
    assert list((await catalogue.statuses()).values()).count("active") == 2 + 1
    await confirm(late, "Discard…", "Discard the plan", reason="too late")
    await expect(late.locator("main")).to_contain_text(re.compile(r"is applied, by user:ana at 20\d\d-"))
    assert await deeds(superuser) == [("user:ana", "approve")]
    assert await page.evaluate("window.hurt") is None
    assert ana.errors == []


async def test_a_plan_is_discarded_with_a_reason(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving
) -> None:
    """What was read is shown before, doubts first; the reason stays with the plan."""
    plan = await held(catalogue)
    ana = await serving()
    page = await ana.open(f"/plans/{plan}/read", viewport={"width": 390, "height": 800})
    await expect(page.locator(".cards li").first).to_contain_text("bedrooms doubtful")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await problems(page) == []

    await confirm(page, "Discard…", "Discard the plan", reason="the site was down")

    await expect(page.locator(".verdict")).to_contain_text("ana decided it just now: “the site was down”")
    assert await deeds(superuser) == [("user:ana", "discard")]
    assert await page.evaluate("window.hurt") is None


async def test_a_pair_is_merged_undone_and_kept_apart(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving
) -> None:
    def flat(title: str, **more: Any) -> Row:
        return home(7, address="Calle 60 # 214", title=title, latitude=None, longitude=None, **more)

    other = await catalogue.beside("other")
    await catalogue.run([flat(HOSTILE)])
    await other.run([flat("Casa", bedrooms=4)])
    await find_duplicates(catalogue.database, merge_at=1, review_at=0.01, actor="find")
    ana = await serving()
    page = await ana.open("/duplicates")
    await page.locator(".pair h2 a").click()
    await expect(page.locator("tr.differs").filter(has_text="bedrooms")).to_be_visible()
    assert await problems(page) == []

    await confirm(page, "Merge", "Merge the two", reason="the same photos")
    await expect(page.locator(".verdict")).to_contain_text("ana said so just now: “the same photos”")
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.locator(".said")).to_contain_text("is taken back")
    assert await problems(page) == []
    await page.go_back()
    await page.reload()
    await expect(page.locator(".verdict > h2")).to_have_text("They are two homes")

    actions = ["merge_listings", "undo_home_event"]
    assert await deeds(superuser) == [("user:ana", action) for action in actions]
    assert await page.evaluate("window.hurt") is None
    assert ana.errors == []


async def test_a_row_set_aside_is_parsed_again_and_another_discarded(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving
) -> None:
    await catalogue.run([*homes(3), home(4, bedrooms=400), home(5, bedrooms=400, title=HOSTILE)])
    await superuser.execute(
        "update public.validation_rules set version = version + 1,"
        """ rule_config = '{"min": 0, "max": 500}' where field_name = 'bedrooms' and rule_type = 'range'"""
    )
    ana = await serving()
    page = await ana.open("/quarantine?source=acme")
    await expect(page.locator("main")).to_contain_text("bedrooms 400 is outside 0 … 200")
    assert await problems(page) == []
    await page.get_by_role("link", name="Casa 4 en venta").click()
    assert await problems(page) == []

    await page.get_by_role("button", name="Parse it again").click()

    await expect(page.locator(".said")).to_have_text("Parsed again and applied: 1 new.")
    await page.locator(".listings a").click()
    await confirm(page, "Discard…", "Discard the row", reason="a test listing")
    await expect(page.locator("main")).to_contain_text("No row waits here.")
    assert [row for row in await deeds(superuser) if row[1] != "update"][-2:] == [
        ("user:ana", "reprocess"),
        ("user:ana", "discard_quarantined"),
    ]
    assert await page.evaluate("window.hurt") is None


async def test_quality_shows_what_to_do_and_how_it_develops(catalogue: Catalogue, serving: Serving) -> None:
    """A board of sources, the trend of one as charts over tables, a report with what was written."""
    for day in range(3):
        rows = [*homes(20), home(21, bedrooms="muchas" + HOSTILE), home(22, bedrooms=400)]
        await catalogue.run(rows[: 20 + day], day=day)
    ana = await serving()
    page = await ana.open("/quality")
    await page.get_by_role("link", name="acme").click()
    await expect(page.locator(".chart canvas").first).to_be_visible()
    assert await problems(page) == []
    await page.get_by_role("link", name="its whole report").click()
    await expect(page.locator("main")).to_contain_text("muchas<script>")
    assert await problems(page) == []
    assert await page.evaluate("window.hurt") is None
    assert ana.errors == []
    plain = await ana.open("/quality/source?name=acme", java_script_enabled=False)
    await expect(plain.locator(".chart table").first).to_be_visible()


PAGES = ("/plans", "/plans?all=1", "/quality", "/quarantine", "/duplicates", "/duplicates/decisions")
ZERO = UUID(int=0)
ASKED_WRONGLY = {
    f"/plans/{ZERO}": 404,
    "/plans/none": 404,
    f"/plans/{ZERO}/read": 404,
    "/plans?after=x": 400,
    "/plans?source=none": 404,
    "/quality/source": 400,
    "/quality/source?name=none": 404,
    f"/quality/session/{ZERO}": 404,
    "/quarantine/0": 404,
    "/quarantine?status=gone": 400,
    "/quarantine?before=-1": 400,
    f"/duplicates/{ZERO}/{UUID(int=1)}": 404,
    "/duplicates?after=nan~x~y": 400,
    "/duplicates/decisions?before=99999999999999999999": 400,
}


async def test_pages_say_what_to_run_and_refuse_what_they_cannot_answer(
    database: Database, serving: Serving, http: aiohttp.ClientSession
) -> None:
    """An empty catalogue and wrong addresses: words for people, JSON for programs, never a trace."""
    url = (await serving()).url
    for path in PAGES:
        async with http.get(url + path, headers={"accept": "text/html"}) as answer:
            text = await answer.text()
            assert answer.status == 200, path
            assert '<div class="empty">' in text
    for path, status in ASKED_WRONGLY.items():
        async with http.get(url + path, headers={"accept": "application/json"}) as answer:
            said = await answer.json()
            assert (answer.status, bool(said["error"]["message"])) == (status, True), (path, said)


async def test_a_reader_looks_and_decides_nothing(
    catalogue: Catalogue, superuser: asyncpg.Connection, serving: Serving, http: aiohttp.ClientSession
) -> None:
    """No form is shown, and what is sent all the same is refused; so is a form of another site."""
    plan = await held(catalogue)
    eve = await serving(READER)
    page = await eve.open(f"/plans/{plan}")
    assert await page.locator("form[action*=approve], form[action*=discard]").count() == 0
    await expect(page.locator("main")).to_contain_text("Staff decide on it")
    ana = await serving()
    own = await (await http.get(f"{ana.url}/plans/{plan}", headers={"accept": "text/html"})).text()
    token = re.findall(r'name="form_token" value="([^"]+)"', own)[0]
    theirs = await (await http.get(f"{eve.url}/quality", headers={"accept": "text/html"})).text()
    assert token not in theirs
    for url, headers, sent in (
        (eve.url, {"origin": eve.url}, {"form_token": token}),
        (ana.url, {"origin": "http://elsewhere.example"}, {"form_token": token}),
        (ana.url, {"origin": ana.url, "sec-fetch-site": "cross-site"}, {"form_token": token}),
        (ana.url, {"origin": ana.url}, {}),
        (ana.url, {"origin": ana.url}, {"form_token": "x" + token[1:]}),
    ):
        for path in (f"/plans/{plan}/approve", f"/plans/{plan}/discard", "/quarantine/discard"):
            data = {**sent, "reason": "no", "source": "acme"}
            async with http.post(url + path, data=data, headers=headers) as answer:
                assert answer.status == 403, (path, headers, await answer.text())
    assert await deeds(superuser) == []
    (status,) = await superuser.fetch("select status from property_manager.plans where id = $1", plan)
    assert status[0] == "held"
