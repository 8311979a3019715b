"""What live has of a source, measured when it is asked: how new, how often twice, and as others state it."""

from __future__ import annotations

import pytest

from config.errors import NotFoundError
from services.duplicates import merge_listings
from services.quality import LiveMeasure, live_measures
from tests.catalogue import Catalogue, homes, since
from tests.services.duplicates.test_find import ANA, find, flat, listing

LONG_AGO = 24 * 365 * 30


async def measured(catalogue: Catalogue, hours: int = LONG_AGO) -> dict[tuple[str, str | None], LiveMeasure]:
    found = await live_measures(catalogue.database, catalogue.source.name, fresh_hours=hours)
    return {(each.characteristic, each.field): each for each in found}


def share(measure: LiveMeasure) -> tuple[int | None, int | None]:
    return (measure.numerator, measure.denominator)


async def test_a_listing_is_fresh_while_a_session_has_just_shown_it(catalogue: Catalogue) -> None:
    await catalogue.run(homes(6))
    await catalogue.run(homes(4), day=10, verdict="partial")
    between = int(since(5).total_seconds() // 3600)
    assert share((await measured(catalogue))["freshness", None]) == (6, 6)
    assert share((await measured(catalogue, between))["freshness", None]) == (4, 6)
    assert share((await measured(catalogue, 24))["freshness", None]) == (0, 6)


async def test_values_are_accurate_as_far_as_another_source_states_the_same(catalogue: Catalogue) -> None:
    other = await catalogue.beside("other")
    await catalogue.run([flat()])
    await other.run([flat("x", bedrooms=7)])
    assert (await measured(catalogue))["accuracy", None].value is None
    both = [await listing(catalogue, 1), await listing(other, "x")]
    await merge_listings(catalogue.database, both, actor=ANA)

    found = await measured(catalogue)

    assert share(found["accuracy", "price"]) == (1, 1)
    assert share(found["accuracy", "bedrooms"]) == (0, 1)
    whole = found["accuracy", None]
    assert whole.denominator == sum(
        each.denominator or 0 for (kind, field), each in found.items() if kind == "accuracy" and field
    )
    assert whole.numerator == (whole.denominator or 0) - 1


async def test_a_home_is_shown_once_as_far_as_duplicates_have_been_looked_for(catalogue: Catalogue) -> None:
    await catalogue.run([flat(), *homes(4)[1:]])
    unknown = (await measured(catalogue))["uniqueness", None]
    assert (unknown.value, "duplicates find" in (unknown.reason or "")) == (None, True)
    await find(catalogue)
    assert share((await measured(catalogue))["uniqueness", None]) == (4, 4)


async def test_a_source_without_listings_is_not_assessed(catalogue: Catalogue) -> None:
    found = await measured(catalogue)
    assert {each.value for each in found.values()} == {None}
    assert all(each.reason for each in found.values())
    with pytest.raises(NotFoundError):
        await live_measures(catalogue.database, "nobody")
