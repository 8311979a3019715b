"""A reader's process that goes wrong after some rows, in the way that its file's name says."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from importers import ReadOptions, Record
from importers.readers import child
from importers.readers.reading import Reading, open_input

ROWS = 700
"""The rows after which it goes wrong, more than a batch."""


def allocate() -> NoReturn:
    kept = []
    while True:
        kept.append(bytearray(1 << 24))


def sleep() -> NoReturn:
    while True:
        time.sleep(3600)


def fail() -> NoReturn:
    raise KeyError("the names of its variables: " + " ".join(sorted(os.environ)))


HAZARDS: dict[str, Any] = {
    "abort": os.abort,
    "allocate": allocate,
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "sleep": sleep,
    "loop": lambda: os.kill(os.getpid(), signal.SIGXCPU),
    "leave": lambda: os._exit(0),
    "fail": fail,
    "print": lambda: print("a library says something", flush=True),
}


class Failing:
    """A reading that goes wrong."""

    def __init__(self, reading: Reading, how: str) -> None:
        self._reading = reading
        self._how = how

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reading, name)

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *_: object) -> None:
        self._reading.__exit__(None, None, None)

    def __iter__(self) -> Iterator[Record]:
        for record in self._reading:
            if record.number == ROWS + 1:
                HAZARDS[self._how]()
            yield record


def open_failing(name: str, options: ReadOptions, *, local: Path) -> Failing:
    return Failing(open_input(name, options, local=local), name.partition(".")[0])


def main() -> None:
    child.open_input = open_failing  # type: ignore[assignment]
    child.main()
