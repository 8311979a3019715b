"""Keeps an input open while it is read: one file, whole from its beginning as often as it is wanted.

What is no regular file (a pipe, stdin, `<(…)`, a file of /proc) gives its content once and does not say how
long it is: it is spooled into a temporary file without a name, of which nothing is left however the process
ends. A regular file is not copied; whether it was changed meanwhile is known at the end.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from config.errors import NotFoundError, UsageError
from config.files import CHUNK, is_regular, next_chunk, open_file
from importers.errors import ImportFileError
from importers.options import ReadLimits
from importers.readers.recognise import binary_format
from parsing.text import repair

log = logging.getLogger(__name__)

_OPEN_FILES: Final = Path("/proc/self/fd")
"""Where an open file can be opened anew by its number, even one without a name."""
_STDIN: Final = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}
_STDIN_NAME: Final = "stdin"
_PIPE_NAME: Final = "pipe"
_NUMBERED: Final = (Path("/dev/fd"), Path("/proc/self/fd"))
_HEAD: Final = 1 << 10
_NOTICE_SECONDS: Final = 5.0


class _Stamp(NamedTuple):
    """What a change of a file changes too; times are in nanoseconds."""

    device: int
    inode: int
    size: int
    written: int
    touched: int


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine that is kept open."""

    name: str
    """The name for messages."""
    path: Path
    """Opens that very file, be it renamed or without a name."""
    descriptor: int
    named: Path | None = None
    """The path that the user gave; None for what was spooled."""
    stamp: _Stamp | None = None

    @property
    def suggests(self) -> str | None:
        """The source that the file's name suggests."""
        if self.name in (_STDIN_NAME, _PIPE_NAME):
            return None
        return self.name.lstrip(".").partition(".")[0].strip() or None

    def is_binary(self) -> bool:
        """Whether it is read by a library of another language. Raises NotAListingFileError."""
        with self.path.open("rb") as file:
            return binary_format(file.read(_HEAD), self.name) is not None

    def changed(self) -> str | None:
        """Return how the file was changed since it was opened, else None."""
        if self.named is None or self.stamp is None:
            return None
        now = _stamp(os.fstat(self.descriptor))
        if now.size != self.stamp.size:
            how = "shorter" if now.size < self.stamp.size else "longer"
            return f"{self.name} became {how} while it was read"
        try:
            there = _stamp(self.named.stat())
        except OSError:
            return f"{self.name} was removed while it was read"
        if (there.device, there.inode) != (now.device, now.inode):
            return f"{self.name} was replaced while it was read"
        return f"{self.name} was changed while it was read" if now != self.stamp else None


async def open_local(where: str, limits: ReadLimits, stack: ExitStack) -> LocalFile:
    """Open the file at a path, or stdin for `-`, until the stack ends. Raises UsageError."""
    path = Path(where)
    if where in _STDIN:
        name, descriptor = _STDIN_NAME, _opened_stdin()
    else:
        name, descriptor = _name(path), _opened(path)
    if descriptor is None:  # a stream that the program which runs us has put in the place of stdin
        return await _spooled(name, lambda: sys.stdin.buffer.read(CHUNK), limits, stack)
    stack.callback(os.close, descriptor)
    about = os.fstat(descriptor)
    if is_regular(descriptor) and about.st_size and not os.lseek(descriptor, 0, os.SEEK_CUR):
        again = _OPEN_FILES / str(descriptor) if _OPEN_FILES.is_dir() else path
        return LocalFile(name, again, descriptor, None if name == _STDIN_NAME else path, _stamp(about))
    return await _spooled(name, lambda: next_chunk(descriptor), limits, stack)


def _name(path: Path) -> str:
    return _PIPE_NAME if path.parent in _NUMBERED else readable_name(os.fsencode(path.name))


def readable_name(name: bytes) -> str:
    """The name of a file for messages and sessions: text that a database holds, whatever its encoding was."""
    return repair(name.decode("utf-8", "replace"))[0]


def _opened_stdin() -> int | None:
    if sys.stdin is None or sys.stdin.closed:
        raise ImportFileError("stdin is closed", next_step="pipe the file into it")
    try:
        return os.dup(sys.stdin.fileno())
    except io.UnsupportedOperation:
        return None


def _opened(path: Path) -> int:
    try:
        return open_file(path)
    except NotFoundError:
        raise
    except UsageError as error:
        folder = path.is_dir()
        raise ImportFileError(
            error.message, next_step="import its files one by one" if folder else error.next_step
        ) from error


def _stamp(about: os.stat_result) -> _Stamp:
    return _Stamp(about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


@contextmanager
def unnamed_file() -> Iterator[tuple[BinaryIO, Path]]:
    """A temporary file and a path that opens it; where the system can, nobody else finds it by a name."""
    if _OPEN_FILES.is_dir():
        with tempfile.TemporaryFile() as file:
            yield file, _OPEN_FILES / str(file.fileno())
    else:
        with tempfile.NamedTemporaryFile(prefix="property-manager-import-") as named:
            yield cast("BinaryIO", named.file), Path(named.name)


async def _spooled(
    name: str, read: Callable[[], bytes | None], limits: ReadLimits, stack: ExitStack
) -> LocalFile:
    """Keep what `read` gives, until it gives b""; None says that nothing has come yet."""
    file, path = stack.enter_context(unnamed_file())
    size, heard, noticed = 0, time.monotonic(), False
    while (chunk := await asyncio.to_thread(_next, name, read)) != b"":
        if chunk is None:
            silent = time.monotonic() - heard
            if silent >= limits.silence:
                raise ImportFileError(
                    f"nothing was written into {name} for {limits.silence:g} s, after {size:,} bytes",
                    next_step="check the program that writes into it; "
                    "PROPERTY_MANAGER_INPUT_SECONDS sets how long to wait",
                )
            if silent >= _NOTICE_SECONDS and not noticed:
                log.warning("Waiting for somebody to write into %s.", name)
                noticed = True
            continue
        heard = time.monotonic()
        size += len(chunk)
        if size > limits.spool:
            raise ImportFileError(
                f"{name} is longer than {limits.spool:,} bytes, the most that is kept of a pipe",
                next_step="save it as a file and import that, or raise PROPERTY_MANAGER_INPUT_MB",
            )
        _keep(name, chunk, file)
    _keep(name, b"", file)
    return LocalFile(name, path, file.fileno())


def _next(name: str, read: Callable[[], bytes | None]) -> bytes | None:
    try:
        return read()
    except OSError as error:
        raise ImportFileError(f"{name} cannot be read: {error.strerror}") from error


def _keep(name: str, chunk: bytes, file: BinaryIO) -> None:
    try:
        file.write(chunk)
        if not chunk:
            file.flush()
    except OSError as error:
        raise ImportFileError(
            f"{name} cannot be kept in {tempfile.gettempdir()} while it is read: {error.strerror}",
            next_step="make room there, or set TMPDIR to a folder with more",
        ) from error
