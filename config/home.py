"""The home folder and what is kept in it: for its owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def make_private(folder: Path) -> None:
    """Create a folder that only its owner can enter; one that is there stays as it is. Raises OSError."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def close_to_others(folder: Path) -> None:
    """Create a folder of ours, or close it to other accounts if it is open to them. Raises OSError."""
    make_private(folder)
    found = folder.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        folder.chmod(0o700)


def open_to_others(home: Path) -> list[Path]:
    """The home and what holds passwords or personal data in it, where other accounts may read it."""
    secret = [
        home,
        home / "erasure.key",
        home / "logs",
        *home.glob("logs/*.log*"),
        *home.glob("postgres/*.json"),
    ]
    return [path for path in secret if path.exists() and _is_open(path, home)]


def _is_open(path: Path, home: Path) -> bool:
    mode = path.stat().st_mode
    if path == home and stat.S_ISDIR(mode) and _shared_with_server(home):
        return bool(mode & 0o066)  # the server's own account passes through to its data
    return bool(mode & 0o077)


def _shared_with_server(home: Path) -> bool:
    """Whether the embedded server's data is in this home and another account's."""
    data = home / "postgres" / "data"
    try:
        return data.stat().st_uid != home.stat().st_uid
    except OSError:
        return False
