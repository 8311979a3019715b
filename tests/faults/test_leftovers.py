"""A test run that leaves something behind fails; what a killed run leaves, the next run removes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.faults.processes import ROOT, output, python
from tests.homes import left_behind

KILLED_RUN = """
import os, signal, subprocess
from tests.homes import run_folder, temporary_home
with run_folder() as folder, temporary_home() as home:
    subprocess.Popen(["sleep", "600"], cwd=home, stdout=subprocess.DEVNULL)
    subprocess.Popen(["sleep", "600"], cwd="/", stdout=subprocess.DEVNULL)
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
NEXT_RUN = "from tests.homes import remove_leftovers; remove_leftovers()"


async def test_two_runs_at_once_remove_folders_and_processes_of_a_killed_run() -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    folder = Path(killed.stdout.decode().strip())
    left = left_behind(folder, wait_seconds=0)
    assert len([thing for thing in left if "sleep 600" in thing]) == 2
    assert len([thing for thing in left if thing.startswith("folder home-")]) == 1

    following = [subprocess.Popen([sys.executable, "-c", NEXT_RUN], cwd=ROOT) for _ in range(2)]

    assert [process.wait() for process in following] == [0, 0]
    name = folder.name.rpartition("-")[2]
    assert not list(folder.parent.glob(f"*{name}*"))
    assert left_behind(folder, wait_seconds=0) == []


FORGETFUL: Final = {
    "temporary file forgotten-": """
import tempfile
def test_that_forgets():
    tempfile.mkstemp(prefix="forgotten-")
""",
    "databases left behind: forgotten": """
import asyncio
def test_that_forgets(server):
    asyncio.run(server.execute("create database forgotten"))
""",
}


@pytest.mark.parametrize(("left", "test"), FORGETFUL.items(), ids=["file", "database"])
async def test_a_run_that_leaves_something_behind_fails(tmp_path: Path, left: str, test: str) -> None:
    tmp_path.joinpath("test_forgetful.py").write_text(test)
    options = ("-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path))
    async with python("-m", "pytest", *options, str(tmp_path)) as run:
        printed = await output(run)
        assert await run.wait() == 1, printed
    assert left in printed
