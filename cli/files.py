"""A file for listings: its format, and that it appears whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from config.errors import PropertyManagerError

FORMATS: Final = ("csv", "json", "jsonl", "parquet")


def format_of(out: Path | None, *, otherwise: str = "csv") -> str:
    """The format that a file's name asks for."""
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    if ending in FORMATS:
        return ending
    return "jsonl" if ending == "ndjson" else otherwise


@contextmanager
def opened(out: Path | None) -> Iterator[BinaryIO]:
    """The file to write, or stdout: it appears whole, or not at all."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if out.exists() and not out.is_file():  # a device or pipe cannot be replaced
        with _refusing(out), out.open("wb") as device:
            yield device
        return
    part = out.with_name(f".{out.name}.part")
    try:
        with _refusing(out), part.open("wb") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _refusing(out: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PropertyManagerError(
            f"Writing {out}: {error.strerror or error}", next_step="choose another file"
        ) from error
