"""The figures of a worker: pages, items and errors, and how much is left."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from scrapers.crawl.frontier import Kind

_IN_VAIN: tuple[Kind, ...] = ("failed", "refused", "disallowed", "unreadable")


@dataclass(slots=True)
class QueueReport:
    """What became of the pages that a worker has fetched, and of how many more it knows."""

    pages: Counter[Kind] = field(default_factory=Counter)
    items: int = 0
    waiting: int | None = None
    """Pages that wait in the frontier, as far as is known."""
    stopped_by: str | None = None
    """Why the worker fetches no more of this source, though pages wait."""
    pause_seconds: float | None = None
    """How long the source is left alone at least, as it blocks or does not answer; None: not at all."""
    began: float = field(default_factory=time.monotonic)

    def with_session(self, session: QueueReport) -> QueueReport:
        """These figures and those of the session that follows."""
        return QueueReport(
            pages=self.pages + session.pages,
            items=self.items + session.items,
            waiting=self.waiting if session.waiting is None else session.waiting,
            stopped_by=session.stopped_by,
            pause_seconds=session.pause_seconds,
            began=self.began,
        )

    @property
    def done(self) -> int:
        """Pages that have come to an end, well or not; those that are tried again have not."""
        return self.pages.total() - self.pages["retried"]

    @property
    def failed(self) -> int:
        """Pages that were asked for in vain."""
        return sum(self.pages[kind] for kind in _IN_VAIN)

    @property
    def pages_a_second(self) -> float:
        """Since the worker began."""
        return self.pages.total() / max(time.monotonic() - self.began, 1e-6)

    @property
    def seconds_left(self) -> float | None:
        """Until what waits is fetched at this pace; None where it cannot be said."""
        if self.waiting is None or not self.pages:
            return None
        return self.waiting / self.pages_a_second

    @property
    def verdict(self) -> Literal["partial", "suspect"]:
        """Pages that were asked for by their addresses say nothing of what else is gone: never complete."""
        return "partial" if self.pause_seconds is None else "suspect"

    @property
    def reason(self) -> str:
        """What the verdict is based on."""
        if self.stopped_by is not None:
            return self.stopped_by
        named = ", ".join(f"{count} {kind}" for kind, count in sorted(self.pages.items()) if kind != "staged")
        return f"pages from the queue{': ' if named else ''}{named}"
