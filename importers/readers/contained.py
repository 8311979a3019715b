"""Reads a file in a process of its own, which has limits of memory and time and can only fail alone.

Readers of workbooks, Parquet and archives are libraries in other languages: a small file can make one
allocate without end, crash or never return. Rows come through a pipe that holds few of them, so a reader
that is faster than its rows are staged waits. The process gets an open file and no secrets.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from importers import errors
from importers.errors import ChoiceNeededError, ImportFileError, ReaderFailedError
from importers.options import ReadOptions
from importers.readers.frames import LONGEST, packed, record_of, unpacked
from importers.readers.local import LocalFile
from importers.record import Record, Skipped

CHILD = "importers.readers.child"
"""The module whose `main` the process runs."""

log = logging.getLogger(__name__)

_BOOT: Final = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {child} import main; main()"
_KEPT_VARIABLES: Final = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR", "TZ")
_PIPE_BYTES: Final = 1 << 20
_SAVE_AS_CSV: Final = "export it again, or save it as CSV, which needs no such reader"


@dataclass(slots=True)
class Contained:
    """The rows of a file that another process reads. It can be iterated over once."""

    name: str
    format: str
    encoding: str | None
    dialect: dict[str, Any]
    columns: list[str]
    warnings: list[str]
    _process: _Process
    _local: LocalFile
    skipped: list[Skipped] = field(default_factory=list)
    incomplete: str | None = None

    async def __aiter__(self) -> AsyncIterator[Record]:
        while "end" not in (frame := await self._process.frame()):
            self.columns.extend(frame.get("columns", ()))
            for parts in frame.get("rows", ()):
                yield record_of(parts, self.columns)
        account = frame["end"]
        self.skipped[:] = [Skipped(*entry) for entry in account["skipped"]]
        self.warnings[:] = account["warnings"]
        self.incomplete = account["incomplete"] or self._local.changed()


@asynccontextmanager
async def open_contained(local: LocalFile, options: ReadOptions) -> AsyncIterator[Contained]:
    """Open a file in a process of its own, which ends with the context. Raises ImportFileError."""
    async with _started(local, options) as process:
        header = await process.frame()
        yield Contained(
            local.name,
            header["format"],
            header["encoding"],
            dict(header["dialect"]),
            header["columns"],
            header["warnings"],
            process,
            local,
        )


@asynccontextmanager
async def _started(local: LocalFile, options: ReadOptions) -> AsyncIterator[_Process]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        _BOOT.format(child=CHILD),
        json.dumps(sys.path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        pass_fds=(local.descriptor,),
        limit=_PIPE_BYTES,
    )
    process = _Process(child, local.name, options)
    try:
        await process.ask(_request(local, options))
        yield process
    finally:
        await process.end()


def _request(local: LocalFile, options: ReadOptions) -> dict[str, Any]:
    names = ("format", "encoding", "delimiter", "skip_rows", "sheet", "rows", "neutralised")
    return {
        "name": local.name,
        "path": str(local.path),
        "options": {name: getattr(options, name) for name in names},
        "header": options.header,
        "places": options.places,
        "crs": options.crs,
        "drop_if_blank": options.drop_if_blank,
        "drop_if": {name: list(words) for name, words in options.drop_if.items()},
        "limits": list(options.limits),
    }


@dataclass(slots=True)
class _Process:
    """The reader's process, as it is seen from here."""

    child: asyncio.subprocess.Process
    name: str
    options: ReadOptions

    async def ask(self, request: dict[str, Any]) -> None:
        """Send the request; the pipe stays open, for the reader ends with it."""
        assert self.child.stdin is not None  # noqa: S101 it was asked for
        self.child.stdin.write(packed(request))

    async def frame(self) -> dict[str, Any]:
        """Return the next frame. Raises the reader's own error, or ReaderFailedError when it was ended."""
        assert self.child.stdout is not None  # noqa: S101 it was asked for
        seconds = self.options.limits.reading
        try:
            async with asyncio.timeout(seconds):
                length = int.from_bytes(await self.child.stdout.readexactly(4), "big")
                if length > LONGEST:
                    raise self._failed("sent something that is no row")
                frame: dict[str, Any] = unpacked(await self.child.stdout.readexactly(length))
        except TimeoutError as error:
            raise self._failed(f"gave no row for {seconds:g} s", _TIME) from error
        except asyncio.IncompleteReadError as error:
            raise self._died(await self.child.wait()) from error
        if "error" in frame:
            raise _error(frame["error"])
        if "memory" in frame:
            raise self._out_of_memory()
        if "fault" in frame:
            log.info("The reader of %s failed:\n%s", self.name, frame["trace"])
            raise self._failed(f"failed ({frame['fault'].partition(chr(10))[0][:200]})")
        return frame

    async def end(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        if self.child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()
        await self.child.communicate()

    def _died(self, code: int) -> ReaderFailedError:
        if code == -signal.SIGXCPU:
            return self._failed(
                f"used the processor for {self.options.limits.reading:g} s without a row", _TIME
            )
        if code == -signal.SIGKILL:
            return self._failed("was killed, most likely because the machine ran out of memory", _MEMORY)
        if code == -signal.SIGABRT:
            return self._out_of_memory()
        if code < 0:
            return self._failed(f"crashed ({signal.Signals(-code).name}): the file is most likely damaged")
        return self._failed("ended early")

    def _out_of_memory(self) -> ReaderFailedError:
        most = self.options.limits.memory >> 20
        return self._failed(
            f"gave up: it needs more than {most:,} MB of memory, or the file is damaged", _MEMORY
        )

    def _failed(self, how: str, setting: str | None = None) -> ReaderFailedError:
        next_step = _SAVE_AS_CSV if setting is None else f"{_SAVE_AS_CSV}; or raise {setting}"
        return ReaderFailedError(f"{self.name} cannot be read: its reader {how}", next_step=next_step)


_TIME: Final = "PROPERTY_MANAGER_READER_SECONDS"
_MEMORY: Final = "PROPERTY_MANAGER_READER_MB"


def _error(described: dict[str, Any]) -> ImportFileError:
    """Return the reader's error as it was raised there."""
    message, next_step = described["message"], described["next_step"]
    if described["kind"] == ChoiceNeededError.__name__:
        return ChoiceNeededError(message, choices=described["choices"], next_step=next_step)
    kind = getattr(errors, described["kind"], ImportFileError)
    return kind(message, next_step=next_step)
