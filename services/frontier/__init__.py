"""The frontier: the pages of listings that wait to be fetched, shared by all workers on all hosts."""

from services.frontier.enqueue import Enqueued, Priority, enqueue
from services.frontier.pace import SharedPace
from services.frontier.queue import SourceQueue
from services.frontier.status import CrawlWorker, QueuedPages, SourceCrawl, crawl_status

__all__ = [
    "CrawlWorker",
    "Enqueued",
    "Priority",
    "QueuedPages",
    "SharedPace",
    "SourceCrawl",
    "SourceQueue",
    "crawl_status",
    "enqueue",
]
