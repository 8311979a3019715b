"""Opens what a user names as a file; refuses folders, sockets and devices, and waits for nothing for ever."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path
from typing import Final

from config.errors import NotFoundError, UsageError

CHUNK: Final = 1 << 18
_SLICE_MS: Final = 250
_DESCRIPTORS: Final = ("/dev/fd/", "/proc/self/fd/")
_KINDS: Final = (
    (stat.S_ISDIR, "folder"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "device"),
    (stat.S_ISCHR, "device"),
)


def open_file(path: Path) -> int:
    """Return a descriptor of a regular file or a pipe; opening a pipe does not wait for its writer.

    Raises NotFoundError and UsageError.
    """
    try:
        _refuse(path, path.stat().st_mode)  # before it is opened: that alone can wind a tape
        descriptor = _own(path) or os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path} cannot be opened: {reason}") from error
    try:
        _refuse(path, os.fstat(descriptor).st_mode)
    except UsageError:
        os.close(descriptor)
        raise
    return descriptor


def _own(path: Path) -> int | None:
    """A copy of a descriptor that this process was given, as by `<(…)` of a shell."""
    number = next((str(path).removeprefix(each) for each in _DESCRIPTORS if str(path).startswith(each)), "")
    return os.dup(int(number)) if number.isdecimal() and not is_regular(int(number)) else None


def _refuse(path: Path, mode: int) -> None:
    kind = next((name for test, name in _KINDS if test(mode)), None)
    if kind is not None:
        raise UsageError(f"{path} is a {kind}, not a file", next_step="name a file")


def is_regular(descriptor: int) -> bool:
    """Whether an open file can be read again from its beginning, and its size is known."""
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def next_chunk(descriptor: int) -> bytes | None:
    """Return what can be read, b"" at the end; None if nothing has come for a quarter of a second."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if not poll.poll(_SLICE_MS):
        return None
    try:
        return os.read(descriptor, CHUNK)
    except BlockingIOError:  # another reader of the same pipe was faster
        return None


def read_text(path: Path, what: str, *, most: int = 4 << 20, seconds: float = 60.0) -> str:
    """Return the text of a small UTF-8 file, such as a mapping: at most `most` bytes.

    A pipe may be silent for `seconds`. Raises NotFoundError and UsageError, which name it as `what`.
    """
    try:
        return read_bytes(path, what, most=most, seconds=seconds).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {what} {path}: it is not UTF-8 text") from error


def read_bytes(path: Path, what: str, *, most: int, seconds: float = 60.0) -> bytes:
    """Return the content of a small file, as `read_text` does."""
    try:
        descriptor = open_file(path)
    except NotFoundError as error:
        raise NotFoundError(
            f"there is no {what} {path}: No such file or directory", next_step="check the path"
        ) from error
    except UsageError as error:
        raise UsageError(f"reading a {what}: {error.message}", next_step=error.next_step) from error
    try:
        return _read(descriptor, f"{what} {path}", most, seconds)
    except OSError as error:
        raise UsageError(f"cannot read {what} {path}: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, named: str, most: int, seconds: float) -> bytes:
    data, silent = bytearray(), 0.0
    while (chunk := next_chunk(descriptor)) != b"":
        silent = silent + _SLICE_MS / 1000 if chunk is None else 0.0
        if silent >= seconds:
            raise UsageError(f"cannot read {named}: nothing was written into it for {seconds:g} s")
        data += chunk or b""
        if len(data) > most:
            raise UsageError(f"cannot read {named}: it is larger than {most:,} bytes")
    return bytes(data)
