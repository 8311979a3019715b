"""The log file in PROPERTY_MANAGER_HOME, and which of its lines go to stderr."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Final

from config.errors import UsageError

_OURS: Final = ("cli", "config", "database", "importers", "scrapers", "services")


class _LogFile(logging.FileHandler):
    """The file of this process; its class sets it apart from handlers that others may have added."""


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg] # generic in the stubs only
    """Our warnings for the person at the terminal; everything under --debug."""


def open_in(home: Path, *, debug: bool = False) -> Path:
    """Log to `home`/logs/property_manager.log until `close`; raises UsageError if it cannot be written."""
    file = home / "logs" / "property_manager.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(file, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(
            f"Writing the log {file}: {error.strerror or error}.",
            next_step="set PROPERTY_MANAGER_HOME to a folder that you can write",
        ) from error
    lines = logging.Formatter("%(asctime)s.%(msecs)03dZ %(process)d %(levelname)s %(name)s: %(message)s")
    lines.converter = time.gmtime
    lines.default_time_format = "%Y-%m-%dT%H:%M:%S"
    lines.datefmt = lines.default_time_format
    handler.setFormatter(lines)
    terminal = _Stderr(sys.stderr)
    terminal.setLevel(logging.DEBUG if debug else logging.WARNING)
    terminal.addFilter(lambda record: record.name != "cli.boundary" and (debug or _is_ours(record)))
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    root.addHandler(handler)
    root.addHandler(terminal)
    return file


def _is_ours(record: logging.LogRecord) -> bool:
    """Libraries log tracebacks; our own errors report what they mean."""
    return record.name.partition(".")[0] in _OURS


def path() -> Path | None:
    """Where this process logs, once it does."""
    files = (h.baseFilename for h in logging.getLogger().handlers if isinstance(h, _LogFile))
    return next((Path(file) for file in files), None)


def close() -> None:
    """Stop logging and let go of the file."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _LogFile | _Stderr)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.WARNING)
