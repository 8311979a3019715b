"""Folders that a run's servers work in: none outlives the run, and what a killed run left is removed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from config.errors import PropertyManagerError
from database.embedded import Embedded

DEBIAN_15: Final = Path("/usr/lib/postgresql/15/bin")
LEFTOVERS: Final = "property-manager-tests-"
PATIENCE: Final = 10.0
"""Seconds in which a server that is told to quit has done so."""


def chosen_bin_dir() -> Path | None:
    return DEBIAN_15 if os.environ.get("PROPERTY_MANAGER_TEST_POSTGRES") == "15" else None


@contextlib.contextmanager
def temporary_home() -> Iterator[Path]:
    """A folder that the account which runs Postgres for root can reach; pytest's own are closed to it."""
    home = Path(tempfile.mkdtemp(prefix=f"{LEFTOVERS}{os.getpid()}-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        _stop(home)
        _delete(home)


def remove_leftovers() -> None:
    """Stop and delete what killed runs have left, though other runs may do so at the same time."""
    for home in Path(tempfile.gettempdir()).glob(f"{LEFTOVERS}*"):
        pid, _, name = home.name.removeprefix(LEFTOVERS).partition("-")
        if not _runs(int(pid)):
            _stop(home)
            ours = home.with_name(f"{LEFTOVERS}{os.getpid()}-{name}")
            with contextlib.suppress(FileNotFoundError):  # another run was quicker to take it over
                home.rename(ours)
                _delete(ours)


def _stop(home: Path) -> None:
    """Stop its server as users would; in a thread, for the caller may be inside a running loop."""
    if (home / "postgres").is_dir():
        # one that cannot be stopped, because a test broke its state, ends before its folder is deleted
        with contextlib.suppress(PropertyManagerError, FileNotFoundError), ThreadPoolExecutor(1) as beside:
            beside.submit(asyncio.run, Embedded(home, bin_dir=chosen_bin_dir()).stop()).result()


def _delete(home: Path) -> None:
    _end_what_works_in(home)
    for folder in home.iterdir():
        if folder.is_mount():
            subprocess.run(["umount", folder], check=True)
    shutil.rmtree(home)


def _end_what_works_in(home: Path) -> None:
    """A server that is still stopping takes files away that we are about to delete."""
    patient_until = time.monotonic() + PATIENCE
    while left := [pid for pid in _processes() if _works_in(home, pid)]:
        how = signal.SIGQUIT if time.monotonic() < patient_until else signal.SIGKILL
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        time.sleep(0.05)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _works_in(home: Path, pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(home)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False  # it has ended, or is not ours


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
