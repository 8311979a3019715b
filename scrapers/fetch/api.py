"""Requests to a JSON API with the caller's token, which is sent to one server only."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any, Final, Self

from pydantic import SecretStr
from tenacity.wait import wait_base
from yarl import URL

from config.errors import (
    AddressRefusedError,
    FetchError,
    HTTPStatusError,
    ProtocolError,
    RedirectRefusedError,
    TokenRefusedError,
    UsageError,
)
from scrapers.fetch.address import AddressGuard, checked_url, is_loopback, origin, redacted, site
from scrapers.fetch.agent import checked_contact, user_agent
from scrapers.fetch.pace import Monotonic, Pace, Sleep
from scrapers.fetch.retry import JITTERED, is_transient_status, retry_after, with_retries
from scrapers.fetch.wire import Answer, Wire

_PAGE_BYTES: Final = 200_000_000
_ATTEMPTS: Final = 4
_LONGEST_PAUSE: Final = 300.0


class JsonApi:
    """Gets JSON from one server: at its pace, honouring Retry-After, without following redirects.

    robots.txt does not apply: it governs public pages, and an API admits by token.
    """

    def __init__(
        self,
        url: str,
        token: SecretStr | None,
        *,
        token_name: str,
        contact: str | None = None,
        allow_private: bool = False,
        requests_per_second: float = 1.0,
        seconds_per_page: float = 120.0,
        wait: wait_base = JITTERED,
        clock: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`token_name` is the variable that holds the token, for messages.

        Raises UsageError if the token would be sent unencrypted.
        """
        start = checked_url(url)
        host = start.host or ""
        if token is not None and start.scheme != "https" and not (allow_private or is_loopback(host)):
            raise UsageError(
                f"the token of {token_name} would be sent to {redacted(start)} unencrypted",
                next_step="give the https url",
            )
        self._origin = origin(start)
        self._token = token
        self._token_name = token_name
        self._pace = Pace(requests_per_second, clock=clock, sleep=sleep)
        guard = AddressGuard()
        if allow_private:
            guard.permit_private(start)
        self._wait, self._sleep = wait, sleep
        self._wire = Wire(
            user_agent(checked_contact(contact)),
            guard=guard,
            pace=self._pace,
            timeout=seconds_per_page,
        )

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._wire.__aexit__(*exc)

    async def get_json(self, url: str) -> dict[str, Any]:
        """Get one url as JSON. Raises FetchError for any other answer."""
        target = _as_given(url)
        if origin(target) != self._origin:
            raise AddressRefusedError(f"{redacted(target)} is not on {self._origin}", url=redacted(target))
        answer = await with_retries(
            lambda _: self._ask(target), attempts=_ATTEMPTS, wait=self._wait, sleep=self._sleep
        )
        try:
            found: dict[str, Any] = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(
                f"{redacted(target)} answered with something that is not JSON", url=redacted(target)
            ) from error
        return found

    async def _ask(self, url: URL) -> Answer:
        headers = {"Accept": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        answer = await self._wire.send(url, headers=headers, limit=_PAGE_BYTES)
        if answer.status == 200:
            self._pace.recover(site(url.host or ""))
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> FetchError:
        """Return the error for an answer without data; pause the host for as long as it asks."""
        url, status, host = redacted(answer.url), answer.status, answer.url.host or ""
        if answer.redirects_to is not None:
            return RedirectRefusedError(
                f"{url} redirects; the token is not sent to its target", url=url, status=status, target=""
            )
        if status in (401, 403):
            given = "does not accept" if self._token is not None else "requires"
            return TokenRefusedError(
                f"{host} {given} the token of {self._token_name} ({status})",
                url=url,
                status=status,
                next_step=f"set {self._token_name} to a bearer token that is valid there",
            )
        asked = retry_after(answer.headers, datetime.now(UTC)) or 0.0
        if status in (429, 503):
            self._pace.slow_down(site(host))
            self._pace.pause(site(host), min(asked, _LONGEST_PAUSE))
        return HTTPStatusError(
            f"{host} answered {status} for {url}{self._message(answer.body)}",
            url=url,
            status=status,
            transient=is_transient_status(status) and asked <= _LONGEST_PAUSE,
            retry_after=asked or None,
        )

    def _message(self, body: bytes) -> str:
        """Return the server's message with the token removed."""
        try:
            message = json.loads(body)["error"]["message"]
        except (ValueError, RecursionError, LookupError, TypeError):
            return ""
        if not isinstance(message, str):
            return ""
        if self._token is not None:
            message = message.replace(self._token.get_secret_value(), "…")
        return f": {message[:300]}"


def _as_given(url: str) -> URL:
    """Keep the encoding of a link that the server gave, unless it is not a valid url."""
    proper = url.isascii() and url.isprintable() and " " not in url
    return URL(url, encoded=True) if proper else URL(url)
