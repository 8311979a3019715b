"""The log file: readable by its owner only, and rotated by size, also with several processes writing."""

from __future__ import annotations

import fcntl
import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cli.text import shown, shown_lines

LARGEST: Final = 10_000_000
"""Bytes of a log file before it is rotated."""
KEPT: Final = 5
"""Rotated files that are kept: property_manager.log.1 is the newest."""


class LogFile(logging.Handler):
    """Appends lines to one file. A process that finds it rotated by another goes on in the new one."""

    def __init__(self, file: Path, *, largest: int = LARGEST, kept: int = KEPT) -> None:
        """Open the file. Raises OSError."""
        super().__init__()
        self.file: Final = file
        self._largest = largest
        self._kept = kept
        self._descriptor = _opened(file)

    def emit(self, record: logging.LogRecord) -> None:
        """Append one record with one write, so that the lines of two processes do not mix."""
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
            self._go_on()
            os.write(self._descriptor, line)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        complain(f"writing the log {self.file}", sys.exc_info()[1])

    def close(self) -> None:
        """Let go of the file."""
        with self.lock or _no_lock():
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1
        super().close()

    def _go_on(self) -> None:
        """Reopen the file if another process has rotated it; rotate it if it is full."""
        mine = os.fstat(self._descriptor)
        if not stat.S_ISREG(mine.st_mode):
            return
        if self._is_elsewhere(mine):
            self._reopen()
            mine = os.fstat(self._descriptor)
        if mine.st_size >= self._largest:
            with self._alone():
                if not self._is_elsewhere(os.fstat(self._descriptor)):
                    self._rotate()
            self._reopen()

    def _is_elsewhere(self, mine: os.stat_result) -> bool:
        try:
            there = self.file.stat()
        except FileNotFoundError:
            return True
        return (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino)

    def _reopen(self) -> None:
        opened = _opened(self.file)
        os.close(self._descriptor)
        self._descriptor = opened

    def _rotate(self) -> None:
        for number in range(self._kept, 0, -1):
            newer = self._numbered(number - 1) if number > 1 else self.file
            if newer.exists():
                newer.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self.file.with_name(f"{self.file.name}.{number}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from rotating; the kernel frees the lock when this process is killed."""
        lock = self.file.with_name(f".{self.file.name}.rotating")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class LogLines(logging.Formatter):
    """One line a record, without secrets and what acts on a terminal; tracebacks are indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; what another handler has kept of its traceback is not used."""
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = shown(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        text = shown_lines(super().formatException(ei))  # type: ignore[arg-type]
        return "\n".join(f"  {line}" for line in text.split("\n"))


def complain(doing: str, error: BaseException | None) -> None:
    """Say once on stderr that something cannot be logged; the command itself goes on."""
    if doing not in _complaints:
        _complaints.add(doing)
        sys.stderr.write(shown(f"{doing}: {error}") + "\n")


_complaints: Final[set[str]] = set()


@contextmanager
def _no_lock() -> Iterator[None]:
    yield


def _opened(file: Path) -> int:
    """The file to append to, closed to other accounts, also where an earlier version left it open to them."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_mode & 0o077 and found.st_uid == os.geteuid():
        os.fchmod(descriptor, 0o600)
    return descriptor
