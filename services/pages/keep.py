"""Pages kept as they are fetched: collected, packed, noted in the database, written to the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

from config.errors import PropertyManagerError, StorageError, SuppressionOutdatedError
from config.secrets import MASK, mask_url
from config.source import Source
from database.handle import Database
from scrapers.fetch import Fetcher, FetchResult
from services.pages.bodies import Body, body_name, pack
from services.pages.stores import Stores
from services.staging.suppression import Suppression

log = logging.getLogger(__name__)

_PAGES_AT_ONCE: Final = 50
_BYTES_AT_ONCE: Final = 8_000_000
_PUTS_AT_ONCE: Final = 8
_HEADERS: Final = ("Content-Type", "Content-Language", "ETag", "Last-Modified", "Link")


@dataclass(slots=True)
class PagesKept:
    """How many pages of a scrape were kept, and why not all."""

    kept: int = 0
    left_out: int = 0
    """Pages that could not be stored."""
    reason: str | None = None
    """Why the first of them could not."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as it is kept: without secrets, and without what was erased."""

    url: str
    final_url: str | None
    fetched: FetchResult
    content: bytes
    charset: str


class PageKeeper:
    """Keeps the pages of one scrape of a source, a batch at a time; used inside `async with`."""

    def __init__(
        self,
        database: Database,
        stores: Stores,
        source: Source,
        *,
        clock_offset: timedelta = timedelta(),
        secrets: frozenset[str] = frozenset(),
    ) -> None:
        """`clock_offset` is added to the time of each fetch, as in the rows that are read from the pages.

        `secrets`, of the url that the user gave, are masked wherever a page repeats them.
        """
        self.result: Final = PagesKept()
        self._database = database
        self._stores = stores
        self._source = source.name
        self._clock_offset = clock_offset
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._waiting: list[_Page] = []
        self._bytes = 0
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what was fetched, also where the scrape was cut short: then its error is the one raised."""
        try:
            await self.flush()
        except PropertyManagerError as also:
            if error is None:
                raise
            log.info("pages of %s are not kept: %s", self._source, also.message)

    async def keep(self, fetched: FetchResult) -> None:
        """Take a page; a full batch is stored."""
        if fetched.not_modified:
            return
        self._waiting.append(self._page(fetched))
        self._bytes += len(fetched.body)
        if len(self._waiting) >= _PAGES_AT_ONCE or self._bytes >= _BYTES_AT_ONCE:
            await self.flush()

    async def flush(self) -> None:
        """Store what waits. Raises DatabaseError; a store that fails is told in the result."""
        async with self._turn:
            batch, self._waiting, self._bytes = self._waiting, [], 0
            while batch:
                suppression = await Suppression.load(self._database, self._source)
                try:
                    await self._store(await self._cleaned(batch, suppression), suppression)
                except SuppressionOutdatedError:
                    continue  # something was erased since the list was loaded
                return

    def _page(self, fetched: FetchResult) -> _Page:
        url, final = mask_url(fetched.url), mask_url(fetched.final_url)
        content = fetched.body
        for secret in self._secrets:
            content = content.replace(secret.encode(), MASK.encode())
        return _Page(url, None if final == url else final, fetched, content, fetched.charset)

    async def _cleaned(self, batch: list[_Page], suppression: Suppression | None) -> list[_Page]:
        """The pages without erased contacts; the own page of a listing that was erased is not kept."""
        if suppression is None:
            return batch
        rows = await self._database.rows("suppressed_pages", self._source)
        suppressed = {row["url"] for row in rows}
        left = [page for page in batch if page.url not in suppressed]
        return await asyncio.to_thread(lambda: [_without(page, suppression) for page in left])

    async def _store(self, batch: list[_Page], suppression: Suppression | None) -> None:
        bodies = await asyncio.to_thread(lambda: [pack(page.content) for page in batch])
        noted = await self._database.rows(
            "note_pages",
            *(self._source, 0 if suppression is None else suppression.newest, self._stores.current.kind),
            [self._described(page, body) for page, body in zip(batch, bodies, strict=True)],
        )
        missing = {row["body_id"]: bodies[row["nth"] - 1] for row in noted if not row["stored"]}
        failed = await self._put(missing)
        done = [body_id for body_id in missing if body_id not in failed]
        unwanted = await self._database.rows("bodies_stored", done)
        await self._stores.current.delete(
            [body_name(missing[row["body_id"]].hash, row["body_id"]) for row in unwanted]
        )
        lost = sum(row["body_id"] in failed for row in noted)
        self.result.left_out += lost
        self.result.kept += len(noted) - lost

    async def _put(self, missing: dict[int, Body]) -> set[int]:
        """Write bodies to the store; returns those that it did not take."""
        failed = set[int]()
        turns = asyncio.Semaphore(_PUTS_AT_ONCE)

        async def put(body_id: int, body: Body) -> None:
            async with turns:
                try:
                    await self._stores.current.put(body_name(body.hash, body_id), body.packed)
                except StorageError as error:
                    failed.add(body_id)
                    self.result.reason = self.result.reason or error.message

        await asyncio.gather(*(put(body_id, body) for body_id, body in missing.items()))
        return failed

    def _described(self, page: _Page, body: Body) -> dict[str, Any]:
        given = page.fetched.headers
        return {
            **body.described(),
            "url": page.url,
            "final_url": page.final_url,
            "fetched_at": (page.fetched.fetched_at + self._clock_offset).isoformat(),
            "status": page.fetched.status,
            "charset": page.charset,
            "headers": {name: given[name] for name in _HEADERS if name in given},
        }


@asynccontextmanager
async def keeper_of(
    database: Database, stores: Stores | None, source: Source
) -> AsyncIterator[PageKeeper | None]:
    """Open what keeps the pages of a source; None where none are to be kept."""
    if stores is None or source.keep_pages == 0:
        yield None
        return
    async with PageKeeper(database, stores, source) as keeper:
        yield keeper


class Keeping:
    """A fetcher whose pages are kept."""

    def __init__(self, fetcher: Fetcher, keeper: PageKeeper) -> None:
        self._fetcher = fetcher
        self._keeper = keeper

    async def get(
        self,
        url: str,
        *,
        html_only: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult:
        """Fetch one page and keep it. Raises FetchError."""
        fetched = await self._fetcher.get(url, html_only=html_only, etag=etag, last_modified=last_modified)
        await self._keeper.keep(fetched)
        return fetched


def _without(page: _Page, suppression: Suppression) -> _Page:
    """The page without erased contacts, as UTF-8 where it had any."""
    text = page.content.decode(page.charset, "replace")
    cleaned = suppression.text(text)
    if cleaned == text:
        return page
    return _Page(page.url, page.final_url, page.fetched, cleaned.encode(), "utf-8")
