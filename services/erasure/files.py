"""Log files, where an error message or a server's answer may contain a contact."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from config.errors import UsageError
from parsing.erase import Eraser


def overwrite_in_files(files: Iterable[Path], eraser: Eraser) -> int:
    """Overwrite it in place, byte by byte, so that a process that appends to the file is not disturbed.

    Returns the number of places.
    """
    return sum(_overwrite(file, eraser) for file in files)


def _overwrite(file: Path, eraser: Eraser) -> int:
    places = 0
    try:
        with file.open("r+b") as opened:
            begin = 0
            for line in iter(opened.readline, b""):
                text = line.decode("utf-8", "surrogateescape")
                for start, end in eraser.places(text):
                    before, found = _size(text[:start]), _size(text[start:end])
                    os.pwrite(opened.fileno(), b"*" * found, begin + before)
                    places += 1
                begin += len(line)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise UsageError(
            f"cannot overwrite {file}: {error.strerror}; the database is done",
            next_step="run the same again as an account that may write it, or delete the file",
        ) from error
    return places


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
