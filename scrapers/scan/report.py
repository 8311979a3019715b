"""The figures of an index scan and its verdict: how much of its scope it saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from scrapers.crawl.report import CrawlReport

LEAST_SHARE_OF_TOTAL: Final = 0.98
"""Share of a site's own count that must be shown; the count includes repeated and just removed adverts."""
MOST_PASSED_OVER: Final = 0.005
"""Share of the listings that may have moved past a scan without it proving nothing."""


@dataclass(slots=True)
class ScanReport:
    """The figures of a scan. It is complete if it reached the last page, and no listing moved past it."""

    pages: int = 0
    """Index pages read, each once."""
    seam_pages: int = 0
    """Pages read a second time, to see what moved past the first reading."""
    shown: int = 0
    """Different listings."""
    repeats: int = 0
    """Cards of listings that an earlier page had shown: the list grew while it was read."""
    passed_over: int = 0
    """Listings that only the second reading of a page showed: the list shrank while it was read."""
    listings_total: int | None = None
    pages_total: int | None = None
    quick_pages: int = 0
    """Pages read by the shape of their cards alone."""
    limited_to: int | None = None
    """The number of pages that were asked for, where the list goes on after them."""
    ended_in_repeats: bool = False
    cut_pages: int = 0
    """Index pages that were not read to their end, or had not loaded all that they show."""
    cut_short: str | None = None
    """Why the scan ended before its last page."""
    blocked: bool = False
    beyond: bool = False
    """Whether it was cut short by an answer that may also mean that there are no further pages."""
    ends_round: int | None = None
    """After how many full pages a list ended that counts nothing, if that is a round number."""
    counts_more: bool = False
    """Whether the site says only that there are more listings than its count."""
    searched: CrawlReport | None = None
    """Of lists that were read as a scrape reads them: in parts, or no HTML."""

    @property
    def finished(self) -> bool:
        """Whether it saw all pages that it set out to see."""
        searched = self.searched
        return self.cut_short is None and not (
            searched is not None and (searched.stopped_by or searched.failed or searched.cut_short)
        )

    @property
    def verdict(self) -> Literal["complete", "partial", "suspect"]:
        """How much of the scope was seen; only "complete" proves absence."""
        if (
            self.blocked
            or not self.shown
            or (self.searched is not None and self.searched.verdict == "suspect")
        ):
            return "suspect"
        return "partial" if self._gaps() else "complete"

    @property
    def reason(self) -> str | None:
        """Why the verdict is not "complete", else None."""
        if self.searched is not None and self.searched.verdict == "suspect":
            return self.searched.reason
        if not self.shown and self.cut_short is None:
            return "no listing was shown"
        return ", ".join(self._gaps()) or None

    @property
    def likely_missed(self) -> float:
        """How many listings moved past the scan unseen, by those that the second reading found."""
        if not self.seam_pages:
            return 0.0
        # the last page has no seam after it
        return self.passed_over / self.seam_pages * max(self.pages - 1 - self.seam_pages, 0)

    @property
    def figures(self) -> dict[str, Any]:
        """What is stored of the scan."""
        return {
            "pages": self.pages,
            "seam_pages": self.seam_pages,
            "repeats": self.repeats,
            "passed_over": self.passed_over,
            "likely_missed": round(self.likely_missed, 1),
            "listings_stated": self.listings_total,
            "finished": self.finished,
            "parts": 0 if self.searched is None else self.searched.parts,
        }

    def _gaps(self) -> list[str]:
        found = []
        if self.cut_short is not None:
            of = f" of {self.pages_total:,}" if self.pages_total else ""
            pages = "1 page" if self.pages == 1 and not of else f"{self.pages:,}{of} pages"
            found.append(f"cut short after {pages}: {self.cut_short}")
        if self.searched is not None:
            found += self.searched.gaps
        elif self.limited_to is not None:
            found.append("the first page" if self.limited_to == 1 else f"the first {self.limited_to:,} pages")
        if self.likely_missed > MOST_PASSED_OVER * self.shown:
            found.append(
                f"the list moved while it was read: about {self.likely_missed:,.0f} listings passed unseen"
            )
        if self.cut_pages:
            pages = "1 page" if self.cut_pages == 1 else f"{self.cut_pages:,} pages"
            found.append(f"{pages} not read to the end")
        if self.searched is None:
            found += self._ends()
        return found

    def _ends(self) -> list[str]:
        """What speaks against the end of the pages being the end of the listings."""
        found = []
        if self._fell_short:
            found.append(f"{self.shown:,} listings shown where the site counts {self.listings_total:,}")
        elif self.counts_more and self.limited_to is None:
            found.append(f"the site says only that there are more than {self.listings_total:,} listings")
        if self.ends_round:
            found.append(f"its list ends after {self.ends_round} full pages, which may be a limit")
        if self.ended_in_repeats and not self.listings_total:
            found.append(f"page {self.pages + 1:,} repeats earlier ones, so the end is not certain")
        return found

    @property
    def _fell_short(self) -> bool:
        whole = self.cut_short is None and self.limited_to is None
        total = self.listings_total
        return bool(total and whole and self.shown < LEAST_SHARE_OF_TOTAL * total)
