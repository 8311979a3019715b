"""Tells whether an embedded server lives, without believing a process id on disk.

Its processes inherit a locked file, and the kernel frees the lock when the last of them is gone: no
killed, reused or zombie process can be taken for a server, also not from another container.
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

_PATIENCE: Final = 60.0
_STEP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server's first process, as its pid file has it."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Life:
    """The lock that the processes of one server hold as long as they live."""

    file: Path
    data: Path

    @property
    def goes_on(self) -> bool:
        try:
            with self._taken():
                return False
        except BlockingIOError:
            return True

    @contextmanager
    def given(self) -> Iterator[int]:
        """The locked file, for the server to inherit; waits for what a killed server has left behind."""
        deadline = time.monotonic() + _PATIENCE
        while self.goes_on:
            if time.monotonic() > deadline:
                raise DatabaseError(
                    f"an earlier server still works on {self.data}, but takes no connections from here",
                    next_step="end its processes (it may be in another container), and try again",
                )
            time.sleep(_STEP)
        with self._taken() as descriptor:
            yield descriptor

    @contextmanager
    def _taken(self) -> Iterator[int]:
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield descriptor
        finally:
            os.close(descriptor)

    def serving(self) -> Postmaster | None:
        """The postmaster, if it takes connections now."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if len(lines) < 8 or lines[7].strip() != "ready" or not self.goes_on:
            return None
        found = Postmaster(int(lines[0]), int(lines[3]))
        # the children of a killed postmaster keep the lock for a moment, but nobody listens any more
        return found if _listens(found.port) else None

    def awaited(self) -> Postmaster | None:
        """The postmaster once it takes connections; none when there is none, or it ends instead."""
        deadline = time.monotonic() + _PATIENCE
        while self.goes_on and time.monotonic() < deadline:
            if found := self.serving():
                return found
            time.sleep(_STEP)
        return None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
