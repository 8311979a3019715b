"""Where the bytes of pages are: a folder, or a bucket of Supabase Storage."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, Self

from config.errors import StorageError, UsageError
from config.home import make_private
from config.settings import Settings
from database.https.project import Project
from services.pages.bucket import BUCKET, Bucket, checked_bucket

FOLDER: Final = "folder"


class Store(Protocol):
    """Holds packed pages by their names. Each call can be repeated."""

    @property
    def kind(self) -> str:
        """What the database calls it."""
        ...

    def place(self, name: str) -> str:
        """Where a person finds that page: a path, or a URL."""
        ...

    async def put(self, name: str, packed: bytes) -> None:
        """Store it. Raises StorageError."""

    async def get(self, name: str) -> bytes | None:
        """What is stored, None where there is nothing of that name. Raises StorageError."""
        ...

    async def delete(self, names: Sequence[str]) -> None:
        """Delete these; those that are not there count as deleted. Raises StorageError."""

    async def close(self) -> None:
        """Close its connections."""


class FolderStore:
    """Pages in a folder that only its owner can enter, a file each."""

    kind: Final = FOLDER

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, name: str) -> str:
        return str(self._path(name))

    async def put(self, name: str, packed: bytes) -> None:
        await asyncio.to_thread(self._write, self._path(name), packed)

    async def get(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._read, self._path(name))

    async def delete(self, names: Sequence[str]) -> None:
        await asyncio.to_thread(self._delete, [self._path(name) for name in names])

    async def close(self) -> None:
        """A folder has no connections."""

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _write(self, path: Path, packed: bytes) -> None:
        """Give the file its name when it is whole: a process that is killed leaves no half page."""
        try:
            make_private(self._folder)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(packed)
                Path(partial).replace(path)
            except BaseException:
                Path(partial).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageError(f"keeping a page in {self._folder} failed: {error.strerror}") from error

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"reading {path} failed: {error.strerror}") from error

    def _delete(self, paths: Sequence[Path]) -> None:
        for path in paths:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StorageError(f"deleting {path} failed: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Stores:
    """The store that pages are written to, and all that can be read."""

    current: Store
    others: tuple[Store, ...] = ()
    most_bytes: int = 5_000_000_000
    """What the packed pages of all sources may take."""

    @property
    def kinds(self) -> list[str]:
        return [self.current.kind, *(store.kind for store in self.others)]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for store in (self.current, *self.others):
            await store.close()

    def of(self, kind: str) -> Store | None:
        """The store that the database calls so; None where the settings of this host name none."""
        return next((store for store in (self.current, *self.others) if store.kind == kind), None)


def stores_of(settings: Settings) -> Stores:
    """What PROPERTY_MANAGER_PAGES names: a folder, or supabase:BUCKET; what is in the folder stays readable.

    Raises UsageError for a bucket without a project.
    """
    given, most = settings.pages, settings.pages_mb * 1_000_000
    home = FolderStore(settings.home.expanduser() / "pages")
    if not given:
        return Stores(home, most_bytes=most)
    if not given.startswith(BUCKET):
        return Stores(FolderStore(Path(given).expanduser()), most_bytes=most)
    name = checked_bucket(given.removeprefix(BUCKET))
    try:
        project = Project.of(settings)
    except UsageError as error:
        raise UsageError(
            f"PROPERTY_MANAGER_PAGES is {given}: {error.message}", next_step=error.next_step
        ) from error
    return Stores(Bucket(project.url, project.key, name), (home,), most_bytes=most)
