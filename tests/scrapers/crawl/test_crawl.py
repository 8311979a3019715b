"""From a start page to staged rows: what a crawl covers, what fails, and its verdict."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web

from config.errors import BlockedError, ExtractionError
from scrapers.crawl import StartPage, fetch_start
from services.reports.sessions import session_unread
from tests.scrapers.crawl.conftest import SOURCE, Crawler, client
from tests.sites import CHALLENGE, Site, detail, id_of, index, path_of


def ids(*numbers: int) -> list[str]:
    return [id_of(number) for number in numbers]


async def test_index_pages_lead_to_details_that_are_staged(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3], total=3)

    report = await crawler.run()

    assert (report.verdict, report.reason, report.failed) == ("complete", None, 0)
    rows = await crawler.rows()
    assert [row["property_id"] for row in rows] == ids(1, 2, 3)
    assert [row["source_url"] for row in rows] == [site.base + path_of(number) for number in (1, 2, 3)]
    assert [row["page_number"] for row in rows] == [1, 1, 2]
    assert json.loads(rows[0]["raw"])["title"] == rows[0]["title"] == "Casa 1 en venta"
    assert json.loads(rows[0]["evidence"])["price"].startswith("json-ld")
    session = await crawler.session()
    assert all(session["started_at"] <= row["scraped_at"] <= session["completed_at"] for row in rows)
    assert (session["verdict"], session["sync_status"], session["properties_found"]) == (
        "complete",
        "pending",
        3,
    )
    assert (session["current_page"], session["total_pages"]) == (2, 2)


async def test_rows_are_sent_after_every_index_page(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3])
    staged_before_page_2 = None

    async def second(request: web.Request) -> web.Response:
        nonlocal staged_before_page_2
        staged_before_page_2 = len(await crawler.rows())
        return web.Response(text=index([path_of(3)]), content_type="text/html")

    site.pages["/homes?page=2"] = second
    await crawler.run()
    assert staged_before_page_2 == 2


async def test_progress_is_reported_per_page_and_row(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3])
    await crawler.run()
    assert crawler.seen == [(1, 0), (1, 1), (1, 2), (1, 2), (2, 2), (2, 3), (2, 3)]


async def test_a_failed_page_is_recorded_and_makes_the_session_partial(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2, 3])
    site.pages[path_of(1)] = 404
    site.pages[path_of(2)] = 503

    report = await crawler.run()

    assert (report.verdict, report.reason) == ("partial", f"2 pages failed: such as {site.base}{path_of(1)}")
    assert sorted(await crawler.errors()) == [(path_of(1), "http_404", 0), (path_of(2), "http_503", 3)]
    assert await crawler.ids() == ids(3)
    assert (await crawler.session())["pages_failed"] == 2


async def test_a_detail_page_without_a_listing_is_an_error(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    site.pages[path_of(2)] = "<html><body><h1>About our company</h1></body></html>"
    report = await crawler.run()
    assert report.verdict == "partial"
    assert await crawler.errors() == [(path_of(2), "extraction", 0)]


@pytest.mark.parametrize("path", [path_of(2), "/homes?page=2"])
async def test_a_page_too_deep_to_parse_is_an_error(crawler: Crawler, site: Site, path: str) -> None:
    site.lists([1, 2], [3])
    site.pages[path] = "<html><body>" + "<div>" * 20_001
    report = await crawler.run()
    assert (report.verdict, report.reason) == ("partial", f"1 page failed: {site.base}{path}")
    assert await crawler.errors() == [(path, "extraction", 0)]


async def test_an_index_page_without_listings_is_an_error(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3])
    site.pages["/homes?page=2"] = "<html><body><p>Welcome</p></body></html>"
    report = await crawler.run()
    assert (report.verdict, report.reason) == ("partial", f"1 page failed: {site.base}/homes?page=2")
    assert await crawler.errors() == [("/homes?page=2", "extraction", 0)]


async def test_an_index_page_that_cannot_be_fetched_is_partial(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3], [4])
    site.pages["/homes?page=2"] = 404
    report = await crawler.run()
    assert (report.verdict, report.reason) == ("partial", f"1 page failed: {site.base}/homes?page=2")
    assert await crawler.ids() == ids(1, 2)


async def test_stopping_at_max_pages_is_partial(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3, 4], [5, 6], total=6)
    report = await crawler.run(max_pages=2)
    assert (report.verdict, report.reason, report.failed) == ("partial", "2 of 3 pages", 0)
    assert "/homes?page=3" not in site.asked


async def test_stopping_at_max_listings_is_partial(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2, 3], [4, 5, 6], [7], total=7)
    report = await crawler.run(max_listings=5)
    assert report.verdict == "partial"
    assert report.reason == "limited to 5 listings, 1 more are linked to"
    assert await crawler.ids() == ids(1, 2, 3, 4, 5)
    assert "/homes?page=3" not in site.asked


async def test_listings_beyond_max_listings_are_never_missed(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2, 3])
    await crawler.run()
    await crawler.sync()

    await crawler.run(max_listings=2)
    synced = await crawler.sync()

    assert (synced.metrics.missing_properties, synced.metrics.removed_properties) == (0, 0)


async def test_max_listings_that_are_just_enough_are_complete(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3])
    assert (await crawler.run(max_listings=3)).verdict == "complete"


async def test_the_last_page_being_the_last_allowed_is_complete(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3, 4])
    assert (await crawler.run(max_pages=2)).verdict == "complete"


async def test_a_site_that_counts_more_than_was_found_is_partial(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3, 4], total=40)
    report = await crawler.run()
    assert report.verdict == "partial"
    assert report.reason == (
        "4 listings found where the site counts 40, "
        "its pages end there and nothing was found that divides the search"
    )


async def test_no_row_at_all_is_suspect_and_never_synced(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    site.pages |= {path_of(1): 404, path_of(2): 404}
    report = await crawler.run()
    assert (report.verdict, report.reason) == ("suspect", "no listing could be read from 1 page")
    assert (await crawler.sync()).status == "held"


@pytest.mark.parametrize("refusal", [403, CHALLENGE], ids=["status", "challenge"])
async def test_being_blocked_midway_stops_at_once_and_is_suspect(
    crawler: Crawler, site: Site, refusal: int | str
) -> None:
    site.lists(list(range(1, 41)), [41, 42])
    site.pages |= {path_of(number): refusal for number in range(3, 43)}
    report = await crawler.run()
    assert report.verdict == "suspect"
    assert "Nothing was changed" in (report.reason or "")
    assert "blocked" in {kind for _, kind, _ in await crawler.errors()}
    assert len(site.details_asked) <= 14  # what was under way when the answer came
    assert (await crawler.sync()).status == "held"


async def test_one_refused_page_among_good_ones_is_a_failed_page(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 21)))
    site.pages |= {path_of(3): 403, path_of(5): 401}
    report = await crawler.run()
    refused = f"{site.base}{path_of(3)}"
    assert (report.verdict, report.reason) == ("partial", f"the site refuses 2 pages: such as {refused}")
    assert {kind for _, kind, _ in await crawler.errors()} == {"refused"}
    assert len(await crawler.ids()) == 18


@pytest.mark.parametrize("numbers", [(1,), (1, 2), (7, 8), (2, 9, 16, 20)])
async def test_a_few_refused_pages_do_not_make_the_source_suspect_wherever_they_are(
    crawler: Crawler, site: Site, numbers: tuple[int, ...]
) -> None:
    site.lists(list(range(1, 21)))
    site.pages |= {path_of(number): 403 for number in numbers}
    report = await crawler.run()
    assert (report.verdict, report.rows) == ("partial", 20 - len(numbers))
    assert f"{site.base}{path_of(numbers[0])}" in report.refused


async def test_a_site_that_refuses_every_other_page_is_a_block(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 41)))
    site.pages |= {path_of(number): 403 for number in range(2, 41, 2)}
    report = await crawler.run()
    assert report.verdict == "suspect"
    assert len(site.details_asked) < 30


async def test_one_challenge_among_good_pages_is_a_block(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 21)))
    site.pages[path_of(3)] = CHALLENGE
    assert (await crawler.run()).verdict == "suspect"


async def test_an_index_page_with_more_links_than_are_read_is_partial(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    more = '<a href="#top"></a>' * 5_001
    site.pages["/homes?page=1"] = str(site.pages["/homes?page=1"]).replace("</body>", f"{more}</body>")
    report = await crawler.run()
    assert (report.verdict, report.reason) == ("partial", "1 page not read to the end")


async def test_a_block_cancels_the_requests_that_wait(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 41)))
    blocked = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        await blocked.wait()
        return web.Response(text=detail(1), content_type="text/html")

    async def refuse(request: web.Request) -> web.Response:
        asyncio.get_running_loop().call_later(0.05, blocked.set)
        return web.Response(text=CHALLENGE, content_type="text/html")

    async def a_turn(seconds: float) -> None:
        if len(site.details_asked) >= 2:
            await blocked.wait()

    site.pages[path_of(1)], site.pages[path_of(2)] = slow, refuse
    report = await crawler.run(sleep=a_turn)
    assert report.verdict == "suspect"
    assert await crawler.ids() == []
    assert len(site.details_asked) <= 4


async def test_many_failures_in_a_row_stop_the_crawl(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 41)))
    site.pages |= {path_of(number): 404 for number in range(3, 41)}
    report = await crawler.run()
    assert report.verdict == "suspect"
    assert "10 pages failed in a row" in (report.reason or "")
    assert len(site.details_asked) <= 2 + 10 + 8


async def test_many_pages_without_a_listing_stop_the_crawl(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 41)))
    site.pages |= {path_of(number): "<html><body>moved</body></html>" for number in range(3, 41)}
    report = await crawler.run()
    assert "10 pages failed in a row" in (report.reason or "")
    assert len(site.details_asked) <= 2 + 10 + 8


async def test_scattered_failures_end_no_crawl_and_make_it_suspect(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 31)))
    site.pages |= {path_of(number): 404 for number in range(1, 31) if number % 2}
    report = await crawler.run()
    assert (report.verdict, report.failed, report.rows) == ("suspect", 15, 15)
    named = f"{site.base}{path_of(1)}"
    assert report.reason == f"15 of 30 pages failed; such as {named}"


async def test_disallowed_pages_are_not_fetched_and_remove_nothing(crawler: Crawler, site: Site) -> None:
    site.lists(list(range(1, 31)))
    await crawler.run()
    assert (await crawler.sync()).metrics.new_properties == 30

    closed = "".join(f"Disallow: {path_of(number)}\n" for number in range(11, 31))
    site.pages["/robots.txt"] = web.Response(text=f"User-agent: *\n{closed}")
    site.asked.clear()
    report = await crawler.run()

    named = f"{site.base}{path_of(11)}"
    assert (report.verdict, report.reason) == ("partial", f"20 pages failed: such as {named}")
    assert {error for _, error, _ in await crawler.errors()} == {"robots"}
    assert not {path_of(number) for number in range(11, 31)} & set(site.asked)
    metrics = (await crawler.sync()).metrics
    assert (metrics.unchanged_properties, metrics.missing_properties, metrics.removed_properties) == (
        10,
        0,
        0,
    )


async def test_circular_pagination_ends(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [3, 4])
    site.pages["/homes?page=2"] = index([path_of(3), path_of(4)], following="/homes?page=1")
    report = await crawler.run(max_pages=50)
    assert (report.index_pages, report.verdict) == (2, "complete")


@pytest.mark.parametrize(("total", "verdict"), [(4, "complete"), (None, "partial"), (60, "partial")])
async def test_endless_pagination_over_the_same_listings_ends(
    crawler: Crawler, site: Site, total: int | None, verdict: str
) -> None:
    site.lists([1, 2], [3, 4], total=total)
    for page in range(2, 60):
        site.pages[f"/homes?page={page}"] = index(
            [path_of(3), path_of(4)], following=f"/homes?page={page + 1}"
        )
    report = await crawler.run(max_pages=50)
    assert (report.index_pages, report.rows, report.verdict) == (3, 4, verdict)


async def test_a_listing_on_two_index_pages_is_fetched_once(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2], [2, 3])
    await crawler.run()
    assert site.details_asked.count(path_of(2)) == 1
    assert await crawler.ids() == ids(1, 2, 3)


async def test_a_listing_with_two_urls_is_superseded_once(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    featured = f"/featured/{id_of(1)}"
    site.pages["/homes?page=1"] = index([path_of(1), path_of(2), featured])
    site.pages[featured] = detail(1, url=featured)
    await crawler.run()
    metrics = (await crawler.sync()).metrics
    assert (metrics.total_scraped, metrics.new_properties, metrics.superseded_rows) == (3, 2, 1)


async def test_a_single_page_session_removes_nothing(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    await crawler.run()
    await crawler.sync()

    report = await crawler.run(site.base + path_of(1))

    assert (report.verdict, report.reason, report.rows, report.failed) == (
        "partial",
        "the page of one listing",
        1,
        0,
    )
    assert [row["page_number"] for row in await crawler.rows()] == [None]
    scope = await crawler.superuser.fetchval(
        "select k.name from property_manager.scopes k join public.scraping_sessions s on s.scope_id = k.id"
        " where s.id = $1",
        crawler.session_id,
    )
    assert scope == "(single pages)"
    metrics = (await crawler.sync()).metrics
    assert (metrics.total_scraped, metrics.unchanged_properties, metrics.missing_properties) == (1, 1, 0)


async def test_a_redirected_listing_keeps_the_requested_url(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    site.pages[path_of(1)] = web.Response(status=301, headers={"Location": "/nuevo/casa-5001"})
    site.pages["/nuevo/casa-5001"] = detail(1, url="/nuevo/casa-5001")
    report = await crawler.run()
    assert report.verdict == "complete"
    assert (await crawler.rows())[0]["source_url"] == site.base + path_of(1)


async def test_a_redirect_to_another_host_fails_the_page(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    site.pages[path_of(1)] = web.Response(status=302, headers={"Location": "http://elsewhere.example/1"})
    report = await crawler.run()
    assert report.verdict == "partial"
    assert [error for _, error, _ in await crawler.errors()] == ["redirect_refused"]


async def test_links_to_other_hosts_are_ignored(crawler: Crawler, site: Site) -> None:
    site.lists([1, 2])
    site.pages["/homes?page=1"] = index([path_of(1), path_of(2), "http://elsewhere.example/homes/casa-5003"])
    assert (await crawler.run()).failed == 0
    assert await crawler.ids() == ids(1, 2)


async def looked_at(site: Site, html: str) -> StartPage:
    site.pages["/homes?page=1"] = html
    async with client(SOURCE) as polite:
        return await fetch_start(polite, site.start, SOURCE)


async def test_the_start_page_decides_the_scope(site: Site) -> None:
    found = await looked_at(site, index([path_of(1), path_of(2)]))
    assert (found.kind, found.scope) == ("index", site.start)


async def test_a_start_page_that_is_a_challenge_is_a_block(site: Site) -> None:
    with pytest.raises(BlockedError, match="Nothing was changed"):
        await looked_at(site, CHALLENGE)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<html><body><h1>About us</h1><p>We are a company.</p></body></html>", "no list of listings"),
        ("<html><body><h1>No results</h1></body></html>", "says that it has no listings"),
    ],
)
async def test_a_start_page_without_listings_is_an_error(site: Site, html: str, said: str) -> None:
    with pytest.raises(ExtractionError, match=said):
        await looked_at(site, html)


async def test_what_speaks_against_a_value_is_staged_and_said(crawler: Crawler, site: Site) -> None:
    """Two prices on one page: neither is staged, the row keeps both, and the session says so with its url."""
    site.lists([1, 2, 3])
    state = {"listing": {"id": id_of(1), "price": 7_000_000, "bedrooms": 3}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    site.pages[path_of(1)] = detail(1).replace("</body>", f"{script}</body>")
    site.pages[path_of(2)] = detail(2, offers=None)
    await crawler.run()

    first, second, third = await crawler.rows()
    assert (first["price"], third["price"]) == (None, 1_003_000)
    assert json.loads(first["raw"])["price"] == 1_001_000
    (issue,) = [issue for issue in json.loads(first["issues"]) if issue["kind"] == "doubtful"]
    assert issue["readings"] == ["1001000", "7000000"]
    assert crawler.session_id is not None
    (price,) = await session_unread(crawler.database, crawler.session_id)
    assert (price.field, price.unreadable, price.doubtful, price.missing) == ("price", 0, 1, 1)
    assert price.sentence == (
        f"price: is not found in 1 of 3 rows: no text ({site.base}{path_of(2)}); "
        f'is doubtful in 1 of 3 rows: "1001000" ({site.base}{path_of(1)}: 1001000 or 7000000)'
    )
    assert price.sentence in (await crawler.sync()).warnings
    assert second["price"] is None
