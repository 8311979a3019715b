"""A file that a command writes: its format, and that it appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from cli.render import say
from config.errors import PropertyManagerError, UsageError

FORMATS: Final = ("csv", "json", "jsonl", "parquet")

_PREFIX: Final = ".property-manager-"
_SUFFIX: Final = ".part"
_STDOUT: Final = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}
_DESCRIPTOR: Final = re.compile(r"(?:/dev|/proc/self)/fd/(\d+)")
_STDERR: Final = "/dev/stderr"
_NO_HARD_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


def format_of(out: Path | None, *, otherwise: str = "csv") -> str:
    """The format that a file's name asks for."""
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    if ending in FORMATS:
        return ending
    return "jsonl" if ending == "ndjson" else otherwise


def is_stdout(out: Path | None) -> bool:
    """Whether the output is stdout, by any of its names, so that nothing else may be printed there."""
    return out is None or str(out) in _STDOUT


def refuse_two_documents(out: Path | None, *, as_json: bool) -> None:
    """Raise UsageError if --json would print its document where the file goes."""
    if as_json and out is not None and is_stdout(out):
        raise UsageError(
            "--json prints one JSON document, and stdout is where --out sends the file",
            next_step="name a file: --out FILE",
        )


@contextmanager
def opened(out: Path | None, *, replace: bool = True) -> Iterator[BinaryIO]:
    """The file to write, or stdout.

    The content goes to a file of its own beside the target, which takes the target's place when it is
    complete and on the disk: two writers never mix, and a writer that fails or is killed leaves what was
    there. A link is not followed but refused. A device, a pipe and an open descriptor are written directly.
    Raises FileExistsError if the target exists and may not be replaced.
    """
    if out is None or is_stdout(out):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _refusing(out):
        direct = _direct(out)
        if direct is not None:
            with direct:
                yield direct
            return
        _refuse_link(out)
        _sweep(out.parent)
        file, part = _part(out.parent)
        with file:
            try:
                yield file
                _finish(file, _mode(out))
                _put(part, out, replace=replace)
            finally:
                part.unlink(missing_ok=True)


def _direct(out: Path) -> BinaryIO | None:
    """What cannot be replaced: an open descriptor, a device, a pipe. None for a file."""
    named = _DESCRIPTOR.fullmatch(str(out))
    if named or str(out) == _STDERR:
        # a copy, because opening it by name again would write over what a regular file holds already
        return os.fdopen(os.dup(int(named[1]) if named else 2), "wb")
    if out.exists() and not out.is_file() and not out.is_symlink():
        if out.is_fifo():
            say(f"Writing to {out}: it is a pipe, so this waits until a program reads from it.", err=True)
        return out.open("wb")
    return None


def _refuse_link(out: Path) -> None:
    if out.is_symlink():
        raise UsageError(
            f"{out} is a link to {out.readlink()}, and a link is not written through",
            next_step="name the file itself, or remove the link",
        )


def _part(folder: Path) -> tuple[BinaryIO, Path]:
    """A new file that only its owner can read, locked for as long as it is written."""
    while True:
        part = folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w+b")
        with contextlib.suppress(OSError):  # a file system without locks: nobody sweeps there either
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file, part
        file.close()  # another writer swept it away before it was locked


def _sweep(folder: Path) -> None:
    """Remove what killed writers left in a folder: their files are not locked any more."""
    for part in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):  # another user's, or gone by now
            descriptor = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                if stat.S_ISREG(os.fstat(descriptor).st_mode) and _lock(descriptor):
                    part.unlink()
            finally:
                os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock a file; False if another process has it locked, or the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _mode(out: Path) -> int:
    """The permissions of the file that is replaced, else those that a new file gets."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(out.lstat().st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _finish(file: BinaryIO, mode: int) -> None:
    file.flush()
    os.fchmod(file.fileno(), mode)
    os.fsync(file.fileno())


def _put(part: Path, out: Path, *, replace: bool) -> None:
    """Give a complete file its name, and keep the name through a crash of the machine."""
    if replace:
        part.replace(out)
    else:
        _put_first(part, out)
    with contextlib.suppress(OSError):  # not every file system can; the file itself is on the disk
        folder = os.open(out.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put_first(part: Path, out: Path) -> None:
    try:
        os.link(part, out)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if out.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(out)) from error
        part.replace(out)


@contextmanager
def _refusing(out: Path) -> Iterator[None]:
    try:
        yield
    except (BrokenPipeError, FileExistsError):
        raise
    except OSError as error:
        raise PropertyManagerError(
            f"Writing {out}: {error.strerror or error}", next_step="choose another file"
        ) from error
