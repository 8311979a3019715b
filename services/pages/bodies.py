"""What a page consists of: packed, named by its hash, unpacked again."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from multidict import CIMultiDict, CIMultiDictProxy

from scrapers.fetch import FetchResult
from services.pages.stores import Stores

_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a page, packed; equal bytes are packed equally."""

    hash: str
    """SHA-256 of what was packed, in hexadecimal digits."""
    size: int
    packed: bytes

    def described(self) -> dict[str, Any]:
        """As the database notes it."""
        return {"hash": self.hash, "size": self.size, "packed": len(self.packed)}


def pack(content: bytes) -> Body:
    """Pack the bytes of a page; gzip, so that any tool of a later day opens it."""
    return Body(sha256(content).hexdigest(), len(content), gzip.compress(content, _LEVEL, mtime=0))


def unpack(packed: bytes) -> bytes:
    """The bytes that were packed. Raises OSError or EOFError for a damaged file."""
    return gzip.decompress(packed)


def body_name(content_hash: str, body_id: int) -> str:
    """The name of a body in its store. The id tells apart what is deleted and what is kept anew."""
    return f"{content_hash}-{body_id}.html.gz"


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One kept page, as the database describes it."""

    id: int
    url: str
    final_url: str | None
    fetched_at: datetime
    status: int
    charset: str
    headers: Mapping[str, str]
    body_id: int
    hash: str
    store: str
    stored: bool

    @property
    def address(self) -> str:
        """The address that answered."""
        return self.final_url or self.url


class MissingBodyError(Exception):
    """The bytes of a kept page cannot be had here; the message says why."""


async def read_kept(stores: Stores, page: KeptPage) -> FetchResult:
    """A kept page as it was fetched. Raises MissingBodyError or StorageError."""
    content = await read_body(stores, page.store, page.hash, page.body_id, stored=page.stored)
    headers = CIMultiDict(page.headers)
    # what was overwritten in a page is UTF-8, whatever its server said
    media_type = headers.get("Content-Type", "text/html").partition(";")[0].strip()
    headers["Content-Type"] = f"{media_type}; charset={page.charset}"
    return FetchResult(
        url=page.url,
        final_url=page.address,
        status=page.status,
        headers=CIMultiDictProxy(headers),
        body=content,
        hops=(),
        elapsed=0,
        fetched_at=page.fetched_at,
        attempts=1,
    )


async def read_body(
    stores: Stores, kind: str, content_hash: str, body_id: int, *, stored: bool = True
) -> bytes:
    """The bytes of a body. Raises MissingBodyError where they are not to be had, and StorageError."""
    store = stores.of(kind)
    if store is None:
        raise MissingBodyError(f"it is kept in {kind}, which PROPERTY_MANAGER_PAGES does not name")
    if not stored:
        raise MissingBodyError("its bytes were never stored")
    name = body_name(content_hash, body_id)
    packed = await store.get(name)
    if packed is None:
        raise MissingBodyError(f"{store.place(name)} is not there")
    try:
        content = unpack(packed)
    except (OSError, EOFError) as error:
        raise MissingBodyError(f"{store.place(name)} is damaged") from error
    if sha256(content).hexdigest() != content_hash:
        raise MissingBodyError(f"{store.place(name)} is damaged")
    return content
