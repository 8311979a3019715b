"""A site that accepts a connection and says nothing, so that a scrape of it goes on until it is ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class SilentSite:
    """Which clients came, and which are gone: a process that was ended has closed its connection."""

    port: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    clients: int = 0
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _ended: bool = False

    @property
    def scrape(self) -> tuple[str, ...]:
        """The words of a command that scrapes it."""
        return (
            "scrape",
            "--url",
            f"http://127.0.0.1:{self.port}/homes",
            "--allow-private",
            "--source",
            "silent",
        )

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients += 1
        self._writers.append(writer)
        if self._ended:
            writer.close()
        self.came.set()
        try:
            while await reader.read(1_000):
                pass
        except ConnectionResetError:
            pass
        finally:
            self.gone.set()
            writer.close()

    def hang_up(self) -> None:
        """Close every connection, and refuse others from now on."""
        self._ended = True
        for writer in self._writers:
            writer.close()

    def forget(self) -> None:
        """Begin to wait for the next client."""
        self.came.clear()
        self.gone.clear()


@asynccontextmanager
async def silent_site() -> AsyncIterator[SilentSite]:
    site = SilentSite()
    server = await asyncio.start_server(site._hold, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    async with server:
        yield site
