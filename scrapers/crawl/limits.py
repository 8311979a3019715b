"""The time and the bytes that one scrape may take."""

from __future__ import annotations

import time
from collections.abc import Callable

from config.source import Limits


class Spent:
    """What a scrape has taken so far, against its limits. The time begins when this is made."""

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._since = clock()
        self._bytes = 0

    def received(self, size: int) -> None:
        """Count the bytes of a page."""
        self._bytes += size

    @property
    def limit_reached(self) -> str | None:
        """The limit that is reached, in words; None while there is room."""
        minutes, most = self._limits.minutes, self._limits.bytes
        if minutes is not None and self._clock() - self._since >= 60 * minutes:
            return f"the limit of {minutes:g} minutes"
        if most is not None and self._bytes >= most:
            return f"the limit of {most:,} bytes"
        return None
