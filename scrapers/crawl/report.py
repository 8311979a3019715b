"""The figures of a crawl and its verdict: how much of its scope it covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

_FAILED_SHARE: Final = 0.1
_LEAST_FAILED: Final = 5
"""More failed pages than this share, and so many, mean the site, not single listings."""
_LEAST_SHARE_OF_TOTAL: Final = 0.98
"""Share of a site's own count that must be found; the count includes repeated and just removed adverts."""
_KINDS: Final = {"login": "login", "captcha": "captcha", "soft_404": "page of a listing that is gone"}


@dataclass(frozen=True, slots=True)
class Witness:
    """A page that shows what is wrong, as it came."""

    url: str
    body: bytes


@dataclass(slots=True)
class CrawlReport:
    """The figures of a crawl. It is complete if it reached the last page without failures or gaps."""

    index_pages: int = 0
    index_pages_total: int | None = None
    listings_total: int | None = None
    rows: int = 0
    failed: int = 0
    disallowed: int = 0
    """The pages that robots.txt forbids, which were never asked for; counted in `failed` too."""
    instead: Counter[str] = field(default_factory=Counter)
    """How many pages came in place of the listing that was asked for, by kind; counted in `failed` too."""
    refused: list[str] = field(default_factory=list, repr=False)
    """The pages that the site refuses while it gives others; counted in `failed` too."""
    failed_page: str | None = None
    """The first page that failed, of those that the site does not refuse."""
    single_page: bool = False
    stopped_by_limit: bool = False
    cut_pages: int = 0
    """Index pages that were not read to their end, or had not loaded all that they show."""
    left_out: int = 0
    """Listings that were linked to beyond the most that a scrape may read."""
    ended_in_repeats: bool = False
    cut_short: str | None = None
    """The limit of time or bytes that was reached."""
    is_sitemap: bool = False
    """Whether the listings were taken from a sitemap, which may leave some out."""
    ends_round: int | None = None
    """After how many full pages a list ended that counts nothing, if that is a round number."""
    counts_more: bool = False
    """Whether the site says only that there are more listings than a number."""
    parts: int = 0
    """Into how many parts the search was divided, as its pages end before its listings do."""
    parts_left: int = 0
    """Parts that were not read."""
    parts_cut: list[str] = field(default_factory=list, repr=False)
    """Parts whose pages end before their listings do, and that nothing divides."""
    stopped_by: str | None = None
    retry_after: float | None = None
    """For how many seconds the site asks to be left alone."""
    problem: Witness | None = field(default=None, repr=False)
    """The page that shows best what is wrong with those that failed."""
    newest: Witness | None = field(default=None, repr=False)
    """The last page that a listing was read from."""
    listed: set[str] = field(default_factory=set, repr=False)
    staged_before: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def rows_in_session(self) -> int:
        """The rows of this run and of the interrupted run that it resumes."""
        return self.rows + len(self.staged_before)

    @property
    def verdict(self) -> Literal["complete", "partial", "suspect"]:
        """How much of the scope was covered; only "complete" proves absence."""
        if self.stopped_by is not None or not self.rows_in_session or self._too_many_failed:
            return "suspect"
        return "partial" if self.gaps else "complete"

    @property
    def reason(self) -> str | None:
        """Why the verdict is not "complete", else None."""
        if self.stopped_by is not None:
            return self.stopped_by
        if not self.rows_in_session:
            return f"no listing could be read from {_counted(self.index_pages, 'page')}{self._told_instead}"
        if self._too_many_failed:
            asked = self.rows_in_session + self._failed_of_asked
            share = f"{self._failed_of_asked:,} of {asked:,} pages failed"
            return f"{share}{self._told_instead}; such as {self.failed_page or self.refused[0]}"
        return ", ".join(self.gaps) or None

    @property
    def _failed_of_asked(self) -> int:
        return self.failed - self.disallowed

    @property
    def _too_many_failed(self) -> bool:
        failed = self._failed_of_asked
        return failed >= _LEAST_FAILED and failed > _FAILED_SHARE * (self.rows_in_session + failed)

    @property
    def _told_instead(self) -> str:
        """What came in place of listings: " (12 logins, 3 notices that a listing is gone)"."""
        kinds = [
            _counted(count, _KINDS[kind]) for kind, count in self.instead.most_common() if kind in _KINDS
        ]
        return f" ({', '.join(kinds)})" if kinds else ""

    @property
    def gaps(self) -> list[str]:
        """What was not covered, each in words."""
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
            found.append(f"{_counted(self.cut_pages, 'page')} not read to the end")
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
        found += self._ends()
        if self.ended_in_repeats and not self.listings_total:
            found.append(f"page {self.index_pages} repeats earlier ones, so the end is not certain")
        return found

    def _ends(self) -> list[str]:
        """What speaks against the end of the lists being the end of the listings."""
        found = []
        if self._fell_short:
            found.append(f"{len(self.listed)} listings found where the site counts {self.listings_total}")
        elif self.counts_more:
            found.append(f"the site says only that there are more than {self.listings_total:,} listings")
        if self.parts_cut and self.parts:
            count = f"{len(self.parts_cut):,} of {_counted(self.parts, 'part')} of the search"
            found.append(f"the pages of {count} end too early: such as {self.parts_cut[0]}")
        elif self.parts_cut:
            found.append("its pages end there and nothing was found that divides the search")
        if self.parts_left and not (self.stopped_by_limit or self.cut_short):
            found.append(f"{_counted(self.parts_left, 'part')} of the search not read")
        if self.ends_round:
            found.append(f"its list ends after {self.ends_round} full pages, which may be a limit")
        return found

    @property
    def _fell_short(self) -> bool:
        total = self.listings_total
        cut = self.stopped_by_limit or self.left_out or self.cut_short
        return bool(total and not cut and len(self.listed) < _LEAST_SHARE_OF_TOTAL * total)


def _counted(number: int, thing: str) -> str:
    first, _, rest = thing.partition(" of ")
    plural = thing if number == 1 else f"{first}s{f' of {rest}' if rest else ''}"
    return f"{number} {plural}"
