"""The log file in PROPERTY_MANAGER_HOME, and which of its lines go to stderr."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Final

from cli.logfile import LogFile, LogLines, complain
from cli.loglines import JsonLines
from config.errors import UsageError
from config.home import close_to_others, make_private

_OURS: Final = ("cli", "config", "dashboard", "database", "importers", "scrapers", "services")


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg] # generic in the stubs only
    """Our warnings for the person at the terminal; everything under --debug."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say so without the record, which may hold anything."""
        complain("writing to stderr", sys.exc_info()[1])


def open_in(home: Path, *, debug: bool = False, as_json: bool = False) -> Path:
    """Log to `home`/logs/property_manager.log until `close`; raises UsageError if it cannot be written.

    With `as_json` lines are JSON objects, and stderr gets all of ours, as containers collect it from there.
    """
    file = home / "logs" / "property_manager.log"
    try:
        make_private(home)
        close_to_others(file.parent)
        handler = LogFile(file)
    except OSError as error:
        raise UsageError(
            f"Writing the log {file}: {error.strerror or error}.",
            next_step="set PROPERTY_MANAGER_HOME to a folder that you can write",
        ) from error
    handler.setFormatter(JsonLines() if as_json else _dated())
    terminal = _Stderr(sys.stderr)
    terminal.setLevel(logging.DEBUG if debug else logging.INFO if as_json else logging.WARNING)
    terminal.setFormatter(JsonLines() if as_json else LogLines("%(message)s"))
    terminal.addFilter(lambda record: record.name != "cli.boundary" and (debug or _is_ours(record)))
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    root.addHandler(handler)
    root.addHandler(terminal)
    logging.captureWarnings(True)
    return file


def _dated() -> LogLines:
    lines = LogLines("%(asctime)s.%(msecs)03dZ %(process)d %(levelname)s %(name)s: %(message)s")
    lines.converter = time.gmtime
    lines.default_time_format = "%Y-%m-%dT%H:%M:%S"
    lines.datefmt = lines.default_time_format
    return lines


def _is_ours(record: logging.LogRecord) -> bool:
    """Libraries log tracebacks; our own errors report what they mean."""
    return record.name.partition(".")[0] in _OURS


def path() -> Path | None:
    """Where this process logs, once it does."""
    return next((h.file for h in logging.getLogger().handlers if isinstance(h, LogFile)), None)


def close() -> None:
    """Stop logging and let go of the file."""
    logging.captureWarnings(False)
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, LogFile | _Stderr)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.WARNING)
