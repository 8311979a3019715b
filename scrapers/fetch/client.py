"""The polite client: returns a page or raises one error that explains why not."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Self

from tenacity.wait import wait_base
from yarl import URL

from config.errors import (
    BadUrlError,
    BlockedError,
    FetchError,
    FetchTimeoutError,
    HTTPStatusError,
    RedirectRefusedError,
    UsageError,
)
from config.source import Source
from scrapers.fetch.address import (
    AddressGuard,
    checked_url,
    is_loopback,
    redacted,
    redirect_target,
    same_site,
    site,
)
from scrapers.fetch.agent import PRODUCT, checked_contact, user_agent
from scrapers.fetch.blocks import is_challenge, refused
from scrapers.fetch.gate import Gate
from scrapers.fetch.pace import Monotonic, Pace, Sleep
from scrapers.fetch.result import FetchResult, Hop
from scrapers.fetch.retry import JITTERED, is_transient_status, retry_after, with_retries
from scrapers.fetch.robots import SIZE_LIMIT, Robots
from scrapers.fetch.wire import Answer, Wire

log = logging.getLogger(__name__)

_OVERLOADED = (429, 502, 503, 504)
_LOADS_PER_SECOND: Final = 20.0
"""Of what pages load in a browser, per host."""
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_ACCEPT_DATA = "application/json,text/html;q=0.9,*/*;q=0.5"


class FetchLimits(NamedTuple):
    """The most that one page may use: bytes, redirects, attempts, and seconds of a pause."""

    bytes: int = 10_000_000
    redirects: int = 5
    attempts: int = 4
    longest_pause: float = 300.0


DEFAULT_LIMITS = FetchLimits()


class _Saved(NamedTuple):
    """The file that a download is written to, and its limit in bytes."""

    file: BinaryIO
    limit: int


class PoliteClient:
    """Fetches pages of one source: at its pace, by its robots.txt, with a contact in the user agent."""

    def __init__(
        self,
        source: Source,
        *,
        contact: str | None = None,
        allow_private: bool = False,
        limits: FetchLimits = DEFAULT_LIMITS,
        pace: Pace | None = None,
        gate: Gate | None = None,
        wait: wait_base = JITTERED,
        clock: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._contact = checked_contact(contact)
        self._allow_private = allow_private
        self._limits = limits
        self._pace = pace or Pace(source.requests_per_second, clock=clock, sleep=sleep)
        self._gate = gate or Gate(source)
        self._guard = AddressGuard()
        agent = user_agent(self._contact)
        self._wire = Wire(agent, guard=self._guard, pace=self._pace, timeout=source.timeout_seconds)
        self._loads = Wire(
            agent, guard=self._guard, pace=Pace(_LOADS_PER_SECOND), timeout=source.timeout_seconds
        )
        self.agent: Final = agent
        self.limits: Final = limits
        self._retrying = partial(with_retries, attempts=limits.attempts, wait=wait, sleep=sleep)
        self._robots = Robots(PRODUCT, self._fetch_robots, clock=clock)

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        await self._loads.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._loads.__aexit__(*exc)
        await self._wire.__aexit__(*exc)

    async def get(
        self,
        url: str,
        *,
        html_only: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult:
        """Fetch one page. Raises FetchError.

        With `etag` or `last_modified` of an earlier fetch, 304 is a result too.
        """
        start = self._checked_start(url)
        headers = {"Accept": _ACCEPT, **_conditions(etag, last_modified)}
        return await self._fetched(start, headers, html_only=html_only)

    async def ask(
        self,
        url: str,
        *,
        form: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        check: Callable[[bytes], None] | None = None,
    ) -> FetchResult:
        """Ask a server for data that a url, or a form that only reads, names. Raises FetchError.

        A form is for a question that is too long for a url: it is repeated like any other. `check` raises
        FetchError for a body that is no answer; a transient one is asked for again.
        """
        sent = {"Accept": _ACCEPT_DATA, **(headers or {})}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._fetched(self._checked_start(url), sent, form=form, check=check)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[Callable[[], None]]:
        """Wait until a page may be fetched by other means, such as a browser, by all rules that `get` keeps.

        The caller calls what is yielded when the request was sent. Raises FetchError.
        """
        start = self._checked_start(url)
        gap = await self._robots.check(start)
        await self._gate.pass_through(url)
        await self.check_request(url)
        async with self._pace.turn(site(start.host or ""), gap) as sent:
            yield sent

    async def load(
        self,
        url: str,
        *,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None,
        is_allowed: Callable[[str], bool],
    ) -> Answer:
        """Fetch what a page loads in a browser, a script or JSON, with any status. Raises FetchError.

        What a page loads belongs to its turn, so that it is fetched faster than pages are; robots.txt, the
        limits and the guard of addresses hold. A redirect is followed where the new url `is_allowed`.
        """
        target, given = checked_url(url), dict(headers)
        for _ in range(self._limits.redirects + 1):
            await self._robots.check(target)
            await self._wire.check(target)
            answer = await self._loads.send(
                target, headers=given, limit=self._limits.bytes, method=method, data=body
            )
            self._slow_down(site(target.host or ""), answer)
            if answer.redirects_to is None:
                return answer
            following = redirect_target(answer.url, answer.redirects_to)
            if not is_allowed(str(following)):
                break
            target = following
            if answer.status not in (307, 308):
                method, body = "GET", None
        raise RedirectRefusedError(
            f"{redacted(url)} redirects to {redacted(answer.redirects_to or '')}; not followed",
            url=url,
            status=answer.status,
            target=answer.redirects_to or "",
        )

    async def check_request(self, url: str) -> None:
        """Raise FetchError unless any request may go there: a web address, no private network, not closed.

        For what a page loads and where it leads, each request of it.
        """
        await self._wire.check(checked_url(url))

    async def download(self, url: str, target: Path, *, limit: int, seconds: float) -> FetchResult:
        """Download a file of at most `limit` bytes to `target`, within `seconds`. Raises FetchError.

        The time covers all of it: robots.txt, redirects, pauses and repeated attempts. The body of the
        result is only the beginning of the file.
        """
        start = self._checked_start(url)
        headers = {"Accept": "*/*"}
        with target.open("wb") as file:
            try:
                async with asyncio.timeout(seconds):
                    return await self._fetched(start, headers, saved=_Saved(file, limit))
            except TimeoutError as error:
                raise FetchTimeoutError(
                    f"downloading {redacted(start)} failed: the file was not complete after {seconds:g} s",
                    url=str(start),
                    transient=False,
                    next_step="if the file is that large, raise PROPERTY_MANAGER_DOWNLOAD_SECONDS",
                ) from error

    async def _fetched(
        self,
        start: URL,
        headers: dict[str, str],
        *,
        html_only: bool = False,
        saved: _Saved | None = None,
        form: bytes | None = None,
        check: Callable[[bytes], None] | None = None,
    ) -> FetchResult:
        async def once(attempt: int) -> FetchResult:
            result = await self._visit(
                start, headers=headers, html_only=html_only, attempt=attempt, saved=saved, form=form
            )
            if check is not None:
                check(result.body)
            return result

        try:
            result = await self._retrying(once)
        except HTTPStatusError as error:
            if error.status != 429:
                raise
            raise self._refused_at_last(start, error) from error
        log.debug("Fetched %s: %s, %d bytes", redacted(start), result.status, len(result.body))
        return result

    def _checked_start(self, url: str) -> URL:
        """Return the checked url. Raises UsageError without a contact, except for loopback."""
        start = checked_url(url)
        host = start.host or ""
        if self._contact is None and not is_loopback(host):
            raise UsageError(
                f"fetching from {host} needs a contact in the user agent, so that the site can reach you",
                next_step="set PROPERTY_MANAGER_CONTACT to your url or e-mail address",
            )
        if self._allow_private:
            # Only the first url, which the user named: no page may lead to others of a private network.
            self._guard.permit_private(start)
            self._allow_private = False
        return start

    async def _visit(
        self,
        start: URL,
        *,
        headers: dict[str, str],
        html_only: bool,
        attempt: int,
        saved: _Saved | None = None,
        form: bytes | None = None,
    ) -> FetchResult:
        """Follow the redirects of one url to a page. Raises FetchError for anything else."""
        hops: list[Hop] = []
        url, elapsed = start, 0.0
        while True:
            gap = await self._robots.check(url)
            answer = await self._ask(url, headers, gap=gap, html_only=html_only, saved=saved, form=form)
            elapsed += answer.elapsed
            if answer.redirects_to is None:
                break
            hops.append(Hop(str(url), answer.status))
            url = self._next(start, answer, len(hops))
            if answer.status not in (307, 308):
                form = None
        result = FetchResult(
            url=str(start),
            final_url=str(url),
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            hops=tuple(hops),
            elapsed=elapsed,
            fetched_at=datetime.now(UTC),
            attempts=attempt,
        )
        self._check(result, url, conditional="If-None-Match" in headers or "If-Modified-Since" in headers)
        return result

    async def _ask(
        self,
        url: URL,
        headers: dict[str, str],
        *,
        gap: float,
        html_only: bool,
        saved: _Saved | None,
        form: bytes | None,
    ) -> Answer:
        host = site(url.host or "")
        await self._gate.pass_through(str(url))
        try:
            answer = await self._wire.send(
                url,
                headers=headers,
                limit=saved.limit if saved else self._limits.bytes,
                least_gap=gap,
                html_only=html_only,
                into=saved.file if saved else None,
                method="GET" if form is None else "POST",
                data=form,
            )
        except FetchTimeoutError:
            self._pace.slow_down(host)
            raise
        self._slow_down(host, answer)
        return answer

    def _slow_down(self, host: str, answer: Answer) -> None:
        """Slow down requests to the host if its answer asks for it."""
        if answer.status not in _OVERLOADED:
            self._pace.answered(host, answer.elapsed)
            return
        self._pace.slow_down(host)
        asked = retry_after(answer.headers, datetime.now(UTC)) or 0.0
        if asked > self._limits.longest_pause:
            self._pace.close(host, asked)
        elif asked:
            log.info("%s asks us to wait %.0f s", host, asked)
            self._pace.pause(host, asked)

    def _next(self, start: URL, answer: Answer, hops: int) -> URL:
        """Return the target of a redirect. Raises RedirectRefusedError if it is not followed."""
        try:
            target = redirect_target(answer.url, answer.redirects_to or "")
        except BadUrlError as error:
            raise self._redirect_refused(start, answer, "to something that is not a web address") from error
        if not same_site(start, target):
            raise self._redirect_refused(start, answer, f"to another site: {redacted(target)}")
        if hops > self._limits.redirects:
            raise self._redirect_refused(start, answer, f"more than {self._limits.redirects} times")
        return target

    def _redirect_refused(self, start: URL, answer: Answer, how: str) -> RedirectRefusedError:
        target = answer.redirects_to or ""
        return RedirectRefusedError(
            f"{redacted(start)} redirects {how}; not followed",
            url=str(start),
            status=answer.status,
            target=target,
        )

    def _check(self, result: FetchResult, url: URL, *, conditional: bool) -> None:
        """Raise FetchError unless the answer is the requested page."""
        if (error := self._fault(result, url, conditional=conditional)) is not None:
            error.body = result.body
            raise error

    def _fault(self, result: FetchResult, url: URL, *, conditional: bool) -> FetchError | None:
        status, host = result.status, url.host or ""
        if is_challenge(result.headers, result.text):
            why = f"{status}, challenge page"
            return refused(host, why, url=result.url, status=status, is_challenge=True)
        if status in (401, 403):
            return refused(host, str(status), url=result.url, status=status)
        if status == 202 and not result.body.strip():
            return refused(host, "202, empty page", url=result.url, status=status)
        if 200 <= status < 300 or (status == 304 and conditional):
            return None
        asked = retry_after(result.headers, result.fetched_at)
        return HTTPStatusError(
            f"{host} answered {status} for {redacted(url)}",
            url=result.url,
            status=status,
            transient=is_transient_status(status) and (asked or 0) <= self._limits.longest_pause,
            retry_after=asked,
            page_hash=result.digest,
        )

    def _refused_at_last(self, start: URL, error: HTTPStatusError) -> BlockedError:
        why = "429, too many requests"
        if error.retry_after:
            why += f"; retry after {error.retry_after:.0f} s"
        blocked = refused(start.host or "", why, url=error.url, status=429)
        blocked.retry_count, blocked.retry_after, blocked.body = (
            error.retry_count,
            error.retry_after,
            error.body,
        )
        return blocked

    async def _fetch_robots(self, url: URL) -> Answer:
        async def once(_: int) -> Answer:
            answer = await self._wire.send(
                url, headers={"Accept": "text/plain,*/*;q=0.5"}, limit=SIZE_LIMIT, cut=True
            )
            self._slow_down(site(url.host or ""), answer)
            if is_transient_status(answer.status):
                raise _Busy(answer)
            return answer

        try:
            return await self._retrying(once)
        except _Busy as busy:
            return busy.answer


class _Busy(FetchError):
    """The server of a robots.txt is busy: retried, and an ordinary answer after the last attempt."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(url=str(answer.url), status=answer.status, transient=True)
        self.answer = answer


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in given.items() if value}
