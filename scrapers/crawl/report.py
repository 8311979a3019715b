"""The figures of a crawl and its verdict: how much of its scope it covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

_LEAST_SHARE_OF_TOTAL: Final = 0.98
"""Share of a site's own count that must be found; the count includes repeated and just removed adverts."""


@dataclass(slots=True)
class CrawlReport:
    """The figures of a crawl. It is complete if it reached the last page without failures or gaps."""

    index_pages: int = 0
    index_pages_total: int | None = None
    listings_total: int | None = None
    rows: int = 0
    failed: int = 0
    refused: list[str] = field(default_factory=list, repr=False)
    """The pages that the site refuses while it gives others; counted in `failed` too."""
    failed_page: str | None = None
    """The first page that failed, of those that the site does not refuse."""
    single_page: bool = False
    stopped_by_limit: bool = False
    cut_pages: int = 0
    """Index pages with more links than are read."""
    left_out: int = 0
    """Listings that were linked to beyond the most that a scrape may read."""
    ended_in_repeats: bool = False
    cut_short: str | None = None
    """The limit of time or bytes that was reached."""
    is_sitemap: bool = False
    """Whether the listings were taken from a sitemap, which may leave some out."""
    stopped_by: str | None = None
    listed: set[str] = field(default_factory=set, repr=False)
    staged_before: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def rows_in_session(self) -> int:
        """The rows of this run and of the interrupted run that it resumes."""
        return self.rows + len(self.staged_before)

    @property
    def verdict(self) -> Literal["complete", "partial", "suspect"]:
        """How much of the scope was covered; only "complete" proves absence."""
        if self.stopped_by is not None or not self.rows_in_session:
            return "suspect"
        return "partial" if self._gaps() else "complete"

    @property
    def reason(self) -> str | None:
        """Why the verdict is not "complete", else None."""
        if self.stopped_by is not None:
            return self.stopped_by
        if not self.rows_in_session:
            return f"no listing could be read from {_counted(self.index_pages, 'page')}"
        return ", ".join(self._gaps()) or None

    def _gaps(self) -> list[str]:
        found = []
        if self.single_page:
            found.append("the page of one listing")
        if self.stopped_by_limit:
            of = f" of {self.index_pages_total}" if self.index_pages_total else ""
            found.append(f"{self.index_pages}{of} pages")
        if self.cut_short:
            found.append(f"{self.cut_short} was reached")
        if self.is_sitemap:
            found.append("a sitemap may leave listings out")
        if self.cut_pages:
            found.append(f"{_counted(self.cut_pages, 'page')} with more links than are read")
        if self.left_out:
            found.append(
                f"limited to {_counted(len(self.listed), 'listing')}, {self.left_out:,} more are linked to"
            )
        if others := self.failed - len(self.refused):
            such = "such as " if others > 1 else ""
            named = f": {such}{self.failed_page}" if self.failed_page else ""
            found.append(f"{_counted(others, 'page')} failed{named}")
        if self.refused:
            such = "" if len(self.refused) == 1 else "such as "
            found.append(f"the site refuses {_counted(len(self.refused), 'page')}: {such}{self.refused[0]}")
        if self._fell_short:
            found.append(f"{len(self.listed)} listings found where the site counts {self.listings_total}")
        if self.ended_in_repeats and not self.listings_total:
            found.append(f"page {self.index_pages} repeats earlier ones, so the end is not certain")
        return found

    @property
    def _fell_short(self) -> bool:
        total = self.listings_total
        cut = self.stopped_by_limit or self.left_out or self.cut_short
        return bool(total and not cut and len(self.listed) < _LEAST_SHARE_OF_TOTAL * total)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
