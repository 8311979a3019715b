"""A file that a command writes: whole or not at all, whoever else writes it and however the writer ends."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli.files import opened
from config.errors import PropertyManagerError, UsageError

WRITES = """
import os, resource, signal, sys
from pathlib import Path
from cli.files import opened
with opened(Path(sys.argv[1])) as file:
    file.write(b"half of it")
    file.flush()
    {then}
"""


def writes(out: Path, then: str) -> subprocess.CompletedProcess[bytes]:
    """Write half of a file in a process of its own, and what happens then."""
    code = WRITES.format(then=then)
    return subprocess.run([sys.executable, "-c", code, out], check=False, capture_output=True)


def beside(out: Path) -> list[str]:
    """What else is in the folder of a file."""
    return sorted(path.name for path in out.parent.iterdir() if path != out)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder / "all.csv"


def test_a_file_is_not_there_until_it_is_whole(out: Path) -> None:
    with opened(out) as file:
        file.write(b"new")
        file.flush()
        assert not out.exists()
    assert out.read_bytes() == b"new"
    assert beside(out) == []


def test_two_writers_of_one_file_do_not_mix(out: Path) -> None:
    with opened(out) as slow:
        slow.write(b"slow " * 1_000)
        with opened(out) as fast:
            fast.write(b"fast " * 500)
            slow.write(b"slow " * 1_000)
        assert out.read_bytes() == b"fast " * 500
    assert out.read_bytes() == b"slow " * 2_000
    assert beside(out) == []


def test_a_writer_that_fails_leaves_what_was_there(out: Path) -> None:
    out.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), opened(out) as file:
        file.write(b"half of it")
        raise ZeroDivisionError
    assert out.read_bytes() == b"old"
    assert beside(out) == []


def test_a_killed_writer_leaves_what_was_there_and_the_next_one_tidies_up(out: Path) -> None:
    out.write_bytes(b"old")
    assert writes(out, "os.kill(os.getpid(), signal.SIGKILL)").returncode == -9
    assert out.read_bytes() == b"old"
    with opened(out.with_name("other.csv")) as file:
        file.write(b"new")
    assert beside(out) == ["other.csv"]


def test_only_a_killed_writer_is_tidied_up(out: Path) -> None:
    with opened(out) as slow:
        slow.write(b"slow")
        assert writes(out, "pass").returncode == 0
        assert len(beside(out)) == 1
    assert out.read_bytes() == b"slow"


def test_a_disk_that_is_full_is_a_sentence_and_leaves_what_was_there(out: Path) -> None:
    out.write_bytes(b"old")
    ended = writes(
        out,
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); file.write(b'x' * 9000)",
    )
    assert f"Writing {out}: File too large" in ended.stderr.decode()
    assert out.read_bytes() == b"old"
    assert beside(out) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_device_that_is_full_is_a_sentence() -> None:
    full = Path("/dev/full")
    with pytest.raises(PropertyManagerError, match="Writing /dev/full: No space left"), opened(full) as file:
        file.write(b"x" * 100_000)


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_is_refused_and_what_it_leads_to_is_untouched(out: Path, dangling: bool) -> None:
    target = out.with_name("target.csv")
    if not dangling:
        target.write_bytes(b"old")
    out.symlink_to(target)
    with pytest.raises(UsageError, match=r"all\.csv is a link to .*target\.csv"), opened(out) as file:
        file.write(b"new")
    assert out.is_symlink()
    assert target.exists() != dangling
    assert dangling or target.read_bytes() == b"old"


def test_an_unfinished_file_is_its_owners_and_a_new_one_follows_the_umask(out: Path) -> None:
    before = os.umask(0o027)
    try:
        with opened(out) as file:
            assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
        assert stat.S_IMODE(out.stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_a_replaced_file_keeps_its_permissions(out: Path) -> None:
    out.write_bytes(b"old")
    out.chmod(0o600)
    with opened(out) as file:
        file.write(b"new")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_name_as_long_as_names_may_be(out: Path) -> None:
    long = out.with_name("x" * 251 + ".csv")
    with opened(long) as file:
        file.write(b"new")
    assert long.read_bytes() == b"new"


def test_a_pipe_is_written_directly(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And it is said beforehand that this waits for a reader."""
    os.mkfifo(out)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(out.read_bytes()))
    reader.start()
    with opened(out) as file:
        file.write(b"through the pipe")
    reader.join()
    assert read == [b"through the pipe"]
    assert stat.S_ISFIFO(out.stat().st_mode)
    assert "this waits until a program reads from it" in capsys.readouterr().err


def test_an_open_descriptor_is_written_on_from_where_it_stands(out: Path) -> None:
    with out.open("wb", buffering=0) as outer:
        outer.write(b"before, ")
        with opened(Path(f"/dev/fd/{outer.fileno()}")) as file:
            file.write(b"after")
    assert out.read_bytes() == b"before, after"


def test_a_file_that_may_not_be_replaced_is_not(out: Path) -> None:
    with opened(out, replace=False) as file:
        file.write(b"first")
    with pytest.raises(FileExistsError), opened(out, replace=False) as file:
        file.write(b"second")
    assert out.read_bytes() == b"first"
    assert beside(out) == []
