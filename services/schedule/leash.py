"""The leash of a job: its process ends by itself when its worker dies, or is not heard of for too long.

The worker holds one end of a pipe and writes to it whenever the database has heard that it is alive. So a
job whose worker was killed, stopped or cut off is gone before another worker may take it over.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from typing import Final

LENGTH_SECONDS: Final = 45.0
"""How long a job outlives the last sign of its worker; the database waits for a minute."""


def hold(descriptor: int, length_seconds: float = LENGTH_SECONDS) -> None:
    """End this process once the other end of the pipe is closed, or silent for so long."""
    watcher = threading.Thread(target=_watch, args=(descriptor, length_seconds), daemon=True)
    watcher.start()


def _watch(descriptor: int, length_seconds: float) -> None:
    until = time.monotonic() + length_seconds
    while True:
        readable, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        if not readable or not os.read(descriptor, 4096):
            os.kill(os.getpid(), signal.SIGKILL)
        until = time.monotonic() + length_seconds
