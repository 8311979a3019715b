"""The result of a successful fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, Protocol

from scrapers.fetch.body import charset_of


class Hop(NamedTuple):
    """A redirect that was followed."""

    url: str
    status: int


@dataclass(frozen=True)
class FetchResult:
    """A page that was fetched."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...]
    elapsed: float
    fetched_at: datetime
    attempts: int
    is_cut: bool = False
    """Whether the page would have shown more: a browser scrolled it as often as it may, or its site left a
    request of its scripts unanswered."""

    @cached_property
    def charset(self) -> str:
        """Python's name of the charset that the body is decoded by."""
        return charset_of(self.body, self.headers.get("Content-Type", ""))

    @cached_property
    def text(self) -> str:
        return self.body.decode(self.charset, "replace")

    @property
    def digest(self) -> str:
        """The beginning of the SHA-256 of the body."""
        return sha256(self.body).hexdigest()[:16]

    @property
    def not_modified(self) -> bool:
        return self.status == 304

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag")

    @property
    def last_modified(self) -> str | None:
        return self.headers.get("Last-Modified")


class Fetcher(Protocol):
    """Fetches pages: the polite client, a browser, or one of them whose pages are kept."""

    async def get(
        self,
        url: str,
        *,
        html_only: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult:
        """Fetch one page. Raises FetchError."""
        ...
