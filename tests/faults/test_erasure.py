"""Promise 9: erasures beside running imports and scrapes, killed half-way, and two at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import asyncpg
import pytest

from tests.catalogue import Catalogue
from tests.faults.backends import waiting
from tests.faults.processes import Program, output, python
from tests.faults.promises import promises_hold
from tests.servers import SOAK
from tests.services.erasure.everything import places_of
from tests.services.erasure.juan import DIGITS, EMAIL, PHONE, of_juan

ROWS: Final = 2_000 if SOAK else 40
KEY: Final = "PROPERTY_MANAGER_ERASURE_KEY"
KINDS: Final = {"bought": "import", "crawled": "scrape", "sent": "import", "walked": "scrape"}
PIPE: Final = asyncio.subprocess.PIPE


@pytest.fixture
def environment(tmp_path: object, way: str) -> dict[str, str]:
    """What the processes of one host share: the database, the home, the key of erased contacts."""
    return {
        **os.environ,
        "DATABASE_URL": way,
        "PROPERTY_MANAGER_HOME": str(tmp_path),
        KEY: "a key for tests, held outside the database",
    }


@asynccontextmanager
async def stagers(catalogue: Catalogue, environment: dict[str, str]) -> AsyncIterator[list[Program]]:
    """A process a source, half of its rows staged."""
    async with AsyncExitStack() as running:
        processes = []
        for name, kind in KINDS.items():
            await catalogue.beside(name)
            arguments = ["-m", "tests.faults.stager", environment["DATABASE_URL"], name, kind, str(ROWS)]
            process = python(*arguments, env=environment, stdin=PIPE)
            processes.append(await running.enter_async_context(process))
        for process in processes:
            assert await process.stdout.readline() == b"half\n"
        yield processes


def go_on(processes: list[Program]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")


@asynccontextmanager
async def erasing(environment: dict[str, str], contact: str) -> AsyncIterator[Program]:
    arguments = ["property_manager_cli.py", "erase", "--contact", contact, "--json"]
    async with python(*arguments, env=environment, stderr=PIPE) as process:
        yield process


async def ends_well(process: Program) -> None:
    printed = await output(process)
    assert await process.wait() == 0, printed


@pytest.mark.parametrize("killed", [False, True])
async def test_imports_and_scrapes_end_complete_beside_erasures(
    catalogue: Catalogue, environment: dict[str, str], superuser: asyncpg.Connection, killed: bool
) -> None:
    await catalogue.run([of_juan(number) for number in range(1, 10)])
    async with stagers(catalogue, environment) as processes:
        if killed:
            async with superuser.transaction():
                await superuser.execute("lock table public.properties_live in access exclusive mode")
                async with erasing(environment, PHONE) as erasure:
                    await waiting(superuser, 1)
                    erasure.kill()
        go_on(processes)
        async with erasing(environment, PHONE) as one, erasing(environment, EMAIL) as other:
            await asyncio.gather(ends_well(one), ends_well(other))
        printed = await asyncio.gather(*map(output, processes))

    assert printed == [f"applied {ROWS}"] * len(KINDS)
    assert await places_of(superuser, DIGITS, EMAIL) == []
    await promises_hold(catalogue)
