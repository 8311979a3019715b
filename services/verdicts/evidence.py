"""Pages that show what is wrong, kept in the home for a person to look at."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from config.errors import UsageError
from config.home import make_private

FOLDER: Final = "problem-pages"
_MOST: Final = 100
"""Pages that are kept; older ones go."""


def keep_page(home: Path, name: str, body: bytes) -> Path:
    """Write a page as it came, for its owner only, and return its file. Raises UsageError."""
    folder = home / FOLDER
    path = folder / f"{name}.html"
    try:
        make_private(home)
        make_private(folder)
        with open(path, "wb", opener=_private) as file:
            file.write(body)
        _remove_oldest(folder)
    except OSError as error:
        raise UsageError(
            f"cannot keep the page that shows the problem in {path}: {error.strerror}",
            next_step="see PROPERTY_MANAGER_HOME",
        ) from error
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _remove_oldest(folder: Path) -> None:
    kept = sorted(folder.glob("*.html"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in kept[_MOST:]:
        with suppress(FileNotFoundError):  # another process removes too
            file.unlink()


def remove_pages(home: Path) -> int:
    """Remove every page that was kept, as an erasure does, which does not search them; returns how many."""
    kept = list((home / FOLDER).glob("*.html"))
    for file in kept:
        file.unlink(missing_ok=True)
    return len(kept)
