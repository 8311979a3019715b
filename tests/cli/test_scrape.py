"""`scrape`: a site to a session and on to live; what goes wrong on the way is one sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web

from demo.portal.days import Day
from demo.portal.server import Portal
from tests.catalogue import Catalogue
from tests.cli.conftest import Cli, Ended
from tests.sites import CHALLENGE, serving_content

ESSAY = (
    "<html><head><title>On houses</title></head><body><p>People have long lived in them.</p></body></html>"
)


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal() as up:
        yield up


async def test_a_first_scrape_names_its_source_and_goes_live(portal: Portal, cli: Cli) -> None:
    ended = await cli("scrape", "--url", portal.url, "--allow-private", "--session-name", "first")
    assert ended.exit_code == 0, ended.stderr
    created, session, ids, summary, note = ended.stdout.splitlines()
    assert created == "Created source 127.0.0.1 (no currency: bare amounts stay without one)."
    assert session.endswith("64 rows from 3 index pages of 127.0.0.1, complete.")
    assert ids == "A listing's id is the last number in the last part of the address, from now on."
    assert summary.startswith("64 rows = ")
    assert note.startswith(
        "note: 1 superseded row differs from the row of its id that is used: TK-1004 (row 1, used is 61): "
    )
    assert "; see property-manager session-details --session-id" in note
    assert "first" in (await cli("list-sessions")).stdout


async def test_the_page_limit_makes_a_partial_session(portal: Portal, cli: Cli) -> None:
    ended = await cli("scrape", "--url", portal.url, "--allow-private", "--max-pages", "1")
    assert ended.exit_code == 0
    assert "absences not counted: 1 of 3 pages" in ended.stdout
    measures = (await cli("quality-report", "--json")).document["measures"]
    coverage = {each["measure"]: each for each in measures if each["characteristic"] == "coverage"}
    assert (coverage["listings"]["numerator"], coverage["listings"]["denominator"]) == (24, 64)
    assert (coverage["pages"]["numerator"], coverage["pages"]["denominator"]) == (1, 3)


async def test_a_learned_rule_for_ids_is_told_once(portal: Portal, cli: Cli) -> None:
    first = await cli("scrape", "--url", portal.url, "--allow-private")
    again = await cli("scrape", "--url", portal.url, "--allow-private", "--json")
    assert "A listing's id is " in first.stdout
    assert again.document["session"]["ids"]["rule"] in first.stdout
    assert not again.document["session"]["ids"]["is_new"]


async def test_json_is_the_sync_and_its_session(portal: Portal, cli: Cli) -> None:
    ended = await cli("scrape", "--url", portal.url, "--allow-private", "--max-pages", "1", "--json")
    document = ended.document
    assert (document["status"], document["success"], document["error"]) == ("applied", True, None)
    assert document["session"]["id"] == document["session_id"]
    assert document["session"]["rows"] == document["metrics"]["total_scraped"] == 24
    assert ended.stderr.startswith("Created source 127.0.0.1")


async def test_without_auto_sync_the_session_waits(portal: Portal, cli: Cli) -> None:
    url = ("--url", portal.url, "--allow-private", "--max-pages", "1")
    document = (await cli("scrape", *url, "--no-auto-sync", "--json")).document
    assert (document["status"], document["metrics"]) == ("staged", None)
    waiting = (await cli("status", "--json")).document["pending"]
    assert [session["id"] for session in waiting] == [document["session_id"]]


async def test_a_dry_run_saves_the_plan(portal: Portal, cli: Cli) -> None:
    url = ("--url", portal.url, "--allow-private", "--max-pages", "1")
    document = (await cli("scrape", *url, "--dry-run", "--json")).document
    assert document["status"] == "planned"
    first = document["preview"]["listings"][0]
    assert first["url"].startswith(portal.url.rsplit("/", 1)[0])
    assert all(each["origin"]["cells"] for each in first["values"] if each["field"] == "price")
    assert (await cli("sync", "--approve", document["plan_id"], "--json")).document["status"] == "applied"


async def test_a_source_can_be_described_in_a_file(portal: Portal, cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "ceibas.toml"
    file.write_text('name = "ceibas"\nhosts = ["127.0.0.1"]\ncurrency = "MXN"\nrequests_per_second = 50\n')
    url = ("--url", portal.url, "--allow-private", "--max-pages", "1")
    ended = await cli("scrape", *url, "--source", str(file))
    assert ended.stdout.startswith("Created source ceibas (MXN).\n")


async def test_a_file_with_a_wrong_word_is_refused_by_name(portal: Portal, cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "ceibas.toml"
    file.write_text('name = "ceibas"\ncurency = "MXN"\n')
    ended = await cli("scrape", "--url", portal.url, "--source", str(file))
    assert ended.exit_code == 2
    assert "curency" in ended.stderr


class WithoutAListing(Portal):
    """The portal with one listing whose page has gone."""

    async def _detail(self, request: web.Request) -> web.Response:
        if request.match_info["slug"].endswith("TK-1010"):
            raise web.HTTPNotFound
        return await super()._detail(request)


async def test_a_scrape_with_pages_that_failed_is_partly_done(cli: Cli) -> None:
    async with WithoutAListing() as portal:
        ended = await cli("scrape", "--url", portal.url, "--allow-private")
    assert ended.exit_code == 4
    assert "63 rows" in ended.stdout
    assert "1 page failed; why: property-manager session-details --session-id" in ended.stdout
    assert "note: absences not counted: 1 page failed" in ended.stdout


async def test_a_page_that_failed_retires_nothing(cli: Cli) -> None:
    """A home that is gone from the site stays active, as it may be on the page that failed."""
    async with WithoutAListing() as portal:
        portal.day = Day.TUE
        await cli("scrape", "--url", portal.url, "--allow-private", "--json")
        portal.day = Day.MON
        again = await cli("scrape", "--url", portal.url, "--allow-private", "--json")
        document, session = again.document, again.document["session"]
        ended = await cli("session-details", "--session-id", session["id"])
    assert (again.exit_code, session["verdict"], session["failed"]) == (4, "partial", 1)
    assert session["reason"].startswith("1 page failed: http")
    assert (document["metrics"]["missing_properties"], document["metrics"]["removed_properties"]) == (0, 0)
    assert f"absences not counted: {session['reason']}" in document["warnings"]
    words = [line.split() for line in ended.stdout.splitlines() if line.strip()]
    said = {" ".join(each[:-1]): each[-1] for each in words}
    assert (said["detail pages"], said["pages that failed"]) == (str(session["rows"]), "1")


async def test_status_shows_a_scrape_that_failed(cli: Cli) -> None:
    """Of a known source whose site is down: what went wrong, and what to do."""
    async with Portal() as portal:
        await cli("scrape", "--url", portal.url, "--allow-private", "--max-pages", "1")
    failed = await cli("scrape", "--url", portal.url, "--allow-private")
    (stopped,) = (await cli("status", "--json")).document["stopped"]
    output = (await cli("status")).stdout
    assert failed.exit_code == 1
    assert (stopped["status"], stopped["base_url"], stopped["rows"]) == ("failed", portal.url, 0)
    assert f"of {portal.url} failed: fetching" in output
    assert "next: run its scrape again\n" in output


async def test_index_pages_and_detail_pages_are_told_apart(portal: Portal, cli: Cli) -> None:
    ended = await cli("scrape", "--url", portal.url, "--allow-private", "--max-pages", "2", "--json")
    found = (await cli("session-details", "--session-id", ended.document["session_id"], "--json")).document
    assert (found["index_pages"], found["index_pages_total"]) == (2, 3)
    assert (found["detail_pages"], found["pages_failed"]) == (ended.document["session"]["rows"], 0)
    (listed,) = (await cli("list-sessions", "--json")).document["sessions"]
    assert (listed["index_pages"], listed["detail_pages"]) == (2, found["detail_pages"])


async def test_an_interrupted_scrape_is_resumed_by_its_session(
    portal: Portal, acme: Catalogue, cli: Cli
) -> None:
    url = ("--url", portal.url, "--allow-private", "--max-pages", "1")
    session = (await cli("scrape", *url, "--no-auto-sync", "--json")).document["session_id"]
    await acme.interrupted(UUID(session))
    output = await cli("session-details", "--session-id", session)
    assert f"It was interrupted.\nnext: property-manager scrape --resume {session[:8]}" in output.stdout
    fetched = len(portal.requests)
    ended = await cli("scrape", "--resume", session[:8], "--allow-private", "--json")
    assert (ended.exit_code, ended.document["session_id"]) == (0, session)
    assert ended.document["metrics"]["total_scraped"] == 64
    listings = [path for path in portal.requests[fetched:] if path.startswith("/inmueble/")]
    assert 40 <= len(listings) <= 41  # the 24 of the first page are not fetched again


async def test_a_refused_scrape_ends_with_3(portal: Portal, cli: Cli) -> None:
    await cli("scrape", "--url", portal.url, "--allow-private")
    portal.day = Day.WED
    ended = await cli("scrape", "--url", portal.url, "--allow-private")
    assert ended.exit_code == 3
    assert "REFUSED plan" in ended.stdout
    assert "looks like an outage or a block" in ended.stdout


async def test_a_blocked_site_is_reported(cli: Cli) -> None:
    async with serving_content(CHALLENGE, "text/html", status=403) as url:
        ended = await cli("scrape", "--url", url, "--allow-private")
    assert ended.exit_code == 3
    assert "127.0.0.1 refused us (403, challenge page). Nothing was changed." in ended.stderr
    assert "next: ask the site for a feed" in ended.stderr


async def test_a_page_without_listings_is_reported(cli: Cli) -> None:
    async with serving_content(ESSAY, "text/html") as url:
        ended = await cli("scrape", "--url", url, "--allow-private")
        as_json = await cli("scrape", "--url", url, "--allow-private", "--json")
    assert ended.exit_code == 1
    assert "no listing" in ended.stderr
    assert one_sentence(ended)
    assert as_json.document["error"]["code"] == "extraction"


async def test_an_unreachable_host_is_named(cli: Cli) -> None:
    async with serving_content(ESSAY, "text/html") as url:
        pass  # and gone
    ended = await cli("scrape", "--url", url, "--allow-private", "--json")
    assert (ended.exit_code, ended.document["error"]["code"]) == (1, "unreachable")
    assert "127.0.0.1" in ended.document["error"]["message"]


async def test_what_went_wrong_is_kept_with_the_session(acme: Catalogue, cli: Cli) -> None:
    await acme.register(hosts=("127.0.0.1",))
    async with serving_content(CHALLENGE, "text/html", status=403) as url:
        await cli("scrape", "--url", url, "--allow-private")
    session = (await cli("list-sessions", "--status", "failed", "--json")).document["sessions"][0]
    output = await cli("session-details", "--session-id", session["id"][:8])
    assert output.exit_code == 0
    assert "challenge page" in output.stdout


@pytest.mark.parametrize("url", ["homes", "ftp://example.com/homes", "http://"])
async def test_an_invalid_web_address_is_wrong_usage(url: str, cli: Cli) -> None:
    ended = await cli("scrape", "--url", url)
    assert ended.exit_code == 2
    assert "is not the address of a web page" in ended.stderr


async def test_this_machine_is_not_scraped_unless_permitted(portal: Portal, cli: Cli) -> None:
    ended = await cli("scrape", "--url", portal.url)
    assert ended.exit_code == 2
    assert "--allow-private" in ended.stderr
    assert portal.requests == []


async def test_other_sites_are_not_scraped_without_a_contact(cli: Cli) -> None:
    ended = await cli("scrape", "--url", "https://example.com/homes")
    assert ended.exit_code == 2
    assert "PROPERTY_MANAGER_CONTACT" in ended.stderr


async def test_a_scrape_needs_a_url_or_a_session(acme: Catalogue, cli: Cli) -> None:
    assert (await cli("scrape")).exit_code == 2
    session = await acme.stage([], kind="import")
    ended = await cli("scrape", "--resume", str(session))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "is not a scrape" in ended.stderr


def one_sentence(ended: Ended) -> bool:
    """One line that says it, one that says what next; no traceback, nothing on stdout that is no news."""
    lines = [line for line in ended.stderr.splitlines() if line]
    return len(lines) == 2 and lines[1].startswith("next: ") and "Traceback" not in ended.stderr
