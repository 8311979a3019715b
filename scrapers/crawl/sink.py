"""Where a crawl puts what it reads."""

from __future__ import annotations

from typing import Protocol

from parsing.staged import StagedRow


class Sink(Protocol):
    """Takes the rows and errors of a crawl at once, so that an interruption loses nothing."""

    async def add(self, row: StagedRow) -> None: ...
    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None: ...
    async def resolved(self, urls: list[str]) -> None: ...
    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None: ...
