"""Fetches pages as a browser shows them, by the same rules as any page."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from config.errors import RedirectRefusedError
from config.secrets import mask_url
from config.source import Source
from scrapers.browser.engine import PAGES_A_BROWSER, Acts, Engine, load_crawl4ai
from scrapers.browser.loading import Cache, Loader
from scrapers.browser.settle import ROUNDS, settle
from scrapers.fetch import FetchResult, PoliteClient
from scrapers.fetch.address import checked_url, same_site
from scrapers.fetch.body import too_large
from scrapers.fetch.wire import is_html

_LEAST_SECONDS: Final = 30.0
_TIMES: Final = 5
"""A page may take so many times the time of one request, as its scripts make further ones."""


class BrowserClient:
    """A fetcher over the polite client: each document, script and JSON comes through that client.

    So robots.txt, pace, user agent and the limits of size, time, type, redirect and address hold for a
    rendered page as for any other, and the browser itself reaches no network.
    """

    def __init__(
        self,
        client: PoliteClient,
        source: Source,
        *,
        folder: Path | None = None,
        seconds: float | None = None,
        rounds: int = ROUNDS,
        pages_a_browser: int = PAGES_A_BROWSER,
    ) -> None:
        """`folder` is where the browser writes, by default a temporary one.

        A page may take `seconds`, by default five times what one request may; its end is scrolled to in at
        most so many `rounds`, and the browser is started anew after `pages_a_browser` pages.
        """
        self._client = client
        self._hosts = source.hosts
        self._seconds = seconds or max(_LEAST_SECONDS, source.timeout_seconds) * _TIMES
        self._rounds = rounds
        self._temporary = None
        if folder is None:
            self._temporary = tempfile.TemporaryDirectory(
                prefix="property-manager-", ignore_cleanup_errors=True
            )
            folder = Path(self._temporary.name)
        self._folder = folder
        self._engine = Engine(client.agent, folder, pages_a_browser=pages_a_browser)
        self._cache = Cache()

    async def __aenter__(self) -> Self:
        """Raises UsageError without the extra `browser`, before anything is fetched."""
        load_crawl4ai(self._folder)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._engine.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    async def get(
        self,
        url: str,
        *,
        html_only: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult:
        """Fetch a page and let its scripts build it; JSON comes as it is. Raises FetchError."""
        document = await self._client.get(url, html_only=html_only, etag=etag, last_modified=last_modified)
        if document.not_modified or not is_html(document.headers.get("Content-Type", "")):
            return document
        loader = Loader(self._client, document, self._hosts, self._cache)
        whole: list[bool] = []

        async def loaded(page: Any) -> None:
            whole.append(
                await settle(page, loader, partial(self._turn, document.final_url), rounds=self._rounds)
            )

        rendered = await self._engine.render(
            document.final_url,
            Acts(loader.open, loader.answer, loaded),
            seconds=self._seconds,
        )
        if loader.failure is not None:
            raise loader.failure
        final = self._final(document, rendered.url)
        body = _with_responses(rendered.html, loader.responses).encode("utf-8", "replace")
        if len(body) > self._client.limits.bytes:
            raise too_large(url, self._client.limits.bytes)
        is_cut = whole == [False] or loader.lost > 0
        return replace(document, final_url=final, headers=_headers(document), body=body, is_cut=is_cut)

    async def _turn(self, url: str) -> None:
        async with self._client.turn(url) as sent:
            sent()

    def _final(self, document: FetchResult, url: str) -> str:
        """The address that the page has now; a script may have changed it within the site."""
        start, target = URL(document.final_url), checked_url(url)
        if not same_site(start, target):
            raise RedirectRefusedError(
                f"{mask_url(document.url)} goes to another site: {mask_url(url)}; not followed",
                url=document.url,
                status=document.status,
                target=url,
            )
        return str(target)


def _headers(document: FetchResult) -> CIMultiDictProxy[str]:
    """The document's headers; what was built is UTF-8, and no server's version of it."""
    headers = CIMultiDict(document.headers)
    for name in ("ETag", "Last-Modified"):
        headers.pop(name, None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    return CIMultiDictProxy(headers)


def _with_responses(html: str, responses: list[tuple[str, str]]) -> str:
    """The page with the JSON that its scripts have loaded, as sites put it into a page themselves."""
    blocks = [
        f'<script type="application/json" id="loaded-{nth}" data-url={json.dumps(url)}>'
        + text.replace("</", "<\\/").replace("<!--", "\\u003c!--")
        + "</script>"
        for nth, (url, text) in enumerate(responses, 1)
    ]
    if not blocks:
        return html
    body, mark, rest = html.rpartition("</body>")
    return "".join([body, *blocks, mark, rest]) if mark else "".join([html, *blocks])
