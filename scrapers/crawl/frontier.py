"""What a worker asks of the frontier, the queue of the pages of listings; any number of workers share it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from config.errors import FetchError
from parsing.staged import StagedRow
from scrapers.fetch import FetchResult

Kind = Literal[
    "staged",  # rows were read from it
    "unchanged",  # it is what its listing was read from before
    "gone",  # 404 or 410, or as the site answers for listings that never were
    "unknown",  # asked whether its listing is gone, it says neither
    "retried",  # it is tried again later, after an error
    "failed",  # it was tried often enough
    "refused",  # the site refuses this page, while it gives others
    "disallowed",  # robots.txt
    "unreadable",  # no listing could be read from it
]


@dataclass(frozen=True, slots=True)
class QueuedPage:
    """A claimed page, and what it was like, where its listing is still live as it was read from it."""

    id: int
    url: str
    attempts: int
    etag: str | None = None
    last_modified: str | None = None
    content_hash: UUID | None = None
    verifies: str | None = None
    """The listing that it is asked for whether it is gone."""


@dataclass(slots=True)
class Outcome:
    """What became of a claimed page."""

    page: QueuedPage
    kind: Kind
    rows: list[StagedRow] = field(default_factory=list)
    status: int | None = None
    message: str | None = None
    retries: int = 0
    again_in: float | None = None
    """Seconds until it is tried again."""
    etag: str | None = None
    last_modified: str | None = None
    content_hash: UUID | None = None


class Checks(Protocol):
    """Asks pages whether their listing is gone, as long as those of listings known to be there answer."""

    async def silent(self) -> str | None:
        """Why no page is to be believed now; None where listings known to be there have said so."""
        ...

    async def note(self, page: QueuedPage, answer: FetchResult | FetchError) -> str:
        """Record what a page answers: "alive", "gone" or "unknown"."""
        ...


class Frontier(Protocol):
    """The pages of one source. A page that is claimed is this worker's alone while its lease lasts."""

    async def claim(self, most: int) -> list[QueuedPage]:
        """Claim the next pages, the most urgent first; none where all are done, or are not due yet."""
        ...

    async def land(self, outcome: Outcome) -> None:
        """Take what became of a page; its rows and its end land together, soon."""
        ...

    async def flush(self) -> None:
        """Let land at once what was taken."""
        ...

    async def due_in(self) -> float | None:
        """Seconds until a page can be claimed that this worker does not have; None where none is left.

        The worker has nothing under way: what it has of the sites' pace goes to the others.
        """
        ...
