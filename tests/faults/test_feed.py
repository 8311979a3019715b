"""Promise 6: readers get each change once, despite late commits, slow readers, cuts and kills."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

from database.direct import DirectDatabase
from services.feed import Change, Place, changes
from tests.catalogue import Catalogue, home, homes
from tests.faults.backends import waiting
from tests.faults.processes import Program, python
from tests.faults.promises import promises_hold
from tests.services.feed.conftest import LISTENING, Follower, following

WAIT_WITH_CHANGES_WRITTEN: Final = """
create function public.wait_for_go() returns trigger language plpgsql security definer as $$
begin
  if exists (select from written where source = 'acme') then
    perform pg_advisory_xact_lock(4711);
  end if;
  return null;
end $$;
create trigger wait_for_go after insert on public.property_changes
  referencing new table as written for each statement execute function public.wait_for_go();
"""
LATE_AND_SLOW: Final = """
create function public.dawdle() returns trigger language plpgsql security definer as $$
begin
  perform pg_sleep(random() * 0.05);
  return null;
end $$;
create trigger late after insert on public.property_changes
  for each statement execute function public.dawdle(); -- its ids are taken, its place is not
create constraint trigger slow after insert on property_manager.change_sets
  deferrable initially deferred for each row execute function public.dawdle(); -- while it commits
"""
IN_ORDER: Final = """
select c.id from public.property_changes c join property_manager.change_sets s on s.id = c.change_set_id
order by s.position, c.id
"""


async def test_changes_are_read_in_the_order_of_commits(
    catalogue: Catalogue,
) -> None:
    quick = await catalogue.beside("quick")
    await catalogue.superuser.execute(WAIT_WITH_CHANGES_WRITTEN)
    await catalogue.superuser.execute("select pg_advisory_lock(4711)")
    async with following(catalogue.database, Place()) as follower:
        slow = asyncio.create_task(catalogue.run(homes(3)))
        await waiting(catalogue.superuser, 1)
        await quick.run(homes(2))
        await quick.run(homes(4), day=1)
        overtaking = await follower.next(4)
        await catalogue.superuser.execute("select pg_advisory_unlock(4711)")
        await slow
        overtaken = await follower.next(3)
        assert follower.waiting == 0
    assert {change.source for change in overtaking} == {"quick"}
    assert [change.position for change in overtaken] == [3, 3, 3]
    for number in ("change_set_id", "change_id"):
        assert max(getattr(change, number) for change in overtaken) < min(
            getattr(change, number) for change in overtaking
        )
    await promises_hold(catalogue)


async def test_every_kind_of_reader_gets_every_change_of_late_writers(
    catalogue: Catalogue, dsn: str, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    await catalogue.superuser.execute(LATE_AND_SLOW)
    async with contextlib.AsyncExitStack() as opened:
        writers = [catalogue]
        for name in ("beta", "gamma"):
            database = await opened.enter_async_context(await DirectDatabase.connect(dsn, pool_size=1))
            writers.append(await catalogue.beside(name, database))
        followers = [
            await opened.enter_async_context(following(catalogue.database, Place())) for _ in range(2)
        ]
        killed = KilledReader(dsn, tmp_path, random.Random(chance.random()))
        cutting = asyncio.create_task(_cut_listeners(catalogue, random.Random(chance.random())))
        reading = asyncio.create_task(killed.read_on())
        try:
            plans = [(writer, random.Random(chance.random())) for writer in writers]
            async with asyncio.TaskGroup() as at_once:
                for writer, dice in plans:
                    at_once.create_task(_write(writer, dice))
        finally:
            # from now on nothing comes that the reader could wait for
            for task in (cutting, reading):
                task.cancel()
            await asyncio.wait([cutting, reading])
        assert reading.cancelled() or reading.exception() is None

        expected = [row["id"] for row in await catalogue.superuser.fetch(IN_ORDER)]
        for follower in followers:
            await follower.next(len(expected))
            assert (_ids(follower), follower.waiting) == (expected, 0)
        await killed.read_rest()
        assert [change["change_id"] for change in killed.read] == expected
        assert await _page_by_page(catalogue.database, chance) == expected
    await promises_hold(catalogue)


def _ids(follower: Follower) -> list[int]:
    return [change.change_id for change in follower.seen]


async def _write(writer: Catalogue, dice: random.Random) -> None:
    for day in range(5):
        rows = [home(n, price=dice.choice((900_000, 1_000_000))) for n in range(1, dice.randint(12, 20))]
        assert (await writer.run(rows, day=day, verdict="partial")).status == "applied"


async def _cut_listeners(catalogue: Catalogue, dice: random.Random) -> None:
    """Listeners keep losing their connections."""
    while True:
        await asyncio.sleep(dice.uniform(0.05, 0.3))
        async with catalogue.database.admin() as conn:
            for pid in await conn.fetchval(LISTENING) or ():
                await conn.execute("select pg_terminate_backend($1)", pid)


async def _page_by_page(database: DirectDatabase, dice: random.Random) -> list[int]:
    """A reader that takes some changes at a time and keeps only its position between them."""
    read, place = [], str(Place())
    while True:
        wanted = dice.randint(1, 7)
        feed = changes(database, Place.parse(place), follow=False)
        async with contextlib.aclosing(feed):
            page = await _some(feed, wanted)
        if not page:
            return read
        read += [change.change_id for change in page]
        place = str(page[-1].place)


async def _some(feed: AsyncIterator[Change], count: int) -> list[Change]:
    found = []
    async for change in feed:
        found.append(change)
        if len(found) == count:
            break
    return found


class KilledReader:
    """`watch` in a process that is killed within a line and started again after the last whole one."""

    def __init__(self, dsn: str, home_folder: Path, dice: random.Random) -> None:
        self.read: list[dict[str, Any]] = []
        self._environment = {**os.environ, "DATABASE_URL": dsn, "PROPERTY_MANAGER_HOME": str(home_folder)}
        self._dice = dice

    async def read_on(self) -> None:
        for _ in range(3):
            async with self._watching() as process:
                for _ in range(self._dice.randint(1, 10)):
                    self._take(await process.stdout.readline())
            self._take(*(await process.stdout.read()).splitlines(keepends=True))

    async def read_rest(self) -> None:
        async with self._watching("--no-follow") as process:
            self._take(*(await process.stdout.read()).splitlines(keepends=True))
            assert await process.wait() == 0

    def _watching(self, *options: str) -> AbstractAsyncContextManager[Program]:
        since = self.read[-1]["place"] if self.read else "0"
        command = ("property_manager_cli.py", "watch", "--json", "--since", since, *options)
        return python(*command, env=self._environment, stderr=asyncio.subprocess.DEVNULL)

    def _take(self, *lines: bytes) -> None:
        self.read += [json.loads(line) for line in lines if line.endswith(b"\n")]
