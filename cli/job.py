"""A command that a worker runs as a job: on a leash, and stopped by either signal as by Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from cli.app import main as run
from services.schedule import leash


def main() -> int:
    """Run the command whose words follow the number of the leash's descriptor; returns its exit code."""
    descriptor, *words = sys.argv[1:]
    leash.hold(int(descriptor))
    # a worker that was started in the background of a shell ignores Ctrl-C, and its children would too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _as_interrupt)
    return run([*words, "--json"])


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGINT)
