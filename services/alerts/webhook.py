"""Tells alerts by a webhook in Slack's form."""

from __future__ import annotations

import email.utils
import socket
from datetime import UTC, datetime
from typing import Final

import aiohttp
from yarl import URL

from config.errors import AddressRefusedError, UsageError
from config.secrets import remember
from scrapers.fetch.address import AddressGuard, GuardedResolver, is_loopback
from services.alerts.channel import DeliveryError
from services.alerts.message import Message
from services.alerts.slack import slack_document

SECONDS: Final = 15.0
"""How long a delivery may take."""
_LONGEST_WAIT: Final = 86_400.0
_VARIABLE: Final = "PROPERTY_MANAGER_ALERT_WEBHOOK"


class Webhook:
    """Posts messages to one address. Redirects are not followed: they would lead past what was checked."""

    name: Final = "webhook"

    def __init__(self, url: str, *, allow_private: bool = False, seconds: float = SECONDS) -> None:
        """Raises UsageError for what is no address, and for one that would be asked without encryption."""
        try:
            self._url = URL(url)
        except ValueError:
            self._url = URL()
        if self._url.scheme not in ("http", "https") or not self._url.host:
            raise UsageError(f"{_VARIABLE} is not a web address", next_step="give https://HOST/PATH")
        if self._url.scheme == "http" and not (allow_private or is_loopback(self._url.host)):
            raise UsageError(
                f"{_VARIABLE} begins with http://, so its secret would be sent openly",
                next_step="give https://HOST/PATH",
            )
        remember(self._url.raw_path_qs, self._url.raw_path_qs.lstrip("/"))
        self._guard = AddressGuard()
        if allow_private:
            self._guard.permit_private(self._url)
        self._seconds = seconds

    @property
    def target(self) -> str:
        return f"{self._url.scheme}://{self._url.host_port_subcomponent}"

    async def deliver(self, message: Message) -> str | None:
        """Post a message; its id is in the header Idempotency-Key and in its text. Raises DeliveryError."""
        headers = {"Idempotency-Key": str(message.id), "User-Agent": "property-manager"}
        timeout = aiohttp.ClientTimeout(total=self._seconds)
        connector = aiohttp.TCPConnector(resolver=GuardedResolver(aiohttp.ThreadedResolver(), self._guard))
        try:
            self._guard.check_literal(self._url)
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers) as session,
                session.post(self._url, json=slack_document(message), allow_redirects=False) as response,
            ):
                said = await response.content.read(200)
                self._require_success(response, said.decode("utf-8", "replace"))
                return None
        except AddressRefusedError as error:
            raise DeliveryError(
                f"{self.target} is on a private network",
                next_step="if this host is yours, set PROPERTY_MANAGER_ALERT_PRIVATE=true",
            ) from error
        except TimeoutError as error:
            raise DeliveryError(f"{self.target} did not answer within {self._seconds:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError(f"{self.target} cannot be reached: {_why(error)}") from error

    def _require_success(self, response: aiohttp.ClientResponse, said: str) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise DeliveryError(
                f"{self.target} answers with a redirect ({status}), which is not followed",
                next_step=f"set {_VARIABLE} to the address that it leads to",
            )
        step = None
        if status in (401, 403, 404, 410):
            step = f"make a new webhook, and set {_VARIABLE} to it"
        raise DeliveryError(
            f"{self.target} answers {status}: {' '.join(said.split())[:100] or response.reason}",
            next_step=step,
            wait_seconds=_retry_after(response.headers.get("Retry-After")),
        )


def _why(error: Exception) -> str:
    """Why a connection failed, without the address, which may hold a secret."""
    inner = getattr(error, "os_error", error)
    if isinstance(inner, socket.gaierror):
        return "its name is not known"
    return getattr(inner, "strerror", None) or type(error).__name__


def _retry_after(text: str | None) -> float | None:
    """The seconds that a Retry-After asks for, written as seconds or as a date."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return min(float(text), _LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)
