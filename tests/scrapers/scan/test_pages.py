"""What an index scan says of the pages that it read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scrapers.crawl import fetch_start
from scrapers.fetch import FetchResult
from scrapers.scan import scan
from tests.scrapers.crawl.conftest import SOURCE, client
from tests.sites import Site


class Heard:
    """Takes what a scan says; that it is said is tested elsewhere."""

    async def add(self, seen: list[Any]) -> None: ...
    async def page_read(self, page: Any) -> None: ...
    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None: ...


class CutShort:
    """A fetcher whose page of one address ended before its list did, as a browser's may."""

    def __init__(self, fetcher: Any, ending: str | None) -> None:
        self._fetcher, self._ending = fetcher, ending

    async def get(self, url: str, **how: Any) -> FetchResult:
        fetched: FetchResult = await self._fetcher.get(url, **how)
        return replace(fetched, is_cut=self._ending is not None and url.endswith(self._ending))


@pytest.mark.parametrize(
    ("ending", "verdict", "reason"),
    [
        (None, "complete", None),
        ("page=1", "partial", "1 page not read to the end"),
        ("page=2", "partial", "1 page not read to the end"),
    ],
)
async def test_a_page_that_was_not_read_to_its_end_proves_no_absence(
    site: Site, ending: str | None, verdict: str, reason: str | None
) -> None:
    site.lists([1, 2, 3], [4, 5, 6])
    async with client() as polite:
        fetcher = CutShort(polite, ending)
        report = await scan(fetcher, SOURCE, Heard(), await fetch_start(fetcher, site.start, SOURCE))
    assert (report.verdict, report.reason, report.shown) == (verdict, reason, 6)
