"""The clock, where it is not the database's own: a replay, a demo, a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current time with its zone; by default the clock of the database counts on all hosts."""


def utc_now() -> datetime:
    """This host's time."""
    return datetime.now(UTC)
