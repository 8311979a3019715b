"""Only what a site says of listings that never were is gone; every refusal and error is unknown."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from config.errors import (
    BlockedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    RedirectRefusedError,
    RobotsDisallowedError,
    UnreachableError,
)
from config.source import Source
from scrapers.fetch import FetchResult
from scrapers.fetch.result import Hop
from scrapers.scan import GoneSign, answer_of, made_up
from tests.sites import CHALLENGE, detail
from tests.tables import rows

URL = "https://homes.example/homes/casa-5007"
SOURCE = Source(name="homes", hosts=("homes.example",))
HONEST = GoneSign(kind="status", status=404)
TO_SEARCH = GoneSign(kind="redirect", target="/search")


def _status(status: int) -> FetchError:
    return HTTPStatusError("said", url=URL, status=status, transient=False, retry_after=None)


def _page(html: str, *, final: str = URL) -> FetchResult:
    hops = (Hop(URL, 302),) if final != URL else ()
    return FetchResult(
        url=URL,
        final_url=final,
        status=200,
        headers={"Content-Type": "text/html; charset=utf-8"},
        body=html.encode(),
        hops=hops,
        elapsed=0,
        fetched_at=datetime.now(UTC),
        attempts=1,
    )


@rows(
    ("answer", "sign", "said"),
    [
        (_status(404), HONEST, "gone"),
        (_status(410), HONEST, "gone"),
        *((_status(status), HONEST, "unknown") for status in (400, 401, 403, 407, 408, 429, 500, 502, 503)),
        (BlockedError("blocked", url=URL, status=404), HONEST, "unknown"),  # a challenge that says 404
        (FetchTimeoutError("late", url=URL), HONEST, "unknown"),
        (UnreachableError("away", url=URL), HONEST, "unknown"),
        (RobotsDisallowedError("no", url=URL, rule="/"), HONEST, "unknown"),
        (_page(detail(7)), HONEST, "alive"),
        (_page(detail(7)), TO_SEARCH, "alive"),
        (_page(""), HONEST, "unknown"),
        (_page(CHALLENGE), HONEST, "unknown"),
        (_page("<h1>Oops</h1>"), HONEST, "unknown"),
        (_page("<h1>Homes</h1>", final="https://homes.example/search"), TO_SEARCH, "gone"),
        (_page("<h1>Homes</h1>", final="https://homes.example/search"), HONEST, "unknown"),
        (_page("<h1>Homes</h1>", final="https://homes.example/login"), TO_SEARCH, "unknown"),
        (_page(detail(8), final="https://homes.example/homes/casa-5008"), HONEST, "unknown"),  # another home
        (RedirectRefusedError("away", url=URL, status=302, target="https://b.example/"), HONEST, "unknown"),
    ],
)
def test_what_a_page_says_of_its_listing(answer: FetchResult | FetchError, sign: GoneSign, said: str) -> None:
    assert answer_of(answer, URL, sign, SOURCE).said == said


@pytest.mark.parametrize(
    ("url", "property_id", "start", "end"),
    [
        (URL, "casa-5007", "https://homes.example/homes/casa-9", ""),
        (
            "https://homes.example/casa-EB-AB1234.html",
            "EB-AB1234",
            "https://homes.example/casa-EB-AB9",
            ".html",
        ),
        ("https://homes.example/view?id=77", "77", "https://homes.example/view?id=9", ""),
    ],
)
def test_a_made_up_address_differs_in_the_number_of_its_id(
    url: str, property_id: str, start: str, end: str
) -> None:
    made = made_up(url, property_id, random.Random(1))

    assert made is not None
    assert made.startswith(start)
    assert made.endswith(end)
    assert made != url


def test_an_address_without_a_number_is_not_made_up() -> None:
    assert made_up("https://homes.example/blue-villa", "blue-villa", random.Random(1)) is None
