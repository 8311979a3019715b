"""A connection that is cut, a server that goes: a stage is done or not done, never half or twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from database.handle import Database
from services.pipeline import sync_session
from tests.catalogue import Catalogue, at
from tests.faults.conftest import Content, settled

HANG_ONCE_IN_APPLY: Final = """
create sequence public.hangs;
create function public.hang_once() returns trigger language plpgsql security definer as $$
begin
  if nextval('public.hangs') = 1 then -- a sequence remembers what a rollback forgets
    perform pg_sleep(60);
  end if;
  return null;
end $$;
create trigger hang_once before insert on public.property_changes
  for each statement execute function public.hang_once();
"""


async def test_a_backend_terminated_inside_apply_leaves_nothing_half_written(
    prepared: tuple[Catalogue, UUID], undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    await catalogue.superuser.execute(HANG_ONCE_IN_APPLY)
    sync = asyncio.create_task(catalogue.sync(session_id, day=1))
    pid = await _sleeping(catalogue.superuser)

    await catalogue.superuser.execute(f"select pg_terminate_backend({pid})")

    assert (await sync).status == "applied", "the stage is asked for again"
    await settled(catalogue, undisturbed)


async def _sleeping(superuser: asyncpg.Connection) -> int:
    async with asyncio.timeout(20):
        while True:
            pid = await superuser.fetchval("select pid from pg_stat_activity where wait_event = 'PgSleep'")
            if pid:
                return int(pid)
            await asyncio.sleep(0.02)


async def test_an_apply_whose_commit_was_not_answered_happens_once(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str
) -> None:
    catalogue, session_id = prepared
    async with cutting_proxy(dsn) as (through, proxy), await Database.connect(through, pool_size=1) as cut:
        proxy.cut_after = "property_manager.apply("

        result = await sync_session(cut, session_id, clock=lambda: at(1))

    assert proxy.cuts == 1
    assert result.status == "applied"
    assert await catalogue.superuser.fetchval("select position from property_manager.feed") == 4
    await settled(catalogue, undisturbed)


class Proxy:
    """Passes bytes on until a statement it watches for has been committed, and swallows the answer."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.cut_after = ""
        self.cuts = 0
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
            writer.write(data)
            await writer.drain()
        raise _CutError


class _CutError(Exception):
    """The proxy lets go of both sides."""


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
