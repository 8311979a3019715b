"""What the pages say of supabase-js is done by supabase-js: following the feed where there is no Realtime."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.feed import Place, changes
from tests.catalogue import Catalogue, home, homes
from tests.homes import ENDS_WITH_US
from tests.stack import gateway as faults
from tests.stack.gateway import Gateway
from tests.stack.packages import SUPABASE_JS, required

PAGE = (Path(__file__).parents[2] / "docs" / "frontend.md").read_text(encoding="utf-8")
CODE = re.search(r"<!-- follow\.mjs -->\n```js\n(.*?)```", PAGE, re.DOTALL)
BEGINNING = {"position": 0, "change_id": 0}

Line = dict[str, Any]


class Follower:
    """A process that follows the feed by supabase-js, and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[Line] = []

    async def until(self, count: int) -> list[Line]:
        """Read on until so many changes were printed."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while len(self.lines) < count:
                line = await self.process.stdout.readline()
                assert line, "the follower has ended"
                self.lines.append(json.loads(line))
        return self.lines


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The page's code in a file, so that it is run as it is printed."""
    assert CODE is not None
    (tmp_path / "follow.mjs").write_text(CODE[1])
    return tmp_path / "follow.mjs"


@asynccontextmanager
async def following(rest: Gateway, code: Path, place: Line) -> AsyncIterator[Follower]:
    node = required(Path(shutil.which("node") or "/usr/bin/node"), "Node.js")
    process = await asyncio.create_subprocess_exec(
        *(*ENDS_WITH_US, node, Path(__file__).with_name("follower.mjs")),
        *(code, required(SUPABASE_JS, "supabase-js"), json.dumps(place)),
        stdout=asyncio.subprocess.PIPE,
        env={"SUPABASE_URL": rest.url, "SUPABASE_SECRET_KEY": rest.secret_key, "PATH": os.environ["PATH"]},
    )
    try:
        yield Follower(process)
    finally:
        process.kill()
        await process.communicate()


def place_of(line: Line) -> Line:
    return {"position": line["position"], "change_id": line["change_id"]}


def places(lines: Iterable[Line]) -> list[Place]:
    return [Place(line["position"], line["change_id"]) for line in lines]


async def whole_feed(catalogue: Catalogue) -> list[Place]:
    """The feed as a direct reader has it."""
    return [change.place async for change in changes(catalogue.database, Place(), follow=False)]


async def test_supabase_js_follows_every_change_in_order(
    catalogue: Catalogue, rest: Gateway, code: Path
) -> None:
    """Changes that are there, and those that come while it runs, with their old and new values."""
    await catalogue.run(homes(3))
    async with following(rest, code, BEGINNING) as follower:
        await follower.until(3)
        await catalogue.run([home(1, price=900_000), home(2), home(3)], day=1)
        (change,) = (await follower.until(4))[3:]
    assert (change["property_id"], change["field_name"], change["new_value"]) == ("A-1", "price", 900_000)
    assert places(follower.lines) == await whole_feed(catalogue)


async def test_more_changes_than_the_cap_of_the_api_come_whole(
    catalogue: Catalogue, rest: Gateway, code: Path
) -> None:
    """A change set of more rows than the API gives in one answer is read page by page."""
    await catalogue.run(homes(1_150))
    async with following(rest, code, BEGINNING) as follower:
        await follower.until(1_150)
    assert places(follower.lines) == await whole_feed(catalogue)


BAD_DAYS = [
    faults.cut_before,
    faults.cut_after,
    faults.repeat,
    faults.html(200),
    faults.html(502, done=True),
    faults.limited(),
    faults.answering(
        503, {"code": "PGRST002", "message": "Could not query the database for the schema cache"}
    ),
]


async def test_a_bad_network_loses_no_change_and_doubles_none(
    catalogue: Catalogue, rest: Gateway, code: Path
) -> None:
    """Requests are cut, repeated, answered with a page or as one too many: each change comes once."""
    async with following(rest, code, BEGINNING) as follower:
        for day, fault in enumerate(BAD_DAYS, 1):
            rest.misbehave(fault, times=2)
            await catalogue.run(homes(day), day=day)
            await follower.until(day)
        assert all(planned.times == 0 for planned in rest.faults), "each was met"
    assert places(follower.lines) == await whole_feed(catalogue)


async def test_a_follower_that_is_killed_goes_on_where_it_was(
    catalogue: Catalogue, rest: Gateway, code: Path
) -> None:
    """What it had processed is not read again, what came while it was away is not lost."""
    await catalogue.run(homes(40))
    async with following(rest, code, BEGINNING) as follower:
        kept = (await follower.until(17))[:17]
    await catalogue.run(homes(43), day=1)
    async with following(rest, code, place_of(kept[-1])) as follower:
        later = await follower.until(26)
    assert places([*kept, *later]) == await whole_feed(catalogue)
