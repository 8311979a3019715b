"""Which pages of a list are read a second time.

A listing that leaves a list while it is read moves every later one forward by a place, and the first of the
page to come moves onto the page that was just read: past the scan. Read again, that page shows it. So some
pages are read again: those that were short or whose cards were repeated, and others spread over the list,
whose finds say how many the rest may hide.
"""

from __future__ import annotations

from collections import deque
from typing import Final

_SHARE: Final = 100
"""One page of so many is read again, …"""
_LEAST: Final = 2
_MOST: Final = 60
_WIDENED_SHARE: Final = 10
"""… and at most one of so many where listings did move."""


class Seams:
    """The pages of a scan, and those of them that are still to be read again."""

    def __init__(self) -> None:
        self._urls: list[str] = []
        self._counts: list[int] = []
        self._suspect: list[int] = []
        self._queue: deque[int] | None = None
        self._done: set[int] = set()

    def note(self, url: str, *, repeats: int, cards: int) -> None:
        """Note a page as it is read."""
        place = len(self._urls)
        self._urls.append(url)
        self._counts.append(cards)
        if repeats and place:
            self._suspect.append(place - 1)

    @property
    def ends_full(self) -> bool:
        """Whether the last page shows as much as the first."""
        return bool(self._counts) and self._counts[-1] >= self._counts[0]

    def url(self, place: int) -> str:
        """The address of a page, by its place from 0."""
        return self._urls[place]

    def next(self) -> int | None:
        """The place of the next page to read again."""
        if self._queue is None:
            self._queue = deque(self._chosen())
        while self._queue:
            place = self._queue.popleft()
            if place not in self._done:
                self._done.add(place)
                return place
        return None

    def widen(self, place: int) -> None:
        """Read the neighbours of a page again too: listings moved past there."""
        most = max(_LEAST * 2, len(self._urls) // _WIDENED_SHARE)
        if self._queue is not None and len(self._done) < most:
            self._queue.extend(
                near
                for near in (place - 1, place + 1)
                if 0 <= near < len(self._urls) and near not in self._done
            )

    def _chosen(self) -> list[int]:
        pages = len(self._urls)
        usual = max(self._counts, default=0)
        short = [place for place in range(pages - 1) if self._counts[place] < usual]
        wanted = min(pages - 1, _MOST, max(_LEAST, pages // _SHARE))
        spread = [round(step * (pages - 1) / wanted) for step in range(wanted)] if wanted > 0 else []
        return list(dict.fromkeys([*spread, *(self._suspect + short)[: max(_LEAST, wanted)]]))
