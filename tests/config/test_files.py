"""A small file that a user names, such as a mapping: read within limits, or refused by its name."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from config.errors import NotFoundError, UsageError
from config.files import read_text
from importers.mapping import load_mapping
from services.workflows.sources import read_source

MAPPING = 'name = "mine"\nid = "Ref"\n'


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    os.mkfifo(path)
    return path


def test_a_mapping_may_come_from_a_pipe(pipe: Path) -> None:
    writer = threading.Thread(target=pipe.write_text, args=(MAPPING,))
    writer.start()
    assert load_mapping(str(pipe)).id == ("Ref",)
    writer.join()


def test_a_pipe_that_nobody_writes_into_is_given_up(pipe: Path) -> None:
    with pytest.raises(UsageError, match=r"mapping .*mine\.toml: nothing was written into it for 0\.5 s"):
        read_text(pipe, "mapping", seconds=0.5)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(MAPPING * 100)
    with pytest.raises(UsageError, match=r"large\.toml: it is larger than 100 bytes"):
        read_text(path, "mapping", most=100)


@pytest.mark.parametrize("read", [load_mapping, read_source], ids=["mapping", "source"])
def test_what_is_no_file_is_refused_by_name(read: object, tmp_path: Path) -> None:
    assert callable(read)
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    with pytest.raises(UsageError, match=r"folder\.toml is a folder, not a file"):
        read(folder)
    with pytest.raises(UsageError, match="/dev/zero is a device, not a file"):
        read(Path("/dev/zero"))
    with pytest.raises(NotFoundError, match=r"none\.toml: No such file"):
        read(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is not UTF-8 text"):
        read_text(path, "mapping")
