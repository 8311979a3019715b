"""The clock, where it is not the database's own: a replay, a demo, a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says when something happens; where none is given the database does, which all hosts share."""


def utc_now() -> datetime:
    """This host's time."""
    return datetime.now(UTC)
