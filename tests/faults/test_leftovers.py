"""What a test run leaves when it is killed itself: the next one finds it and takes it away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.faults.processes import ROOT

KILLED_RUN = """
import os, signal, subprocess
from tests.homes import temporary_home
with temporary_home() as home:
    subprocess.Popen(["sleep", "600"], cwd=home, stdout=subprocess.DEVNULL)
    print(home, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
NEXT_RUN = "from tests.homes import remove_leftovers; remove_leftovers()"


async def test_two_runs_at_once_remove_what_a_killed_one_left_and_end_what_still_works_there() -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    home = Path(killed.stdout.decode().strip())
    assert home.is_dir()

    following = [subprocess.Popen([sys.executable, "-c", NEXT_RUN], cwd=ROOT) for _ in range(2)]

    assert [process.wait() for process in following] == [0, 0]
    name = home.name.rpartition("-")[2]
    assert not list(home.parent.glob(f"*{name}*"))
