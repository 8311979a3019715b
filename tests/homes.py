"""The folder that a test run works in, deleted at its end, or by the next run if this one is killed.

A run is one pytest session with its workers, or one soak; the processes that it starts inherit its folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PREFIX: Final = "property-manager-tests-"
RUN: Final = "PROPERTY_MANAGER_TEST_RUN"
"""The environment variable that holds the run's folder. It also marks every process of the run."""
MEMORY: Final = Path("/dev/shm")
"""A file system in memory: on a disk, databases spend most of their time waiting for it."""
MEMORY_BYTES: Final = 3 << 30
"""What has to be free there, for several servers at once."""
ENDS_WITH_US: Final = ("setpriv", "--pdeathsig", "KILL")
"""What a command starts with that the kernel is to kill when this process ends."""
QUIT_SECONDS: Final = 10.0
"""How long a server that was sent SIGQUIT may take to end."""


@contextlib.contextmanager
def run_folder(*, large: bool = False) -> Iterator[Path]:
    """Begin a run; `large` for one whose databases may not fit into memory."""
    remove_leftovers()
    parent = None if large else _room_in_memory()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    folder.chmod(0o755)  # open to the account that runs Postgres for root
    os.environ[RUN] = str(folder)
    try:
        yield folder
    finally:
        _delete(folder)


@contextlib.contextmanager
def temporary_home() -> Iterator[Path]:
    """A folder of the run for one server or process; whatever still runs in it is ended first."""
    home = Path(tempfile.mkdtemp(prefix="home-", dir=os.environ[RUN]))
    home.chmod(0o755)
    try:
        yield home
    finally:
        _delete(home)


def in_memory() -> bool:
    """Whether this run's folder is in memory."""
    return Path(os.environ[RUN]).is_relative_to(MEMORY)


def left_behind(folder: Path, *, wait_seconds: float = QUIT_SECONDS) -> list[str]:
    """Homes and temporary files still in a run's folder, and processes that still belong to it."""
    left = [f"folder {path.name}" for path in folder.glob("home-*")]
    left += [f"temporary file {path.name}" for path in (folder / "tmp").glob("*")]
    ends = time.monotonic() + wait_seconds
    while (pids := _processes_of(folder)) and time.monotonic() < ends:
        time.sleep(0.05)  # a process that was just killed is still listed
    return left + [f"process {pid}: {_command(pid)}" for pid in pids]


def remove_leftovers() -> None:
    """Delete the folders of killed runs and end their processes; other runs may do so at the same time."""
    roots = {Path(tempfile.gettempdir()), MEMORY}
    for folder in [folder for root in roots for folder in root.glob(f"{PREFIX}*")]:
        pid, _, name = folder.name.removeprefix(PREFIX).partition("-")
        if not _runs(int(pid)):
            ours = folder.with_name(f"{PREFIX}{os.getpid()}-{name}")
            with contextlib.suppress(FileNotFoundError):  # another run has taken it
                end_processes_of(folder)
                folder.rename(ours)
                _delete(ours)


def end_processes_of(folder: Path) -> None:
    """End every process that works in the folder or was started by its run."""
    patient_until = time.monotonic() + QUIT_SECONDS
    while pids := _processes_of(folder):
        how = signal.SIGQUIT if time.monotonic() < patient_until else signal.SIGKILL
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        time.sleep(0.02)


def _room_in_memory() -> Path | None:
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
        return MEMORY
    return None


def _delete(folder: Path) -> None:
    end_processes_of(folder)
    for line in Path("/proc/mounts").read_text().splitlines():
        mounted = Path(line.split()[1])
        if mounted.is_relative_to(folder):
            subprocess.run(["umount", mounted], check=True)
    shutil.rmtree(folder)


def _processes_of(folder: Path) -> list[int]:
    pids = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return [pid for pid in pids if pid != os.getpid() and _belongs(pid, folder)]


def _belongs(pid: int, folder: Path) -> bool:
    try:
        process = Path(f"/proc/{pid}")
        mark = f"{RUN}={folder}".encode()
        return (process / "cwd").readlink().is_relative_to(folder) or mark in (
            process / "environ"
        ).read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False  # it has ended, or is another user's


def _command(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return "ended"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
