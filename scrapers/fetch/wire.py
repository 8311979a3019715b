"""Sends one request: paced, address-checked and size-limited, without redirects and retries."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import BinaryIO, Self

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from config.errors import (
    AddressRefusedError,
    BadUrlError,
    DecompressionError,
    FetchTimeoutError,
    NotHTMLError,
    ProtocolError,
    UnreachableError,
)
from scrapers.fetch.address import AddressGuard, GuardedResolver, literal, redacted, site
from scrapers.fetch.blocks import refused
from scrapers.fetch.body import ACCEPTED_ENCODINGS, read_body, save_body
from scrapers.fetch.lenient import lenient_connector
from scrapers.fetch.pace import Pace

_HTML = ("text/html", "application/xhtml+xml")
_HEADER_BYTES = 32_768
_HEADERS = 1_000  # as many as browsers take
_ERROR_BYTES = 200_000


@dataclass(frozen=True)
class Answer:
    """A server's answer with any status."""

    url: URL
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    elapsed: float

    @property
    def redirects_to(self) -> str | None:
        return self.headers.get("Location") if self.status in (301, 302, 303, 307, 308) else None


class Wire:
    """The connection pool of one client."""

    def __init__(self, agent: str, *, guard: AddressGuard, pace: Pace, timeout: float) -> None:
        self._agent = agent
        self._guard = guard
        self._pace = pace
        self._seconds = timeout
        self._session: aiohttp.ClientSession | None = None
        self._resolver: GuardedResolver | None = None

    async def __aenter__(self) -> Self:
        self._resolver = GuardedResolver(aiohttp.ThreadedResolver(), self._guard)
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_notify_sent)
        self._session = aiohttp.ClientSession(
            connector=lenient_connector(resolver=self._resolver),
            headers={"User-Agent": self._agent, "Accept-Encoding": ACCEPTED_ENCODINGS},
            timeout=aiohttp.ClientTimeout(total=self._seconds),
            auto_decompress=False,
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
            max_headers=_HEADERS,
            trace_configs=[trace],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def check(self, url: URL) -> None:
        """Raise FetchError unless a request may go to this host now; a private address is none."""
        self._guard.check_literal(url)
        self._check_open(url)
        host = url.host or ""
        if self._resolver is not None and literal(host) is None:
            async with _translate_errors(url, self._seconds):
                await self._resolver.resolve(host, url.port or 0, socket.AF_UNSPEC)

    async def send(
        self,
        url: URL,
        *,
        headers: dict[str, str],
        limit: int,
        least_gap: float = 0.0,
        html_only: bool = False,
        cut: bool = False,
        into: BinaryIO | None = None,
        method: str = "GET",
        data: bytes | None = None,
    ) -> Answer:
        """Ask for this url once, at its host's turn. With `cut` a longer body is cut instead of refused.

        With `into` the body is written there as long as data arrives, and only its beginning is returned.
        """
        if self._session is None:
            raise RuntimeError("a PoliteClient is used inside `async with`")
        self._guard.check_literal(url)
        self._check_open(url)
        async with (
            self._pace.turn(site(url.host or ""), least_gap) as sent,
            _translate_errors(url, self._seconds),
        ):
            self._check_open(url)
            started = time.perf_counter()
            async with self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                allow_redirects=False,
                trace_request_ctx=sent,
                timeout=self._timeout(into),
            ) as response:
                if into is not None and response.status == 200:
                    body = await _saved(response, into, limit=limit)
                else:
                    body = await _body(response, limit=limit, html_only=html_only, cut=cut)
                elapsed = time.perf_counter() - started
                return Answer(url, response.status, _copied(response.headers), body, elapsed)

    def _timeout(self, into: BinaryIO | None) -> aiohttp.ClientTimeout:
        """Limit the total time of a page; of a download only the pauses, as its caller limits the total."""
        if into is None:
            return aiohttp.ClientTimeout(total=self._seconds)
        return aiohttp.ClientTimeout(sock_connect=self._seconds, sock_read=self._seconds)

    def _check_open(self, url: URL) -> None:
        """Raise BlockedError if the host asked for a longer pause than a run waits."""
        if (seconds := self._pace.closed_for(site(url.host or ""))) > 0:
            why = f"it asked us to stay away for {seconds:.0f} s more"
            error = refused(url.host or "", why, url=str(url))
            error.retry_after = seconds
            raise error


async def _notify_sent(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    sent: Callable[[], None] = context.trace_request_ctx
    sent()


def _copied(headers: CIMultiDictProxy[str]) -> CIMultiDictProxy[str]:
    """Return a copy, so that a stored result does not hold the connection's buffers."""
    return CIMultiDictProxy(CIMultiDict(headers))


async def _saved(response: aiohttp.ClientResponse, into: BinaryIO, *, limit: int) -> bytes:
    return await save_body(
        response.content.iter_any(),
        into,
        encoding=response.headers.get("Content-Encoding", ""),
        limit=limit,
        url=str(response.url),
        declared=response.content_length,
    )


def is_html(content_type: str) -> bool:
    """Whether a Content-Type, if there is one, is that of a web page."""
    return not (known := _media_type(content_type)) or known in _HTML


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


async def _body(response: aiohttp.ClientResponse, *, limit: int, html_only: bool, cut: bool) -> bytes:
    url = str(response.url)
    good = 200 <= response.status < 300
    content_type = response.headers.get("Content-Type", "")
    if good and html_only and not is_html(content_type):
        raise NotHTMLError(
            f"{redacted(url)} is {_media_type(content_type)}, not a web page", url=url, status=response.status
        )
    read = partial(
        read_body,
        response.content.iter_any(),
        encoding=response.headers.get("Content-Encoding", ""),
        url=url,
    )
    if good:
        return await read(limit=limit, declared=response.content_length, cut=cut)
    try:
        return await read(limit=min(limit, _ERROR_BYTES), cut=True)
    except DecompressionError:
        # The status of an error page matters, even if its body cannot be decompressed.
        return b""


@asynccontextmanager
async def _translate_errors(url: URL, seconds: float) -> AsyncIterator[None]:
    """Translate aiohttp's exceptions into FetchErrors."""
    text, host = str(url), url.host
    try:
        yield
    except AddressRefusedError as error:
        error.url = text
        raise
    except TimeoutError as error:
        raise FetchTimeoutError(
            f"fetching {redacted(url)} failed: no complete answer within {seconds:g} s", url=text
        ) from error
    except aiohttp.InvalidURL as error:
        raise BadUrlError(f"{redacted(url)} cannot be fetched: it is not a valid url", url=text) from error
    except aiohttp.ClientResponseError as error:
        why = error.message.partition("\n")[0].rstrip(" :")
        raise ProtocolError(f"{host} answered {redacted(url)} with invalid HTTP: {why}", url=text) from error
    except aiohttp.ClientPayloadError as error:
        raise UnreachableError(
            f"fetching {redacted(url)} failed: {host} sent only a part of it, then the connection ended",
            url=text,
            transient=True,
        ) from error
    except aiohttp.ClientSSLError as error:
        raise UnreachableError(
            f"fetching {redacted(url)} failed: no secure connection to {host} ({_cause(error)})",
            url=text,
            transient=not isinstance(error, aiohttp.ClientConnectorCertificateError),
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        raise UnreachableError(
            f"fetching {redacted(url)} failed: {host} could not be reached ({_cause(error)})",
            url=text,
            transient=not _no_such_host(error),
        ) from error


def _no_such_host(error: Exception) -> bool:
    return isinstance(error, aiohttp.ClientConnectorDNSError) and error.os_error.errno == socket.EAI_NONAME


def _cause(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or str(error.os_error)
    return str(error) or type(error).__name__
