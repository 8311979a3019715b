"""How the frontier stands: what waits and why, who fetches, how fast, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from database.handle import Database
from database.records import records


@dataclass(frozen=True, slots=True)
class QueuedPages:
    """Pages that wait, or are being fetched, for one reason; `later` are tried again after an error."""

    priority: int
    reason: str
    pages: int
    later: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class CrawlWorker:
    """A worker that fetches pages of a source; its figures are those of its session."""

    session_id: UUID
    source: str
    worker: str | None
    started_at: datetime
    heard_at: datetime
    pages: int
    failed: int
    items: int

    @property
    def pages_a_second(self) -> float:
        """Since its session began."""
        return self.pages / max((self.heard_at - self.started_at).total_seconds(), 1.0)


@dataclass(frozen=True, slots=True)
class SourceCrawl:
    """The frontier of one source."""

    source: str
    queue: tuple[QueuedPages, ...]
    workers: tuple[CrawlWorker, ...]
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        """Pages that wait or are being fetched."""
        return sum(each.pages for each in self.queue)

    @property
    def pages_a_second(self) -> float:
        """Of all workers together."""
        return sum(worker.pages_a_second for worker in self.workers)

    @property
    def time_left(self) -> timedelta | None:
        """Until the queue is empty at this pace; None where nobody fetches, or nothing has come yet."""
        pace = self.pages_a_second
        return timedelta(seconds=round(self.waiting / pace)) if pace and self.waiting else None


async def crawl_status(database: Database, source: str | None = None) -> list[SourceCrawl]:
    """The frontier of every source that has one, or of one source."""
    rows = await database.rows("crawl_queue", source)
    workers = list(records(CrawlWorker, await database.rows("crawl_workers", source)))
    names = dict.fromkeys([*(row["source"] for row in rows), *(worker.source for worker in workers)])
    return [
        _of_source(
            name,
            [row for row in rows if row["source"] == name],
            tuple(worker for worker in workers if worker.source == name),
        )
        for name in names
    ]


def _of_source(name: str, rows: list[Any], workers: tuple[CrawlWorker, ...]) -> SourceCrawl:
    queue: dict[tuple[int, str], QueuedPages] = {}
    for row in rows:
        if row["state"] in ("waiting", "claimed"):
            key = row["priority"], row["reason"]
            more = queue.get(key)
            queue[key] = QueuedPages(
                *key,
                row["pages"] + (more.pages if more else 0),
                row["later"] + (more.later if more else 0),
                min(row["oldest"], more.oldest) if more else row["oldest"],
            )
    count = {
        state: sum(row["pages"] for row in rows if row["state"] == state) for state in ("done", "failed")
    }
    return SourceCrawl(
        name, tuple(queue[key] for key in sorted(queue)), workers, done=count["done"], failed=count["failed"]
    )
