"""Downloads: whole or not at all, as politely as a page."""

from __future__ import annotations

import gzip

import pytest
from aiohttp import web

from config.errors import (
    BlockedError,
    DecompressionError,
    FetchTimeoutError,
    RobotsDisallowedError,
    TooLargeError,
)
from tests.scrapers.fetch.conftest import dripping

CONTENT = b"0123456789" * 30_000
PLENTY = 10_000_000


async def test_is_saved_whole_and_its_beginning_returned(site, client, tmp_path):
    site.page("/feed.csv", {"body": CONTENT})
    result = await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=60)
    assert (tmp_path / "feed").read_bytes() == CONTENT
    assert CONTENT.startswith(result.body)
    assert 0 < len(result.body) < len(CONTENT)


async def test_is_saved_decompressed(site, client, tmp_path):
    site.page("/feed.csv", {"body": gzip.compress(CONTENT), "headers": {"Content-Encoding": "gzip"}})
    await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=60)
    assert (tmp_path / "feed").read_bytes() == CONTENT


async def test_that_was_interrupted_starts_again(site, client, tmp_path):
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
        await response.prepare(request)
        await response.write(CONTENT[:1000])
        request.transport.close()
        return response

    site.page("/feed.csv", half, {"body": CONTENT})
    result = await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=60)
    assert result.attempts == 2
    assert (tmp_path / "feed").read_bytes() == CONTENT


@pytest.mark.parametrize("packed", [False, True])
async def test_is_never_larger_than_its_limit(site, client, tmp_path, packed):
    body, headers = (gzip.compress(CONTENT), {"Content-Encoding": "gzip"}) if packed else (CONTENT, {})
    site.page("/feed.csv", {"body": body, "headers": headers})
    with pytest.raises(TooLargeError):
        await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=50_000, seconds=60)
    assert (tmp_path / "feed").stat().st_size <= 50_001


async def test_with_truncated_compression_is_an_error(site, client, tmp_path):
    site.page("/feed.csv", {"body": gzip.compress(CONTENT)[:-9], "headers": {"Content-Encoding": "gzip"}})
    with pytest.raises(DecompressionError):
        await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=60)


async def test_that_is_refused_raises_a_block(site, client, tmp_path):
    site.page("/feed.csv", {"status": 403, "body": b"no"})
    with pytest.raises(BlockedError):
        await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=60)
    assert (tmp_path / "feed").read_bytes() == b""


async def test_follows_robots_txt(site, client, tmp_path):
    site.page("/robots.txt", "User-agent: *\nDisallow: /")
    site.page("/feed.csv", {"body": CONTENT})
    with pytest.raises(RobotsDisallowedError):
        await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=60)
    assert site.pages_asked == []


async def test_that_never_ends_is_given_up_and_not_begun_again(site, client, tmp_path):
    site.page("/feed.csv", dripping)
    with pytest.raises(FetchTimeoutError, match=r"not complete after 0\.3 s") as caught:
        await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=0.3)
    assert "PROPERTY_MANAGER_DOWNLOAD_SECONDS" in (caught.value.next_step or "")
    assert site.pages_asked == ["/feed.csv"]


async def test_its_time_covers_a_robots_txt_that_never_ends(site, client, tmp_path):
    site.page("/robots.txt", dripping)
    with pytest.raises(FetchTimeoutError, match="not complete after"):
        await client.download(site.url("/feed.csv"), tmp_path / "feed", limit=PLENTY, seconds=0.3)
    assert site.pages_asked == []
