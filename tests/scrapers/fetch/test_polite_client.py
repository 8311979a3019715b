"""The behaviour of the polite client, against a real server."""

from __future__ import annotations

import asyncio
import gzip
import logging
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from config.errors import (
    AddressRefusedError,
    BadUrlError,
    BlockedError,
    DecompressionError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    NotHTMLError,
    ProtocolError,
    RedirectRefusedError,
    TooLargeError,
    UnreachableError,
    UsageError,
)
from scrapers.fetch.client import FetchLimits
from scrapers.fetch.pace import Pace
from tests.scrapers.fetch.conftest import dripping, raw_server

WALL = "<html><head><title>Just a moment...</title></head><body><script>_cf_chl_opt={}</script></body></html>"

GZIPPED = gzip.compress(b"home")


def redirect(location: str, status: int = 302) -> dict:
    return {"status": status, "headers": {"Location": location}}


class TestPage:
    async def test_comes_with_everything_known_about_it(self, site, client):
        site.page("/a", {"text": "hola", "headers": {"ETag": '"1"', "Last-Modified": "yesterday"}})
        before = datetime.now(UTC)
        result = await client.get(site.url("/a#photos"))
        assert (result.url, result.final_url, result.status) == (site.url("/a"), site.url("/a"), 200)
        assert (result.body, result.text, result.hops, result.attempts) == (b"hola", "hola", (), 1)
        assert (result.etag, result.last_modified, result.headers["etag"]) == ('"1"', "yesterday", '"1"')
        assert before <= result.fetched_at <= datetime.now(UTC)
        assert result.elapsed > 0

    async def test_that_is_empty_is_a_page_and_no_error(self, site, client):
        site.page("/empty", {"body": b""})
        result = await client.get(site.url("/empty"))
        assert (result.status, result.body, result.text) == (200, b"", "")

    async def test_is_text_in_its_own_character_set(self, site, client):
        site.page(
            "/a", {"body": "áéñ €".encode("cp1252"), "headers": {"Content-Type": "text/html; charset=latin1"}}
        )
        assert (await client.get(site.url("/a"))).text == "áéñ €"

    async def test_not_modified_is_a_result_when_it_was_asked_for(self, site, client):
        site.page("/a", {"status": 304})
        result = await client.get(site.url("/a"), etag='"1"', last_modified="yesterday")
        assert result.not_modified
        assert site.requests[-1].headers["If-None-Match"] == '"1"'
        assert site.requests[-1].headers["If-Modified-Since"] == "yesterday"

    async def test_not_modified_is_an_error_when_it_was_not(self, site, client):
        site.page("/a", {"status": 304})
        with pytest.raises(HTTPStatusError):
            await client.get(site.url("/a"))


class TestUserAgent:
    async def test_and_contact_are_in_every_request_robots_included(self, site, make_client):
        async with make_client(contact="https://example.org/bot") as client:
            await client.get(site.url())
        agents = {request.headers["User-Agent"] for request in site.requests}
        assert len(site.requests) == 2
        assert len(agents) == 1
        agent = agents.pop()
        assert agent.startswith("property-manager/")
        assert agent.endswith(" (+https://example.org/bot)")

    async def test_needs_a_contact_anywhere_but_on_loopback(self, make_client):
        async with make_client() as client:
            with pytest.raises(UsageError) as caught:
                await client.get("http://site.invalid/")
        assert "PROPERTY_MANAGER_CONTACT" in (caught.value.next_step or "")

    @pytest.mark.parametrize("contact", ["a\r\nCookie: x=1", "me and you", "José", "x(y)"])
    def test_a_contact_cannot_inject_a_header(self, make_client, contact):
        with pytest.raises(UsageError):
            make_client(contact=contact)


class TestStatus:
    @pytest.mark.parametrize("status", [400, 402, 404, 410, 451])
    async def test_of_failure_is_kept_and_not_retried(self, site, client, status):
        site.page("/a", {"status": status})
        with pytest.raises(HTTPStatusError) as caught:
            await client.get(site.url("/a"))
        assert (caught.value.status, caught.value.error_type) == (status, f"http_{status}")
        assert caught.value.retry_count == 0
        assert site.pages_asked == ["/a"]

    @pytest.mark.parametrize("status", [408, 500, 502, 503])
    async def test_that_is_transient_is_retried(self, site, client, status):
        site.page("/a", {"status": status}, {"status": status}, "fine")
        assert (await client.get(site.url("/a"))).attempts == 3

    async def test_that_is_transient_fails_after_four_attempts(self, site, client):
        site.page("/a", {"status": 503})
        with pytest.raises(HTTPStatusError) as caught:
            await client.get(site.url("/a"))
        assert (caught.value.status, caught.value.retry_count) == (503, 3)
        assert len(site.pages_asked) == 4

    async def test_of_an_unreadable_error_page_is_still_reported(self, site, make_client):
        site.page("/a", {"status": 410, "body": b"rubbish", "headers": {"Content-Encoding": "gzip"}})
        site.page("/b", {"status": 404, "body": b"x" * 20_000})
        async with make_client(limits=FetchLimits(bytes=10_000)) as client:
            for path, status in (("/a", 410), ("/b", 404)):
                with pytest.raises(HTTPStatusError) as caught:
                    await client.get(site.url(path))
                assert caught.value.status == status


class TestRefusal:
    @pytest.mark.parametrize("status", [401, 403])
    async def test_is_reported_as_one_and_never_retried(self, site, client, status):
        site.page("/a", {"status": status})
        with pytest.raises(BlockedError) as caught:
            await client.get(site.url("/a"))
        assert caught.value.message == f"127.0.0.1 refused us ({status}). Nothing was changed."
        assert "import --file" in (caught.value.next_step or "")
        assert caught.value.exit_code == 3
        assert site.pages_asked == ["/a"]

    @pytest.mark.parametrize("status", [200, 202, 403, 429, 503])
    async def test_by_challenge_is_recognised_whatever_its_status(self, site, client, status):
        site.page("/a", {"status": status, "text": WALL, "content_type": "text/html"})
        with pytest.raises(BlockedError, match=f"{status}, challenge page"):
            await client.get(site.url("/a"))
        assert site.pages_asked == ["/a"]

    async def test_by_empty_202_is_recognised(self, site, client):
        site.page("/a", {"status": 202})
        with pytest.raises(BlockedError):
            await client.get(site.url("/a"))

    async def test_by_429_is_raised_after_the_last_retry(self, site, client):
        site.page("/a", {"status": 429})
        with pytest.raises(BlockedError, match="429") as caught:
            await client.get(site.url("/a"))
        assert (caught.value.status, caught.value.retry_count, len(site.pages_asked)) == (429, 3, 4)


class TestPace:
    async def test_is_kept_under_concurrent_requests(self, site, fake_time, make_client):
        async def sleep(seconds: float) -> None:
            """Advance time only when every sent request has arrived: one per earlier sleep."""
            async with asyncio.timeout(5):
                while len(site.arrivals) <= len(fake_time.slept):
                    await asyncio.sleep(0)
            await fake_time.sleep(seconds)

        async with make_client(sleep=sleep) as client:
            await asyncio.gather(*(client.get(site.url(f"/?page={n}")) for n in range(10)))
        assert site.arrivals == [1000 + n * 0.5 for n in range(11)]

    async def test_is_kept_across_redirects_and_failures(self, site, client):
        site.page("/a", redirect("/b"))
        site.page("/b", {"status": 404})
        with pytest.raises(HTTPStatusError):
            await client.get(site.url("/a"))
        await client.get(site.url())
        assert site.asked == ["/robots.txt", "/a", "/b", "/"]
        assert site.arrivals == [1000.0, 1000.5, 1001.0, 1001.5]

    async def test_is_the_sites_crawl_delay_when_that_is_slower(self, site, client):
        site.page("/robots.txt", {"text": "User-agent: *\nCrawl-delay: 2.5"})
        for _ in range(3):
            await client.get(site.url())
        assert site.arrivals[2] - site.arrivals[1] == 2.5
        assert site.arrivals[3] - site.arrivals[2] == 2.5

    async def test_is_ours_when_the_sites_crawl_delay_is_faster(self, site, client):
        site.page("/robots.txt", {"text": "User-agent: *\nCrawl-delay: 0.1"})
        for _ in range(2):
            await client.get(site.url())
        assert site.arrivals[2] - site.arrivals[1] == 0.5

    @pytest.mark.parametrize("status", [429, 503])
    async def test_waits_for_retry_after(self, site, client, status):
        site.page("/a", {"status": status, "headers": {"Retry-After": "120"}}, "fine")
        assert (await client.get(site.url("/a"))).attempts == 2
        assert site.arrivals[2] - site.arrivals[1] >= 120

    async def test_understands_retry_after_as_a_date(self, site, client):
        moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
        site.page("/a", {"status": 503, "headers": {"Retry-After": moment}}, "fine")
        await client.get(site.url("/a"))
        assert 80 < site.arrivals[2] - site.arrivals[1] <= 90

    async def test_holds_every_page_of_the_host_for_retry_after(self, site, make_client):
        site.page("/a", {"status": 503, "headers": {"Retry-After": "60"}})
        async with make_client(limits=FetchLimits(attempts=1)) as client:
            with pytest.raises(HTTPStatusError):
                await client.get(site.url("/a"))
            await client.get(site.url("/"))
        assert site.arrivals[-1] - site.arrivals[-2] >= 60

    async def test_refuses_a_host_that_asks_for_a_longer_pause(self, site, client, fake_time):
        site.page("/a", {"status": 429, "headers": {"Retry-After": "86400"}})
        for path in ("/a", "/"):
            with pytest.raises(BlockedError, match="retry after 86400 s" if path == "/a" else "stay away"):
                await client.get(site.url(path))
            assert site.pages_asked == ["/a"]
        assert site.arrivals[-1] == fake_time.now

    async def test_refuses_requests_that_waited_when_the_host_closed(self, site, fake_time, make_client):
        async def sleep(seconds: float) -> None:
            """All but the first wait for their turn until the first has its answer."""
            async with asyncio.timeout(5):
                while fake_time.slept and not pace.closed_for("127.0.0.1"):
                    await asyncio.sleep(0)
            await fake_time.sleep(seconds)

        pace = Pace(2.0, clock=fake_time.clock, sleep=sleep)
        site.page("/a", {"status": 429, "headers": {"Retry-After": "86400"}})
        async with make_client(pace=pace) as client:
            asked = (client.get(site.url(path)) for path in ("/a", "/", "/?page=2"))
            answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(answer) for answer in answers] == [BlockedError] * 3
        assert site.pages_asked == ["/a"]

    async def test_sends_the_next_request_during_a_slow_answer(self, site, client):
        second_came = asyncio.Event()

        async def slow(_: web.Request) -> web.Response:
            await second_came.wait()
            return web.Response(text="slow")

        async def second(_: web.Request) -> web.Response:
            second_came.set()
            return web.Response(text="second")

        site.page("/slow", slow)
        site.page("/second", second)
        both = await asyncio.gather(client.get(site.url("/slow")), client.get(site.url("/second")))
        assert [(result.text, result.attempts) for result in both] == [("slow", 1), ("second", 1)]

    async def test_slows_down_for_a_busy_host_and_recovers(self, site, make_client):
        site.page("/a", {"status": 503}, "fine")
        async with make_client() as client:
            await client.get(site.url("/a"))
            for _ in range(5):
                await client.get(site.url())
        gaps = [later - earlier for earlier, later in zip(site.arrivals, site.arrivals[1:], strict=False)]
        assert max(gaps) > 0.5
        assert gaps[-1] == 0.5


class TestRedirect:
    async def test_within_the_site_is_followed_and_noted(self, site, client):
        site.page("/a", redirect("/b", 301))
        site.page("/b", redirect("c"))
        site.page("/c", "here")
        result = await client.get(site.url("/a"))
        assert (result.url, result.final_url, result.text) == (site.url("/a"), site.url("/c"), "here")
        assert [tuple(hop) for hop in result.hops] == [(site.url("/a"), 301), (site.url("/b"), 302)]

    @pytest.mark.parametrize(
        "target",
        [
            "http://elsewhere.invalid/",
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.1:1/",
            "http://10.0.0.1/",
            "//elsewhere.invalid/a",
            "ftp://127.0.0.1/a",
            "file:///etc/passwd",
            "http://",
        ],
    )
    async def test_to_another_site_is_refused(self, site, client, target):
        site.page("/a", redirect(target))
        with pytest.raises(RedirectRefusedError) as caught:
            await client.get(site.url("/a"))
        assert (caught.value.error_type, caught.value.target, caught.value.status) == (
            "redirect_refused",
            target,
            302,
        )
        assert isinstance(caught.value, AddressRefusedError)

    async def test_is_followed_five_times_and_not_six(self, site, client):
        for n in range(6):
            site.page(f"/{n}", redirect(f"/{n + 1}"))
        site.page("/6", "end")
        assert len((await client.get(site.url("/1"))).hops) == 5
        with pytest.raises(RedirectRefusedError, match="more than 5 times"):
            await client.get(site.url("/0"))

    async def test_to_a_disallowed_page_is_not_followed(self, site, client):
        site.page("/robots.txt", {"text": "User-agent: *\nDisallow: /private"})
        site.page("/a", redirect("/private"))
        with pytest.raises(FetchError, match="robots"):
            await client.get(site.url("/a"))
        assert site.pages_asked == ["/a"]


class TestLimits:
    @pytest.fixture
    async def small(self, make_client):
        async with make_client(limits=FetchLimits(bytes=10_000)) as client:
            yield client

    async def test_a_page_of_exactly_the_limit_passes(self, site, small):
        site.page("/a", {"body": b"x" * 10_000})
        assert len((await small.get(site.url("/a"))).body) == 10_000

    async def test_a_larger_one_is_refused_and_not_retried(self, site, small):
        site.page("/a", {"body": b"x" * 10_001})
        with pytest.raises(TooLargeError):
            await small.get(site.url("/a"))
        assert site.pages_asked == ["/a"]

    async def test_a_page_without_a_declared_size_is_limited_too(self, site, small):
        async def endless(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(10_000):
                try:
                    await response.write(b"x" * 1000)
                except ConnectionError:
                    break
            return response

        site.page("/a", endless)
        with pytest.raises(TooLargeError):
            await small.get(site.url("/a"))

    @pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
    async def test_a_decompression_bomb_is_stopped(self, site, small, encoding, pack):
        site.page("/a", {"body": pack(b"\0" * 5_000_000), "headers": {"Content-Encoding": encoding}})
        with pytest.raises(TooLargeError) as caught:
            await small.get(site.url("/a"))
        assert caught.value.error_type == "too_large"

    async def test_compressed_pages_are_read(self, site, client):
        site.page("/a", {"body": gzip.compress(b"hello"), "headers": {"Content-Encoding": "gzip"}})
        assert (await client.get(site.url("/a"))).body == b"hello"
        assert site.requests[-1].headers["Accept-Encoding"] == "gzip, deflate"

    async def test_a_page_that_cannot_be_decompressed_is_an_error(self, site, client):
        site.page("/a", {"body": b"not gzip", "headers": {"Content-Encoding": "gzip"}})
        with pytest.raises(DecompressionError):
            await client.get(site.url("/a"))

    async def test_a_site_that_never_answers_times_out_and_is_retried(self, site, make_client):
        async def hang(_: web.Request) -> web.StreamResponse:
            await asyncio.Event().wait()
            raise AssertionError

        site.page("/a", hang)
        async with make_client(source={"timeout_seconds": 0.05}, limits=FetchLimits(attempts=2)) as client:
            with pytest.raises(FetchTimeoutError) as caught:
                await client.get(site.url("/a"))
        assert (caught.value.error_type, caught.value.retry_count) == ("timeout", 1)

    async def test_a_page_that_never_ends_times_out_in_all(self, site, make_client):
        site.page("/a", dripping)
        async with make_client(source={"timeout_seconds": 0.1}, limits=FetchLimits(attempts=2)) as client:
            with pytest.raises(FetchTimeoutError):
                await client.get(site.url("/a"))
        assert site.pages_asked == ["/a", "/a"]

    async def test_a_page_with_hundreds_of_headers_is_read(self, site, client):
        headers = {f"X-Trace-{number}": "1" for number in range(400)}
        site.page("/a", {"body": b"whole", "content_type": "text/html", "headers": headers})
        assert (await client.get(site.url("/a"))).text == "whole"

    @pytest.mark.parametrize("closing", ["Connection: close\r\n", ""], ids=["closed", "kept"])
    @pytest.mark.parametrize(
        ("head", "body", "after"),
        [
            ("Content-Length: 4", b"home", b"<!-- cached -->"),
            ("Content-Length: 4\r\nContent-Length: 4", b"home", b""),
            ("Content-Length: 4\r\nServed by the shop", b"home", b""),
            (f"Content-Encoding: gzip\r\nContent-Length: {len(GZIPPED)}", GZIPPED, b"PHP notice"),
        ],
        ids=["more than its length", "a length twice", "a line that is no header", "more than its gzip"],
    )
    async def test_a_page_that_a_browser_shows_is_read(self, client, head, body, after, closing):
        """Servers send more than they declare, or headers that are none; the page counts as declared."""
        start = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{closing}{head}\r\n\r\n".encode()
        async with raw_server(start + body + after) as url:
            for _ in range(2):  # what is left over is no part of the next answer
                assert (await client.get(url, html_only=True)).text == "home"

    async def test_a_head_in_small_pieces_is_read(self, client):
        whole = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 4\n\nhomeless"
        async with raw_server(*(whole[at : at + 7] for at in range(0, len(whole), 7))) as url:
            assert (await client.get(url)).text == "home"

    async def test_a_part_of_a_page_is_said_to_be_one(self, client):
        part = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\nConnection: close\r\n\r\nhalf"
        async with raw_server(part) as url:
            with pytest.raises(UnreachableError, match="sent only a part of it"):
                await client.get(url)

    async def test_two_different_lengths_are_invalid_and_said_in_one_line(self, client):
        two = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhomes"
        async with raw_server(two) as url:
            with pytest.raises(ProtocolError) as caught:
                await client.get(url)
        assert "invalid HTTP" in caught.value.message
        assert "\n" not in caught.value.message

    async def test_other_content_than_html_is_refused_on_request(self, site, client):
        site.page("/a.pdf", {"body": b"%PDF", "content_type": "application/pdf"})
        assert (await client.get(site.url("/a.pdf"))).body == b"%PDF"
        with pytest.raises(NotHTMLError):
            await client.get(site.url("/a.pdf"), html_only=True)
        await client.get(site.url("/"), html_only=True)


class TestTransport:
    async def test_a_connection_lost_during_a_page_is_retried(self, site, client):
        async def cut(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b"half")
            assert request.transport is not None
            request.transport.close()
            return response

        site.page("/a", cut, "whole")
        result = await client.get(site.url("/a"))
        assert (result.text, result.attempts) == ("whole", 2)

    async def test_a_closed_port_is_unreachable(self, site, client):
        url = site.url("/a")
        await site.server.close()
        with pytest.raises(UnreachableError, match="could not be reached") as caught:
            await client.get(url)
        assert (caught.value.error_type, caught.value.retry_count) == ("unreachable", 3)
        assert caught.value.next_step


class TestPrivateAddresses:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
    async def test_are_refused_unless_allowed(self, site, make_client, host):
        url = site.url("/").replace("127.0.0.1", host)
        async with make_client(allow_private=False, contact="me@example.org") as client:
            with pytest.raises(AddressRefusedError) as caught:
                await client.get(url)
        assert caught.value.error_type == "address_refused"
        assert "--allow-private" in (caught.value.next_step or "")
        assert site.asked == []

    async def test_are_allowed_for_the_first_host_only(self, site, make_client):
        async with make_client(contact="me@example.org") as client:
            assert (await client.get(site.url("/").replace("127.0.0.1", "localhost"))).status == 200
            with pytest.raises(AddressRefusedError):
                await client.get(site.url("/"))

    async def test_are_refused_on_another_port_of_the_first_host(self, site, make_client):
        async with make_client(contact="me@example.org") as client:
            assert (await client.get(site.url("/"))).status == 200
            with pytest.raises(AddressRefusedError, match=r"127\.0\.0\.1:1\b"):
                await client.get("http://127.0.0.1:1/")

    async def test_of_the_source_s_other_hosts_are_refused_too(self, site, make_client):
        async with make_client(source={"hosts": ("127.0.0.1", "localhost")}) as client:
            assert (await client.get(site.url("/"))).status == 200
            with pytest.raises(AddressRefusedError):
                await client.get(site.url("/").replace("127.0.0.1", "localhost"))

    async def test_that_are_link_local_are_never_allowed(self, make_client):
        async with make_client(contact="me@example.org") as client:
            with pytest.raises(AddressRefusedError):
                await client.get("http://169.254.169.254/latest/")

    @pytest.mark.parametrize(
        "url", ["ftp://127.0.0.1/", "http://me:pw@127.0.0.1/", "mailto:a@b", "", "/a", "http://127.1/"]
    )
    async def test_and_other_urls_have_their_own_errors(self, client, url):
        with pytest.raises(BadUrlError):
            await client.get(url)


async def test_secrets_in_a_url_reach_neither_logs_nor_messages(site, client, caplog):
    caplog.set_level(logging.DEBUG, logger="scrapers")
    await client.get(site.url("/?page=2&api_key=hunter2"))
    with pytest.raises(HTTPStatusError) as caught:
        await client.get(site.url("/gone?token=hunter2"))
    with pytest.raises(BadUrlError) as bad:
        await client.get("http://me:hunter2@127.0.0.1/")
    logged = "".join(record.getMessage() for record in caplog.records if record.name.startswith("scrapers"))
    assert "page=2" in logged
    assert "hunter2" not in logged + str(caught.value) + str(bad.value)
