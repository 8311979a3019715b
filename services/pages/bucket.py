"""A bucket of Supabase Storage: pages as its objects."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from config.errors import StorageError, UsageError
from database.retrying import retry

if TYPE_CHECKING:
    from storage3 import AsyncStorageClient

T = TypeVar("T")

BUCKET: Final = "supabase:"
_NAME: Final = re.compile(r"\w[\w.-]{1,99}")
_ATTEMPTS: Final = 4
_LONGEST_WAIT: Final = 2.0
_SECONDS: Final = 60.0
_DELETED_AT_ONCE: Final = 1_000
_UPLOAD: Final = {"content-type": "application/gzip", "x-upsert": "true", "cache-control": "0"}


def checked_bucket(name: str) -> str:
    """The name of a bucket. Raises UsageError for what cannot be one."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"PROPERTY_MANAGER_PAGES names the bucket {name!r}, which cannot be a bucket's name",
            next_step=f"write {BUCKET}NAME, with the name of a private bucket of the project",
        )
    return name


class Bucket:
    """Pages as objects of a private bucket, under `ab/NAME`, written and read with the secret key."""

    def __init__(self, project: str, key: str, name: str) -> None:
        self.kind: Final = f"{BUCKET}{name}"
        self._api = f"{project}/storage/v1/"
        self._key = key
        self._name = name
        self._client: AsyncStorageClient | None = None

    def place(self, name: str) -> str:
        return f"{self._api}object/{self._name}/{_path(name)}"

    async def put(self, name: str, packed: bytes) -> None:
        await self._asked(lambda bucket: bucket.upload(_path(name), packed, dict(_UPLOAD)))

    async def get(self, name: str) -> bytes | None:
        try:
            found: bytes = await self._asked(lambda bucket: bucket.download(_path(name)))
        except _NoSuchObjectError:
            return None
        return found

    async def delete(self, names: Sequence[str]) -> None:
        for at in range(0, len(names), _DELETED_AT_ONCE):
            paths = [_path(name) for name in names[at : at + _DELETED_AT_ONCE]]
            await self._asked(partial(_remove, paths))

    async def close(self) -> None:
        if self._client is not None:
            await self._client.session.aclose()
            self._client = None

    async def _asked(self, act: Callable[[Any], Awaitable[T]]) -> T:
        """What the bucket answers, asked again after a transient error. Raises StorageError."""
        return await retry(
            partial(self._ask, act), on=(_PassingError,), attempts=_ATTEMPTS, longest_wait=_LONGEST_WAIT
        )

    async def _ask(self, act: Callable[[Any], Awaitable[T]]) -> T:
        import httpx  # noqa: PLC0415 only where pages are kept in a bucket
        from storage3.exceptions import StorageApiError  # noqa: PLC0415

        try:
            return await act(self._opened().from_(self._name))
        except StorageApiError as error:
            status = int(error.status) if str(error.status).isdigit() else 0
            said = f"bucket {self._name} of {self._api} answered {status}: {error.message}"
            if status == 404 and "bucket" not in error.message.lower():
                raise _NoSuchObjectError(said) from error
            if status == 429 or status >= 500:
                raise _PassingError(said) from error
            raise StorageError(
                said, next_step="create it as a private bucket of the project; check SUPABASE_SECRET_KEY"
            ) from error
        except (httpx.HTTPError, OSError) as error:
            raise _PassingError(
                f"bucket {self._name} of {self._api} could not be reached ({type(error).__name__})"
            ) from error

    def _opened(self) -> AsyncStorageClient:
        if self._client is None:
            import httpx  # noqa: PLC0415
            from storage3 import AsyncStorageClient  # noqa: PLC0415

            # a key of the new kind is no JWT: as a bearer token it would be refused
            own = {} if self._key.startswith("sb_") else {"Authorization": f"Bearer {self._key}"}
            self._client = AsyncStorageClient(
                self._api, {"apikey": self._key, **own}, http_client=httpx.AsyncClient(timeout=_SECONDS)
            )
        return self._client


class _NoSuchObjectError(StorageError):
    """The bucket has no such object."""


class _PassingError(StorageError):
    """The same call may succeed later."""


async def _remove(paths: list[str], bucket: Any) -> None:
    await bucket.remove(paths)


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"
