"""Which homes are merged: the surest pairs first, and none against what is known of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Likely:
    """Two listings, their homes, and how likely these are one."""

    left_id: UUID
    right_id: UUID
    left_home: UUID
    right_home: UUID
    probability: float


@dataclass(frozen=True, slots=True)
class Member:
    """A listing of a home; `shown` while its source shows it, which first did so at `first_seen_at`."""

    home_id: UUID
    listing_id: UUID
    source: str
    shown: bool
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Merge:
    """Homes that go into another; `probability` is that of the weakest pair among them."""

    into_home: UUID
    homes: tuple[UUID, ...]
    probability: float


def merges(
    pairs: Iterable[Likely], members: Iterable[Member], apart: Iterable[tuple[UUID, UUID]]
) -> list[Merge]:
    """Which homes go into which; the one of more listings stays, or else the one that was seen first.

    So a home keeps its id as listings join it.
    Pairs come surest first. Two homes are not merged where a person kept listings of theirs apart, or where
    one source shows a listing of each: a source that shows two means two, until a person says otherwise.
    """
    groups = _Groups(members, apart)
    for pair in pairs:
        groups.join(pair)
    return groups.merges()


class _Groups:
    """Homes as they are merged."""

    def __init__(self, members: Iterable[Member], apart: Iterable[tuple[UUID, UUID]]) -> None:
        self._joined: dict[UUID, UUID] = {}
        self._weakest: dict[UUID, float] = {}
        self._listings: dict[UUID, set[UUID]] = defaultdict(set)
        self._shown_by: dict[UUID, set[str]] = defaultdict(set)
        self._apart: dict[UUID, set[UUID]] = defaultdict(set)
        self._first: dict[UUID, datetime] = {}
        for member in members:
            self._listings[member.home_id].add(member.listing_id)
            first = self._first.get(member.home_id, member.first_seen_at)
            self._first[member.home_id] = min(first, member.first_seen_at)
            if member.shown:
                self._shown_by[member.home_id].add(member.source)
        self._known = {home: len(listings) for home, listings in self._listings.items()}
        for left, right in apart:
            self._apart[left].add(right)
            self._apart[right].add(left)

    def join(self, pair: Likely) -> None:
        into, home = sorted((self._root(pair.left_home), self._root(pair.right_home)), key=self._order)
        if into == home or self._are_two(into, home):
            return
        self._joined[home] = into
        self._listings[into] |= self._listings.pop(home)
        self._shown_by[into] |= self._shown_by.pop(home, set())
        ends = (pair.probability, self._weakest.get(into, 1.0), self._weakest.pop(home, 1.0))
        self._weakest[into] = min(ends)

    def merges(self) -> list[Merge]:
        into: dict[UUID, list[UUID]] = defaultdict(list)
        for home in self._joined:
            into[self._root(home)].append(home)
        return [
            Merge(home, tuple(sorted(homes)), self._weakest[home]) for home, homes in sorted(into.items())
        ]

    def _order(self, home: UUID) -> tuple[int, datetime, UUID]:
        """The smallest stays: the most listings before this search, then the first seen."""
        return -self._known[home], self._first[home], home

    def _root(self, home: UUID) -> UUID:
        while home in self._joined:
            home = self._joined[home]
        return home

    def _are_two(self, one: UUID, other: UUID) -> bool:
        if self._shown_by[one] & self._shown_by[other]:
            return True
        return any(self._apart[listing] & self._listings[other] for listing in self._listings[one])
