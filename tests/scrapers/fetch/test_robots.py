"""robots.txt by RFC 9309, for the own token."""

from __future__ import annotations

import asyncio

import pytest
from yarl import URL

from config.errors import FetchTimeoutError, RobotsDisallowedError, UnreachableError
from scrapers.fetch.robots import Rules

SITE = URL("https://example.org")


def allows(text: str, path: str) -> bool:
    return Rules(text, "property-manager").allows(SITE.join(URL(path)))


class TestRules:
    @pytest.mark.parametrize(
        ("pattern", "path", "allowed"),
        [
            ("/private", "/private/a", False),
            ("/private", "/public", True),
            ("/*.pdf$", "/a/b.pdf", False),
            ("/*.pdf$", "/a/b.pdf?x", True),
            ("/*?sort=", "/list?sort=price", False),
            ("/*?sort=", "/list?page=2", True),
            ("/caf%C3%A9", "/café", False),
            ("/", "/", False),
            ("", "/", True),
        ],
    )
    def test_know_wildcards_and_ends(self, pattern, path, allowed):
        assert allows(f"User-agent: *\nDisallow: {pattern}", path) is allowed

    def test_prefer_the_longest_match_in_any_order(self):
        text = "User-agent: *\nDisallow: /homes\nAllow: /homes/for-sale\nDisallow: /homes/for-sale/private"
        assert not allows(text, "/homes")
        assert allows(text, "/homes/for-sale/1")
        assert not allows(text, "/homes/for-sale/private/1")

    def test_allow_when_two_are_equally_long(self):
        assert allows("User-agent: *\nDisallow: /a\nAllow: /a", "/a")

    def test_of_the_own_group_replace_the_general_ones(self):
        text = "User-agent: *\nDisallow: /a\n\nUser-agent: Property-Manager/2.0\nDisallow: /b"
        assert allows(text, "/a")
        assert not allows(text, "/b")

    def test_of_several_own_groups_are_combined(self):
        text = "User-agent: {0}\nDisallow: /a\nUser-agent: x\nUser-agent: {0}\nDisallow: /b".format(
            "property-manager"
        )
        assert not allows(text, "/a")
        assert not allows(text, "/b")

    @pytest.mark.parametrize("name", ["property", "manager", "property-manager-x", "Mozilla"])
    def test_of_a_group_with_a_similar_name_do_not_apply(self, name):
        assert allows(f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow: /a", "/b")

    def test_of_an_empty_own_group_allow_everything(self):
        assert allows("User-agent: *\nDisallow: /\n\nUser-agent: property-manager\nDisallow:", "/a")

    def test_survive_sitemaps_comments_and_any_line_ends(self):
        text = "# hi\r\nUser-agent: a # them\r\nSitemap: https://a.org/s.xml\r\nUser-agent: *\rDisallow: /a"
        assert not allows(text, "/a")

    @pytest.mark.parametrize(
        ("text", "delay"), [("0.5", 0.5), ("10", 10.0), ("soon", 0.0), ("-1", 0.0), ("nan", 0.0)]
    )
    def test_have_a_fractional_crawl_delay(self, text, delay):
        assert Rules(f"User-agent: *\nCrawl-delay: {text}", "property-manager").crawl_delay == delay

    def test_name_the_line_that_forbids(self):
        rules = Rules("User-agent: *\nDisallow: /a\nDisallow: /a/*/c\nDisallow: /z", "property-manager")
        assert rules.rule_against(SITE / "a/b/c") == "Disallow: /a/*/c"


class TestTheFile:
    async def test_is_enforced_per_url_with_its_rule(self, site, client):
        site.page("/robots.txt", {"text": "User-agent: *\nDisallow: /a"})
        with pytest.raises(RobotsDisallowedError, match="Disallow: /a") as caught:
            await client.get(site.url("/a"))
        assert (caught.value.rule, caught.value.error_type) == ("Disallow: /a", "robots")
        assert caught.value.url == site.url("/a")
        assert site.asked == ["/robots.txt"]

    @pytest.mark.parametrize("status", [401, 403, 404, 410])
    async def test_that_does_not_exist_allows_all_and_is_fetched_once(self, site, client, status):
        site.page("/robots.txt", {"status": status})
        for _ in range(10):
            await client.get(site.url())
        assert site.asked.count("/robots.txt") == 1

    async def test_is_fetched_once_by_concurrent_requests(self, site, client):
        await asyncio.gather(*(client.get(site.url()) for _ in range(5)))
        assert site.asked.count("/robots.txt") == 1

    async def test_is_fetched_again_after_a_day_and_only_once(self, site, client, fake_time):
        site.page("/robots.txt", {"text": "User-agent: *\nDisallow: /a"})
        await client.get(site.url())
        fake_time.now += 24 * 3600 + 1
        for _ in range(3):
            await client.get(site.url())
        assert site.asked.count("/robots.txt") == 2

    @pytest.mark.parametrize("status", [500, 503, 429])
    async def test_that_cannot_be_fetched_forbids_all(self, site, client, status):
        site.page("/robots.txt", {"status": status})
        for _ in range(2):
            with pytest.raises(RobotsDisallowedError, match=str(status)):
                await client.get(site.url())
        assert site.pages_asked == []
        assert site.asked.count("/robots.txt") == 4

    async def test_is_retried_after_a_transient_error(self, site, client):
        site.page("/robots.txt", {"status": 503}, {"text": ""})
        assert (await client.get(site.url())).status == 200

    async def test_is_fetched_again_soon_after_a_failure(self, site, client, fake_time):
        site.page("/robots.txt", *[{"status": 503}] * 4, {"text": ""})
        with pytest.raises(RobotsDisallowedError):
            await client.get(site.url())
        fake_time.now += 601
        assert (await client.get(site.url())).status == 200

    @pytest.mark.parametrize("start", ["<!DOCTYPE html><html>", "\ufeff  <html>User-agent: *"])
    async def test_that_is_a_web_page_forbids_all(self, site, client, start):
        site.page("/robots.txt", {"text": start})
        with pytest.raises(RobotsDisallowedError, match="is a web page"):
            await client.get(site.url())

    @pytest.mark.parametrize("body", [b"not gzip", b"\x1f\x8b\x08"])
    async def test_that_cannot_be_decompressed_forbids_all(self, site, client, body):
        site.page("/robots.txt", {"body": body, "headers": {"Content-Encoding": "gzip"}})
        with pytest.raises(RobotsDisallowedError, match="decompression"):
            await client.get(site.url())

    async def test_is_read_for_its_first_500_kib(self, site, client):
        filler = "#" * (500 * 1024)
        site.page("/robots.txt", {"text": f"User-agent: *\nDisallow: /a\n{filler}\nDisallow: /\n"})
        assert (await client.get(site.url("/"))).status == 200
        with pytest.raises(RobotsDisallowedError):
            await client.get(site.url("/a"))

    async def test_is_followed_through_five_redirects(self, site, client):
        site.page("/robots.txt", {"status": 301, "headers": {"Location": "/r1"}})
        for n in range(1, 5):
            site.page(f"/r{n}", {"status": 302, "headers": {"Location": f"/r{n + 1}"}})
        site.page("/r5", {"text": "User-agent: *\nDisallow: /"})
        with pytest.raises(RobotsDisallowedError):
            await client.get(site.url())

    async def test_that_redirects_without_end_counts_as_absent(self, site, client):
        site.page("/robots.txt", {"status": 301, "headers": {"Location": "/robots.txt"}})
        assert (await client.get(site.url())).status == 200
        assert site.asked.count("/robots.txt") == 6

    async def test_that_times_out_is_a_timeout(self, site, make_client):
        async def hang(_):
            await asyncio.Event().wait()

        site.page("/robots.txt", hang)
        async with make_client(source={"timeout_seconds": 0.05}) as client:
            for _ in range(2):
                with pytest.raises(FetchTimeoutError) as caught:
                    await client.get(site.url())
        assert caught.value.retry_count == 3
        assert site.asked == ["/robots.txt"] * 4

    async def test_of_an_unreachable_host_is_not_fetched_for_every_page(self, site, client, fake_time):
        url = site.url()
        await site.server.close()
        for _ in range(3):
            with pytest.raises(UnreachableError):
                await client.get(url)
        assert len(fake_time.slept) <= 7
