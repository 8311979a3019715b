"""A file is local open while it is read; what is no regular file is spooled once, within limits."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.errors import NotFoundError
from importers import ImportFileError, ReadLimits
from importers.readers.local import LocalFile, open_local

CSV = b"id,title\n1,Casa\n"
LONG = CSV * 20_000
LIMITS = ReadLimits(spool=1 << 20, silence=0.5)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place for temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> Callable[[int], None]:
    """Puts a copy of a descriptor in the place of stdin."""
    return lambda descriptor: monkeypatch.setattr(
        sys, "stdin", stack.enter_context(os.fdopen(os.dup(descriptor)))
    )


def writing(into: int | Path, content: bytes) -> threading.Thread:
    """Write into a pipe while it is read."""

    def write() -> None:
        with open(into, "wb") as file:  # noqa: PTH123 a path or a descriptor
            file.write(content)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def twice(local: LocalFile) -> list[bytes]:
    return [local.path.read_bytes(), local.path.read_bytes()]


async def test_a_regular_file_is_not_copied(tmp_path: Path, temporary: Path, stack: ExitStack) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(CSV)
    local = await open_local(str(path), ReadLimits(spool=1), stack)
    assert (local.name, local.suggests, twice(local)) == ("mine.csv", "mine", [CSV, CSV])
    assert local.changed() is None


async def test_a_named_pipe_is_read_once_and_given_twice(
    tmp_path: Path, temporary: Path, stack: ExitStack
) -> None:
    path = tmp_path / "mine.csv"
    os.mkfifo(path)
    thread = writing(path, LONG)
    local = await open_local(str(path), ReadLimits(), stack)
    thread.join()
    assert (local.name, local.suggests, twice(local)) == ("mine.csv", "mine", [LONG, LONG])
    assert local.changed() is None
    assert list(temporary.iterdir()) == []  # so nothing is left, however the process ends


async def test_a_process_substitution_is_read_once(temporary: Path, stack: ExitStack) -> None:
    reader, writer = os.pipe()
    thread = writing(writer, LONG)
    local = await open_local(f"/dev/fd/{reader}", ReadLimits(), stack)
    thread.join()
    os.close(reader)
    assert (local.name, local.suggests, twice(local)) == ("pipe", None, [LONG, LONG])


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
async def test_stdin_is_read_once(name: str, stdin: Callable[[int], None], stack: ExitStack) -> None:
    reader, writer = os.pipe()
    stdin(reader)
    os.close(reader)
    thread = writing(writer, LONG)
    local = await open_local(name, ReadLimits(), stack)
    thread.join()
    assert (local.name, local.suggests, twice(local)) == ("stdin", None, [LONG, LONG])


async def test_stdin_may_be_a_stream_of_the_program_that_runs_us(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LONG)))
    assert twice(await open_local("-", ReadLimits(), stack)) == [LONG, LONG]


async def test_stdin_may_be_a_file(tmp_path: Path, stdin: Callable[[int], None], stack: ExitStack) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(CSV)
    with path.open("rb") as file:
        stdin(file.fileno())
    assert twice(await open_local("-", ReadLimits(), stack)) == [CSV, CSV]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
async def test_a_file_that_does_not_state_its_size_is_read_once(stack: ExitStack) -> None:
    one, other = twice(await open_local("/proc/self/status", ReadLimits(), stack))
    assert one == other
    assert one.startswith(b"Name:")


async def test_what_is_spooled_has_a_limit(tmp_path: Path, temporary: Path, stack: ExitStack) -> None:
    reader, writer = os.pipe()
    thread = threading.Thread(target=flood, args=(writer,))
    thread.start()
    with pytest.raises(ImportFileError, match="pipe is longer than 1,048,576 bytes"):
        await open_local(f"/dev/fd/{reader}", LIMITS, stack)
    stack.close()
    os.close(reader)
    thread.join()
    assert list(temporary.iterdir()) == []


def flood(writer: int) -> None:
    """Write without end, until the reader goes."""
    with contextlib.suppress(BrokenPipeError), os.fdopen(writer, "wb", buffering=0) as file:
        while True:
            file.write(LONG)


async def test_a_pipe_that_nobody_writes_into_is_given_up(tmp_path: Path, stack: ExitStack) -> None:
    path = tmp_path / "mine.csv"
    os.mkfifo(path)
    with pytest.raises(
        ImportFileError, match=r"nothing was written into mine\.csv for 0\.5 s, after 0 bytes"
    ):
        await open_local(str(path), LIMITS, stack)


async def test_a_pipe_that_stops_is_given_up(stack: ExitStack) -> None:
    reader, writer = os.pipe()
    os.write(writer, CSV)
    with pytest.raises(ImportFileError, match=r"nothing was written into pipe for 0\.5 s, after 16 bytes"):
        await open_local(f"/dev/fd/{reader}", LIMITS, stack)
    os.close(reader)
    os.close(writer)


async def test_what_holds_no_rows_is_refused(tmp_path: Path, stack: ExitStack) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for path, what in {
            tmp_path / "socket": "socket",
            Path("/dev/zero"): "device",
            tmp_path: "folder",
        }.items():
            with pytest.raises(ImportFileError, match=f"is a {what}, not a file"):
                await open_local(str(path), ReadLimits(), stack)
    with pytest.raises(NotFoundError, match="there is no file"):
        await open_local(str(tmp_path / "none.csv"), ReadLimits(), stack)


CHANGES: dict[str, Callable[[Path], object]] = {
    "became longer": lambda path: path.write_bytes(CSV * 2),
    "became shorter": lambda path: path.write_bytes(CSV[:5]),
    "was changed": lambda path: (path.write_bytes(CSV.swapcase()), os.utime(path, (1, 1))),
    "was replaced": lambda path: (
        path.with_name("new").write_bytes(CSV),
        path.with_name("new").replace(path),
    ),
    "was removed": lambda path: path.unlink(),
}


@pytest.mark.parametrize("how", CHANGES)
async def test_a_file_that_is_changed_meanwhile_says_how(how: str, tmp_path: Path, stack: ExitStack) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(CSV)
    local = await open_local(str(path), ReadLimits(), stack)
    CHANGES[how](path)
    assert local.changed() == f"mine.csv {how} while it was read"
