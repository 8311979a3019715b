"""Observers of a sync: notified when a stage starts and when it has committed."""

from __future__ import annotations

import os
import signal
from typing import Final, Protocol


class Observer(Protocol):
    """Follows a sync stage by stage; it runs on the worker's event loop, so it must not block."""

    def began(self, stage: str) -> None:
        """A stage starts."""
        ...

    def ended(self, stage: str) -> None:
        """A stage has committed."""
        ...


class NullObserver:
    """Ignores every stage."""

    def began(self, stage: str) -> None:
        pass

    def ended(self, stage: str) -> None:
        pass


NO_OBSERVER: Final[Observer] = NullObserver()


class CrashAt:
    """Kills this process when one stage has committed: how tests crash a sync between two stages."""

    def __init__(self, stage: str, observer: Observer = NO_OBSERVER) -> None:
        self._stage = stage
        self._observer = observer

    def began(self, stage: str) -> None:
        self._observer.began(stage)

    def ended(self, stage: str) -> None:
        self._observer.ended(stage)
        if stage == self._stage:
            os.kill(os.getpid(), signal.SIGKILL)
