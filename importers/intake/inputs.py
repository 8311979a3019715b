"""Finds an input: a file, stdin, a download, a RESO feed or another database, each opened as rows."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from config.errors import UsageError
from importers import ReadOptions, Rows, open_input
from importers.intake.reso import KnownListings, ResoRows
from importers.readers.reso import Endpoint, GetJson
from importers.readers.sql import open_database
from importers.readers.unpack import spool_stdin

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
    reso: Endpoint | None = None
    """The endpoint of a RESO feed, of which only changes are read; None for every other input."""


class Remote(Protocol):
    """Downloads files and connects to APIs."""

    async def download(self, url: str, target: Path) -> None: ...
    def connect(self, url: str) -> AbstractAsyncContextManager[GetJson]: ...


@asynccontextmanager
async def find_input(where: str, *, access: Remote, query: str | None = None) -> AsyncIterator[Input]:
    """Find an input; stdin and downloads are temporary files until the context ends."""
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
        if where == "-":
            yield _file("-", "stdin", None, spool_stdin(stack))
        elif scheme in ("http", "https"):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="property-manager-import-"))
            local = Path(folder) / "download"
            await access.download(where, local)
            parts = urlsplit(where)
            name = unquote(PurePosixPath(parts.path).name) or str(parts.hostname)
            host = str(parts.hostname).removeprefix("www.")
            yield _file(where.partition("?")[0], name, host, local)
        else:
            name = Path(where).name
            yield _file(where, name, name.lstrip(".").partition(".")[0].strip() or None, None)


def _file(where: str, name: str, source: str | None, local: Path | None) -> Input:
    @asynccontextmanager
    async def opened(options: ReadOptions) -> AsyncIterator[Rows]:
        with open_input(name if local else where, options, local=local) as reading:
            yield reading

    return Input(name, where, source, opened)


def _feed(where: str, access: Remote) -> Input:
    endpoint = Endpoint.parse(where)
    parts = urlsplit(endpoint.url)
    host = str(parts.hostname)

    @asynccontextmanager
    async def opened(_: ReadOptions) -> AsyncIterator[Rows]:
        async with access.connect(endpoint.url) as get_json:
            yield ResoRows(endpoint, get_json, KnownListings())

    return Input(f"{host}{parts.path}", where, host, opened, reso=endpoint)


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
