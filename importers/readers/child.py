"""A process that reads one file for another: what damage or malice does to a reader, it does here.

Its first frame is the file's header, then come batches of records, last the account; or instead an error.
It takes its request from stdin, which stays open: it ends with the other process, and so does this one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, BinaryIO, Final

from config.errors import PropertyManagerError
from importers.options import ReadLimits, ReadOptions
from importers.readers.frames import packed, packed_row, packed_rows, unpacked
from importers.readers.reading import Reading, open_input

_BATCH_ROWS: Final = 500
_BATCH_BYTES: Final = 1 << 18
_PIPE_BYTES: Final = 1 << 20
_OUT_OF_MEMORY_SCORE: Final = Path("/proc/self/oom_score_adj")


def main() -> None:
    """Read the file that the request on stdin names, and write its rows to stdout."""
    request, out = _request(sys.stdin.buffer), os.fdopen(os.dup(1), "wb")
    with contextlib.suppress(OSError, AttributeError):  # Linux only
        fcntl.fcntl(out.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    os.dup2(2, 1)  # what a library prints is no frame
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other process decides what Ctrl-C ends
    threading.Thread(target=_end_with_caller, daemon=True).start()
    limits = ReadLimits(*request["limits"])
    _limit_memory(limits.memory)
    _limit_time(limits.reading)
    try:
        _send(request, limits, out)
    except PropertyManagerError as error:
        out.write(packed({"error": _described(error)}))
    except MemoryError:
        out.write(packed({"memory": True}))
    except BaseException as error:  # noqa: BLE001 a panic of a library is not even an Exception
        _exit_if_unread(error)
        out.write(packed({"fault": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}))
    out.flush()
    os._exit(0)  # a library that crashes while it ends has nothing to say any more


def _request(stdin: BinaryIO) -> dict[str, Any]:
    found: dict[str, Any] = unpacked(stdin.read(int.from_bytes(stdin.read(4), "big")))
    return found


def _end_with_caller() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os._exit(1)


def _limit_memory(most: int) -> None:
    """Limit what the process may allocate; where the system cannot, only the machine's memory limits it."""
    kinds = [resource.RLIMIT_DATA] if sys.platform == "linux" else [resource.RLIMIT_AS, resource.RLIMIT_DATA]
    for kind in kinds:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    with contextlib.suppress(OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _OUT_OF_MEMORY_SCORE.write_text("1000")  # if the machine runs out, this process is to go


def _limit_time(seconds: float) -> None:
    """Limit the processor time until the next batch, so that a loop ends even if nobody waits for it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _send(request: dict[str, Any], limits: ReadLimits, out: BinaryIO) -> None:
    drop_if = {name: tuple(words) for name, words in request["drop_if"].items()}
    options = ReadOptions(
        **request["options"],
        header=tuple(request["header"]),
        places=tuple((name, start, width) for name, start, width in request["places"]),
        crs=request["crs"],
        drop_if_blank=tuple(request["drop_if_blank"]),
        drop_if=drop_if,
        limits=limits,
    )
    with open_input(request["name"], options, local=Path(request["path"])) as reading:
        out.write(packed(_header(reading)))
        out.flush()
        shown, size = len(reading.columns), 0
        rows: list[tuple[bytes, bytes]] = []
        for record in reading:
            rows.append(packed_row(record, reading.columns))
            size += len(rows[-1][1])
            if len(rows) >= _BATCH_ROWS or size >= _BATCH_BYTES:
                shown = _send_batch(reading, shown, rows, out)
                rows, size = [], 0
                _limit_time(limits.reading)
        _send_batch(reading, shown, rows, out)
        out.write(packed({"end": _account(reading)}))


def _send_batch(reading: Reading, shown: int, rows: list[tuple[bytes, bytes]], out: BinaryIO) -> int:
    columns = packed({"columns": reading.columns[shown:]}) if len(reading.columns) > shown else b""
    out.write(columns + packed_rows(rows))
    out.flush()
    return len(reading.columns)


def _header(reading: Reading) -> dict[str, Any]:
    return {
        "format": reading.format,
        "encoding": reading.encoding,
        "dialect": [[name, value] for name, value in reading.dialect.items()],
        "columns": reading.columns,
        "warnings": reading.warnings,
    }


def _account(reading: Reading) -> dict[str, Any]:
    return {"skipped": reading.skipped, "warnings": reading.warnings, "incomplete": reading.incomplete}


def _described(error: PropertyManagerError) -> dict[str, Any]:
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "next_step": error.next_step,
        "choices": list(getattr(error, "choices", ())),
    }


def _exit_if_unread(error: BaseException) -> None:
    if isinstance(error, BrokenPipeError):
        os._exit(1)


if __name__ == "__main__":
    main()
