"""What tells the time where the database's own clock is not to: a replay, a story, a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Says when something happens; where none is given the database does, which all hosts share."""
