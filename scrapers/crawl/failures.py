"""The pages that failed: each is recorded, and the crawl stops where they mean the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from config.errors import BlockedError, FetchError, RobotsDisallowedError
from config.secrets import mask_url
from scrapers.crawl.impostors import Impostor, instead_of_listing, led_away
from scrapers.crawl.report import CrawlReport, Witness
from scrapers.crawl.sink import Sink
from scrapers.crawl.start import challenged
from scrapers.extract import Page, page_kind
from scrapers.fetch import FetchResult

_FAILURES_IN_A_ROW: Final = 10
_REFUSALS_IN_A_ROW: Final = 3
_REFUSED_SHARE: Final = 0.2
_LEAST_REFUSED: Final = 5


class Failures:
    """Records the failed pages of one crawl; `stop` is called once when the crawl has to end."""

    def __init__(
        self, report: CrawlReport, sink: Sink, failed_before: frozenset[str], *, stop: Callable[[], None]
    ) -> None:
        self._report = report
        self._sink = sink
        self._failed_before = failed_before
        self._cancel = stop
        self._in_a_row = 0
        self._refused_in_a_row = 0
        self._given = 0
        self._led_to: dict[str, str] = {}
        self.lists: set[str] = set()
        """The addresses of the index pages that were read."""

    def note_given(self) -> None:
        """Note that the site gave a page."""
        self._refused_in_a_row = 0
        self._given += 1

    async def succeeded(self, url: str) -> None:
        """Note that a page was read; one that failed in the crawl that this one resumes is resolved."""
        self._in_a_row = 0
        if mask_url(url) in self._failed_before:
            await self._sink.resolved([url])

    async def not_fetched(self, url: str, error: FetchError) -> None:
        """Record a page that could not be fetched."""
        if isinstance(error, BlockedError):
            await self._refused(url, error)
            return
        await self._record(url, error.error_type, error.message, error.retry_count, error.body)
        if isinstance(error, RobotsDisallowedError):
            self._report.disallowed += 1  # never requested
        else:
            self._count(error.message)

    async def not_read(self, url: str, message: str, body: bytes) -> None:
        """Record a page from which nothing could be read."""
        await self._record(url, "extraction", message, 0, body)
        self._count(message)

    async def unreadable(self, url: str, page: Page | None, fetched: FetchResult, message: str) -> None:
        """Record a page without a listing, as what it is: a block, a login, a notice, or none of them."""
        if page is None:
            await self.not_read(url, message, fetched.body)
        elif page_kind(page) == "blocked":
            error = challenged(url)
            error.body = fetched.body
            await self._blocked(url, error)
        elif (impostor := instead_of_listing(page)) is not None:
            await self._came_instead(url, fetched, impostor)
        else:
            await self.not_read(url, message, fetched.body)

    async def led_away(self, url: str, fetched: FetchResult) -> bool:
        """Record a listing whose redirect led to something else; whether it did.

        Where one page is the target of two listings, it is that of one at most.
        """
        impostor = led_away(fetched, self.lists)
        if impostor is None and fetched.hops:
            first = self._led_to.setdefault(fetched.final_url, url)
            if first != url:
                impostor = Impostor("soft_404", f"it leads to {fetched.final_url}, as {first} does")
        if impostor is not None:
            await self._came_instead(url, fetched, impostor)
        return impostor is not None

    async def _came_instead(self, url: str, fetched: FetchResult, impostor: Impostor) -> None:
        """Record a page that came in place of a listing; a login or a captcha is a refusal."""
        self._report.instead[impostor.kind] += 1
        message = f"{mask_url(url)} gives no listing: {impostor.why}"
        if impostor.kind == "soft_404":
            await self._record(url, impostor.kind, message, 0, fetched.body)
            self._count(message)
            return
        error = BlockedError(message, url=url, status=401, is_challenge=impostor.kind == "captcha")
        error.body = fetched.body
        await self._refused(url, error, impostor.kind)

    async def _refused(self, url: str, error: BlockedError, kind: str = "refused") -> None:
        """Stop at a block; else record a page that the site refuses while it gives others."""
        if self._is_block(error):
            await self._blocked(url, error)
            return
        self._report.refused.append(mask_url(url))
        message = error.message.removesuffix(" Nothing was changed.")
        await self._record(url, kind, message, error.retry_count, error.body)

    def _is_block(self, error: BlockedError) -> bool:
        """Whether a refusal means the crawl; a page that alone is refused may be of a home that is gone.

        Any challenge is a block, and so are three refusals in a row, or five that are a fifth of all pages.
        """
        if error.is_challenge or error.status not in (401, 403):
            return True
        self._refused_in_a_row += 1
        refused = len(self._report.refused) + 1
        share = refused / (refused + self._given)
        return self._refused_in_a_row >= _REFUSALS_IN_A_ROW or (
            refused >= _LEAST_REFUSED and share > _REFUSED_SHARE
        )

    async def _blocked(self, url: str, error: BlockedError) -> None:
        self._report.problem = Witness(url, error.body)
        self._report.retry_after = error.retry_after
        self._stop(error.message)
        await self._record(url, "blocked", error.message, error.retry_count)

    async def _record(self, url: str, kind: str, message: str, retries: int, body: bytes = b"") -> None:
        report = self._report
        report.failed += 1
        if body and report.problem is None:
            report.problem = Witness(url, body)
        if kind not in ("refused", "login") and report.failed_page is None:
            report.failed_page = mask_url(url)
        await self._sink.error(url, kind, message, retries)

    def _count(self, message: str) -> None:
        self._in_a_row += 1
        if self._in_a_row == _FAILURES_IN_A_ROW:
            self._stop(f"{_FAILURES_IN_A_ROW} pages failed in a row, the last one: {message}")

    def _stop(self, reason: str) -> None:
        if self._report.stopped_by is None:
            self._report.stopped_by = reason
        self._cancel()
