"""Tells whether an embedded server is alive, without relying on a process id on disk.

The processes of a server inherit a locked file, and the kernel frees the lock when the last of them ends: no
killed, reused or zombie process can be mistaken for a server, not even one of another container.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.errors import DatabaseError

_WAIT_SECONDS: Final = 60.0
_STEP_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The first process of a server, as its pid file describes it."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class ServerLock:
    """The lock that the processes of one server hold as long as they live."""

    file: Path
    data: Path

    @property
    def held(self) -> bool:
        """Whether a process of the server is alive."""
        try:
            with self._locked_file():
                return False
        except BlockingIOError:
            return True

    @contextmanager
    def acquire(self) -> Iterator[int]:
        """The descriptor of the locked file, for a new server to inherit.

        Waits until the processes of a killed server have ended. Raises DatabaseError after 60 seconds.
        """
        deadline = time.monotonic() + _WAIT_SECONDS
        while self.held:
            if time.monotonic() > deadline:
                raise DatabaseError(
                    f"an earlier server still works on {self.data}, but takes no connections from here",
                    next_step="end its processes (it may be in another container), and try again",
                )
            time.sleep(_STEP_SECONDS)
        with self._locked_file() as descriptor:
            yield descriptor

    @contextmanager
    def _locked_file(self) -> Iterator[int]:
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield descriptor
        finally:
            os.close(descriptor)

    def ready(self) -> Postmaster | None:
        """The postmaster, if it accepts connections now."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if len(lines) < 8 or lines[7].strip() != "ready" or not self.held:
            return None
        found = Postmaster(int(lines[0]), int(lines[3]))
        # the children of a killed postmaster hold the lock for a moment, but do not listen any more
        return found if _listens(found.port) else None

    def wait_until_ready(self) -> Postmaster | None:
        """The postmaster once it accepts connections; None when there is none, or it ends instead."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while self.held and time.monotonic() < deadline:
            if found := self.ready():
                return found
            time.sleep(_STEP_SECONDS)
        return None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
