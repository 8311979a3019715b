"""Finds an input: a file, stdin, a download, a RESO feed or another database, each opened as rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final, Protocol
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from config.errors import UsageError
from importers import DEFAULT_LIMITS, ImportFileError, ReadLimits, ReadOptions, Rows, open_input
from importers.intake.reso import KnownListings, ResoRows
from importers.readers.contained import open_contained
from importers.readers.local import LocalFile, open_local, readable_name, unnamed_file
from importers.readers.reso import Endpoint, GetJson
from importers.readers.sql import open_database

Opener = Callable[[ReadOptions], AbstractAsyncContextManager[Rows]]

_DATABASES: Final = frozenset(("postgres", "postgresql", "mysql", "mariadb", "sqlite"))


@dataclass(frozen=True, slots=True)
class Input:
    """An input that can be opened more than once."""

    name: str
    """The name in messages and in the database, without folders, passwords and tokens."""
    where: str
    """The input as the user gave it, for the next step."""
    source: str | None
    """The source name that it suggests."""
    open: Opener
    host: str | None = None
    """The host that it was fetched from."""
    reso: Endpoint | None = None
    """The endpoint of a RESO feed, of which only changes are read; None for every other input."""


class Remote(Protocol):
    """Downloads files and connects to APIs."""

    async def download(self, url: str, target: Path) -> None: ...
    def connect(self, url: str) -> AbstractAsyncContextManager[GetJson]: ...


@asynccontextmanager
async def find_input(
    where: str, *, access: Remote, query: str | None = None, limits: ReadLimits = DEFAULT_LIMITS
) -> AsyncIterator[Input]:
    """Find an input; what is no regular file, and a download, is a temporary file until the context ends."""
    scheme = urlsplit(where).scheme.partition("+")[0]
    if scheme in _DATABASES:
        yield _database(where, query)
        return
    if query is not None:
        raise UsageError(
            "--query needs the url of a database", next_step="use --file postgresql://host/name --query …"
        )
    if scheme == "reso":
        yield _feed(where, access)
        return
    with ExitStack() as stack:
        if scheme in ("http", "https"):
            parts = urlsplit(where)
            name = readable_name(unquote_to_bytes(PurePosixPath(parts.path).name)) or str(parts.hostname)
            file, path = stack.enter_context(unnamed_file())
            await access.download(where, path)
            host = str(parts.hostname).removeprefix("www.")
            download = LocalFile(name, path, file.fileno())
            yield replace(_file(where.partition("?")[0], download, host, limits), host=host)
        else:
            if scheme and "://" in where:
                raise ImportFileError(f"{scheme} is no way to fetch a file", next_step="use an http(s) url")
            local = await open_local(where, limits, stack)
            yield _file(where, local, local.suggests, limits)


def _file(where: str, local: LocalFile, source: str | None, limits: ReadLimits) -> Input:
    @asynccontextmanager
    async def opened(options: ReadOptions) -> AsyncIterator[Rows]:
        options = replace(options, limits=limits)
        if local.is_binary():
            async with open_contained(local, options) as rows:
                yield rows
        else:
            with open_input(local.name, options, local=local.path, changed=local.changed) as reading:
                yield reading

    return Input(local.name, where, source, opened)


def _feed(where: str, access: Remote) -> Input:
    endpoint = Endpoint.parse(where)
    parts = urlsplit(endpoint.url)
    host = str(parts.hostname)

    @asynccontextmanager
    async def opened(_: ReadOptions) -> AsyncIterator[Rows]:
        async with access.connect(endpoint.url) as get_json:
            yield ResoRows(endpoint, get_json, KnownListings())

    return Input(f"{host}{parts.path}", where, host, opened, host=host, reso=endpoint)


def _database(url: str, query: str | None) -> Input:
    parts = urlsplit(url.partition("#")[0])
    path = parts.path or parts.netloc
    if parts.scheme == "sqlite":
        path = PurePosixPath(unquote(url.partition("#")[0].removeprefix("sqlite:"))).name
    table = unquote(url.partition("#")[2])
    name = f"{parts.hostname or ''}{path}" + (f"#{table}" if table else "")

    @asynccontextmanager
    async def opened(_: ReadOptions) -> AsyncIterator[Rows]:
        async with open_database(url, query=query) as reading:
            yield reading

    return Input(name, name, table.rpartition(".")[2] or None, opened)
