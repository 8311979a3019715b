"""A proxy between client and server: it cuts the connection before a COMMIT is answered, or lies."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

_VERSION: Final = re.compile(rb"(server_version\0)\d\d")


class Proxy:
    """Forwards bytes until a given statement has been committed, and drops the answer."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.cut_after = ""
        self.cuts = 0
        self.major: int | None = None
        """The version that the server is said to have."""
        self._armed = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(self.host, self.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._up(reader, upstream_writer))
                both.create_task(self._down(upstream_reader, writer))
        except* (ConnectionError, _CutError):
            pass  # one side went: the other is closed below
        finally:
            writer.close()
            upstream_writer.close()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        watched = False
        while data := await reader.read(65536):
            watched = watched or bool(self.cut_after and self.cut_after.encode() in data)
            if watched and b"COMMIT" in data and not self.cuts:
                self._armed = True
            writer.write(data)
            await writer.drain()
        raise _CutError

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self._armed:
                self._armed = False
                self.cuts += 1
                raise _CutError
            if self.major is not None:
                data = _VERSION.sub(rb"\g<1>%d" % self.major, data)
            writer.write(data)
            await writer.drain()
        raise _CutError


class _CutError(Exception):
    """The proxy closes both connections."""


@asynccontextmanager
async def cutting_proxy(dsn: str) -> AsyncIterator[tuple[str, Proxy]]:
    parts = urlsplit(dsn)
    proxy = Proxy(parts.hostname or "", parts.port or 0)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}").geturl(), proxy
    finally:
        server.close()
