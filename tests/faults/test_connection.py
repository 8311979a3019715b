"""When a connection is cut or a server dies, a stage is done once or not at all."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

from database.direct import DirectDatabase
from services.pipeline import sync_session
from tests.catalogue import Catalogue, on
from tests.faults.backends import sleeping
from tests.faults.promises import Content, settled
from tests.faults.proxy import cutting_proxy

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
    pid = await sleeping(catalogue.superuser)

    await catalogue.superuser.execute(f"select pg_terminate_backend({pid})")

    assert (await sync).status == "applied", "the stage is asked for again"
    await settled(catalogue, undisturbed)


async def test_an_apply_with_an_unanswered_commit_happens_once(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str
) -> None:
    catalogue, session_id = prepared
    async with (
        cutting_proxy(dsn) as (through, proxy),
        await DirectDatabase.connect(through, pool_size=1) as cut,
    ):
        proxy.cut_after = "api.apply("

        result = await sync_session(cut, session_id, on(1))

    assert proxy.cuts == 1
    assert result.status == "applied"
    assert await catalogue.position() == 4
    await settled(catalogue, undisturbed)
