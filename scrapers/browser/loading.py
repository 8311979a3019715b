"""What a page may load: of its own site, through the polite client, within limits; nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from yarl import URL

from config.errors import BadUrlError, FetchError, TooLargeError
from config.secrets import mask_url
from scrapers.fetch import FetchResult, PoliteClient
from scrapers.fetch.address import checked_url, site
from scrapers.fetch.wire import Answer

log = logging.getLogger(__name__)

_LOADED: Final = frozenset({"script", "stylesheet", "xhr", "fetch"})
_SHOWING: Final = frozenset({"script", "xhr", "fetch"})
_CACHED: Final = frozenset({"script", "stylesheet"})
_METHODS: Final = frozenset({"GET", "POST"})
_MOST_REQUESTS: Final = 300
_MOST_BYTES: Final = 30_000_000
_MOST_JSON: Final = 4_000_000
_CACHE_BYTES: Final = 50_000_000
_LONGEST_BODY: Final = 100_000
_OURS: Final = ("user-agent", "accept-encoding", "host", "connection", "content-length", "cookie")
_UNPACKED: Final = ("content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive")


class Cache:
    """Scripts and style sheets of a site, so that each page does not ask for them again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0

    def get(self, url: str) -> Answer | None:
        if url in self._kept:
            self._kept.move_to_end(url)
        return self._kept.get(url)

    def put(self, url: str, answer: Answer) -> None:
        if answer.status == 200 and url not in self._kept:
            self._kept[url] = answer
            self._bytes += len(answer.body)
            while self._bytes > _CACHE_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)


class Loader:
    """Answers the requests of one page; what it counts says when the page has loaded all it wanted."""

    def __init__(
        self, client: PoliteClient, document: FetchResult, hosts: tuple[str, ...], cache: Cache
    ) -> None:
        """`document` answers the first request; `hosts` are those of the source beside the page's own."""
        self.responses: list[tuple[str, str]] = []
        """The JSON that scripts have loaded: address and text."""
        self.failure: FetchError | None = None
        """Why the page could not go where its script sent it."""
        self.lost = 0
        """Requests of its scripts that the site did not answer: what they would have shown is missing."""
        self.started = 0
        self.page: Any = None
        self._client = client
        self._document: FetchResult | None = document
        self._start = URL(document.final_url)
        self._sites = {site(self._start.host or ""), *(site(host) for host in hosts)}
        self._cache = cache
        self._waiting = 0
        self._bytes = 0
        self._json = 0
        self._changed = asyncio.Event()

    async def open(self, page: Any) -> None:
        """Note the tab that shows the page."""
        self.page = page

    async def quiet(self, seconds: float) -> None:
        """Wait until no request is under way and none was begun for so many seconds."""
        while True:
            while self._waiting:
                self._changed.clear()
                await self._changed.wait()
            seen = self.started
            await asyncio.sleep(seconds)
            if not self._waiting and self.started == seen:
                return

    async def answer(self, route: Any) -> None:
        """Answer one request of the page."""
        request = route.request
        self.started += 1
        self._waiting += 1
        try:
            await self._answered(route, request)
        except FetchError as error:
            self.lost += request.resource_type in _SHOWING
            log.debug("%s is not loaded: %s", mask_url(request.url), error.message)
            await _abort(route)
        finally:
            self._waiting -= 1
            self._changed.set()

    async def _answered(self, route: Any, request: Any) -> None:
        kind = request.resource_type
        if kind == "document" and request.is_navigation_request() and request.frame == self.page.main_frame:
            await self._navigate(route, request)
        elif kind in _LOADED and request.method in _METHODS and self._is_ours(request.url):
            await self._load(route, request, kind)
        else:
            await _abort(route)

    def _is_ours(self, url: str) -> bool:
        """Whether it is of the page's site or a sub-domain of it, or of another host of the source."""
        try:
            host = site(checked_url(url).host or "")
        except BadUrlError:
            return False
        return any(host == one or host.endswith(f".{one}") for one in self._sites)

    async def _navigate(self, route: Any, request: Any) -> None:
        """Answer the document: the one that was fetched, or another to which a script has gone."""
        document, self._document = self._document, None
        if document is None:
            try:
                document = await self._followed(request)
            except FetchError as error:
                self.failure = error
                raise
        await _fulfill(route, document.status, document.headers, document.body)

    async def _followed(self, request: Any) -> FetchResult:
        if request.method != "GET" or not self._is_ours(request.url):
            raise FetchError(
                f"{mask_url(str(self._start))} goes to {mask_url(request.url)}; not followed",
                url=str(self._start),
            )
        self._count(0)
        return await self._client.get(request.url, html_only=True)

    async def _load(self, route: Any, request: Any, kind: str) -> None:
        cached = self._cache.get(request.url) if kind in _CACHED else None
        if cached is None:
            self._count(0)
            cached = await self._client.load(
                request.url,
                method=request.method,
                headers=await self._headers(request),
                body=(request.post_data_buffer or b"")[:_LONGEST_BODY] if request.method == "POST" else None,
                is_allowed=self._is_ours,
            )
            self._count(len(cached.body))
            self.lost += kind in _SHOWING and (cached.status == 429 or cached.status >= 500)
            if kind in _CACHED:
                self._cache.put(request.url, cached)
            else:
                self._capture(request.url, cached)
        await _fulfill(route, cached.status, cached.headers, cached.body)

    async def _headers(self, request: Any) -> dict[str, str]:
        """What the script says, under our name; and the cookies of the site, which Playwright hides."""
        own = {
            name: value
            for name, value in request.headers.items()
            if name not in _OURS and not name.startswith(("sec-", ":"))
        }
        cookies = await self.page.context.cookies(request.url)
        if cookies:
            own["Cookie"] = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
        return own

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes > _MOST_BYTES or self.started > _MOST_REQUESTS:
            raise TooLargeError(
                f"the page {mask_url(str(self._start))} loads more than {_MOST_REQUESTS} files or "
                f"{_MOST_BYTES:,} bytes",
                url=str(self._start),
            )

    def _capture(self, url: str, answer: Answer) -> None:
        """Keep a JSON answer: it may hold more than the page shows."""
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not 200 <= answer.status < 300 or not kind.endswith("json"):
            return
        self._json += len(answer.body)
        if self._json <= _MOST_JSON:
            self.responses.append((mask_url(url), answer.body.decode("utf-8-sig", "replace")))


async def _fulfill(route: Any, status: int, headers: Mapping[str, str], body: bytes) -> None:
    given: dict[str, str] = {}
    for name, value in headers.items():
        low = name.lower()
        if low not in _UNPACKED:
            # several cookies are several lines
            given[low] = f"{given[low]}\n{value}" if low in given and low == "set-cookie" else value
    await _gently(route.fulfill(status=status, headers=given, body=body))


async def _abort(route: Any) -> None:
    await _gently(route.abort("blockedbyclient"))


async def _gently(answer: Any) -> None:
    """Answer a request; its page may be closed by now, so that nobody waits for the answer."""
    try:
        await answer
    except Exception as error:  # noqa: BLE001 Playwright's own errors, which only an extra has
        log.debug("a request was not answered: %s", error)
