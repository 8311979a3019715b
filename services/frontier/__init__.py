"""The frontier: the pages of listings that wait to be fetched, shared by all workers on all hosts."""

from services.frontier.enqueue import Enqueued, Priority, enqueue

__all__ = ["Enqueued", "Priority", "enqueue"]
