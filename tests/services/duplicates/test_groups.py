"""Which homes are merged, of pairs that are likely one."""

from __future__ import annotations

from uuid import UUID

from services.duplicates.groups import Likely, Member, Merge, merges
from tests.catalogue import at


def home(number: int) -> UUID:
    return UUID(int=number)


def likely(left: int, right: int, probability: float = 0.99) -> Likely:
    return Likely(home(left), home(right), home(left), home(right), probability)


def listed(*sources: str, shown: bool = True) -> list[Member]:
    """Listing n is a home of its own, of the n-th source."""
    return [Member(home(n), home(n), source, shown, at(0)) for n, source in enumerate(sources, 1)]


def test_homes_of_a_chain_are_one_and_the_least_certain_pair_is_told() -> None:
    found = merges([likely(2, 3, 0.999), likely(1, 2, 0.985)], listed("a", "b", "c"), [])
    assert found == [Merge(home(1), (home(2), home(3)), 0.985)]


def test_a_source_that_shows_two_means_two() -> None:
    """Both are like the listing of another source; the likelier one is merged with it."""
    members = listed("a", "a", "b")
    assert merges([likely(2, 3, 0.999), likely(1, 3, 0.99)], members, []) == [
        Merge(home(2), (home(3),), 0.999)
    ]


def test_a_listing_that_its_source_no_longer_shows_may_be_one_with_its_successor() -> None:
    assert merges([likely(1, 2)], listed("a", "a", shown=False), []) == [Merge(home(1), (home(2),), 0.99)]


def test_what_a_person_kept_apart_stays_apart_through_a_third() -> None:
    apart = [(home(1), home(3))]
    found = merges([likely(1, 2, 0.999), likely(2, 3, 0.99)], listed("a", "b", "c"), apart)
    assert found == [Merge(home(1), (home(2),), 0.999)]


def test_a_home_of_several_listings_keeps_its_id() -> None:
    """Whatever joins it, also with a smaller id, or one that was seen before."""
    members = [
        Member(home(1), home(1), "c", True, at(0)),
        Member(home(2), home(2), "a", True, at(1)),
        Member(home(2), home(3), "b", True, at(2)),
    ]
    pair = Likely(home(1), home(3), home(1), home(2), 0.99)
    assert merges([pair], members, []) == [Merge(home(2), (home(1),), 0.99)]


def test_of_two_that_are_alone_the_first_seen_gives_the_home_its_id() -> None:
    """It was known for longer, so more may have kept it."""
    members = [
        Member(home(1), home(1), "a", True, at(2)),
        Member(home(2), home(2), "b", True, at(1)),
        Member(home(3), home(3), "c", True, at(3)),
    ]
    found = merges([likely(1, 3, 0.999), likely(1, 2, 0.99)], members, [])
    assert found == [Merge(home(2), (home(1), home(3)), 0.99)]
