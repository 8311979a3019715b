"""What a report says of duplicates: pairs that wait, and how often a source shows a home twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.duplicates import keep_apart, merge_listings
from tests.catalogue import Catalogue, homes
from tests.services.duplicates.test_find import ANA, REPOSTED, find, flat, listing


async def suggested(
    catalogue: Catalogue, source: str | None = None, session: UUID | None = None, limit: int = 20
) -> list[dict[str, Any]]:
    """Rows of suggested_merges."""
    rows = await catalogue.database.rows("suggested_merges", source, session, limit)
    return [dict(row) for row in rows]


async def rates(catalogue: Catalogue, source: str | None = None) -> dict[str, dict[str, Any]]:
    """Rows of duplicate_rates by source."""
    rows = await catalogue.database.rows("duplicate_rates", source)
    return {row["source"]: dict(row) for row in rows}


def named(pair: dict[str, Any]) -> set[str]:
    return {f"{pair[side]['source']}/{pair[side]['property_id']}" for side in ("left_side", "right_side")}


async def test_a_suggested_merge_has_both_sides_and_what_speaks_for_and_against(catalogue: Catalogue) -> None:
    """A report shows two listings side by side, and says in words why they may be one home."""
    other = await catalogue.beside("other")
    await catalogue.run([flat()])
    await other.run([flat("x", **{**REPOSTED, "floor_number": None}, bedrooms=2)])
    await find(catalogue)

    (pair,) = await suggested(catalogue)
    assert named(pair) == {"acme/A-1", "other/A-x"}
    assert 0.5 <= pair["probability"] < 1
    assert pair["vetoed"] == "their bedrooms differ"
    spoken = {each["comparison"]: each for each in pair["speaks_for"]}
    assert spoken["numbers"]["says"] == "house and unit are equal"
    bits = [each["bits"] for each in pair["speaks_for"]]
    assert bits == sorted(bits, reverse=True)
    assert bits[-1] > 0
    assert {each["comparison"]: each["says"] for each in pair["speaks_against"]} == {
        "bedrooms": "one apart",
        "title": "different",
    }
    assert all(each["bits"] < 0 for each in pair["speaks_against"])
    assert {pair["left_side"]["bedrooms"], pair["right_side"]["bedrooms"]} == {2, 3}


async def test_suggested_merges_are_of_a_source_or_of_what_a_session_shows(catalogue: Catalogue) -> None:
    """Of a session: pairs with a listing that it shows, be it on either side."""
    other = await catalogue.beside("other")
    third = await catalogue.beside("third")
    await catalogue.run([flat()])
    session = await other.stage([flat("x", bedrooms=2)])
    await other.sync(session)
    await third.run(homes(3))
    await find(catalogue)

    one = [{"acme/A-1", "other/A-x"}]
    assert [named(pair) for pair in await suggested(catalogue, "acme", None)] == one
    assert [named(pair) for pair in await suggested(catalogue, "other", None)] == one
    assert await suggested(catalogue, "third", None) == []
    assert [named(pair) for pair in await suggested(catalogue, None, session)] == one
    later = await other.stage(homes(2), day=1)
    assert await suggested(catalogue, None, later) == []


async def test_suggested_merges_are_the_likeliest_and_not_more_than_asked_for(catalogue: Catalogue) -> None:
    """The pair that agrees in more comes first; a limit cuts the others."""
    other = await catalogue.beside("other")
    away = {"address": "Calle Hidalgo 9", "latitude": 20.99, "main_image_url": None}
    await catalogue.run([flat(), flat(2, **away)])
    await other.run([flat("x", bedrooms=2), flat("y", **{**away, "price": 1}, bedrooms=2)])
    await find(catalogue)
    pairs = await suggested(catalogue)
    assert [named(pair) for pair in pairs] == [{"acme/A-1", "other/A-x"}, {"acme/A-2", "other/A-y"}]
    assert [named(pair) for pair in await suggested(catalogue, limit=1)] == [{"acme/A-1", "other/A-x"}]


async def test_what_is_decided_is_suggested_no_more(catalogue: Catalogue) -> None:
    """Neither a pair that a person merged nor one that was kept apart."""
    other = await catalogue.beside("other")
    away = {"address": "Calle Hidalgo 9", "latitude": 20.99, "main_image_url": None}
    await catalogue.run([flat(), flat(2, **away)])
    await other.run([flat("x", bedrooms=2), flat("y", **away, bedrooms=2)])
    await find(catalogue)
    assert len(await suggested(catalogue)) == 2
    one, two = await listing(catalogue, 1), await listing(other, "x")
    await merge_listings(catalogue.database, [one, two], actor=ANA)
    await keep_apart(catalogue.database, await listing(catalogue, 2), [await listing(other, "y")], actor=ANA)
    assert await suggested(catalogue) == []


async def test_the_pairs_of_a_search_below_its_threshold_are_not_suggested(catalogue: Catalogue) -> None:
    """The threshold is that of the last search."""
    other = await catalogue.beside("other")
    await catalogue.run([flat()])
    await other.run([flat("x", **REPOSTED, bedrooms=2)])
    await find(catalogue)
    (pair,) = await suggested(catalogue)
    await find(catalogue, review_at=min((pair["probability"] + 1) / 2, 1.0), merge_at=1.0)
    assert await suggested(catalogue) == []


async def test_the_duplicate_rate_counts_further_listings_and_those_that_wait(catalogue: Catalogue) -> None:
    """Three listings of one home are two too many; what another source shows of it is none."""
    other = await catalogue.beside("other")
    await catalogue.run([flat(), flat(2), flat(3), *homes(9)[4:]])
    await other.run([flat("x", **REPOSTED)])
    await find(catalogue)
    before = (await rates(catalogue))["acme"]
    assert (before["listings"], before["further"], before["waiting"]) == (8, 0, 3)

    named = [await listing(catalogue, number) for number in (1, 2, 3)]
    await merge_listings(catalogue.database, named, actor=ANA)
    found = await rates(catalogue)
    assert (found["acme"]["listings"], found["acme"]["further"], found["acme"]["waiting"]) == (8, 2, 0)
    assert (found["other"]["listings"], found["other"]["further"]) == (1, 0)
    assert list(await rates(catalogue, "other")) == ["other"]

    await catalogue.run([flat(), *homes(9)[4:]], day=1)
    assert (await rates(catalogue, "acme"))["acme"]["further"] == 0


async def test_a_source_is_assessed_where_a_search_has_seen_all_that_it_shows(catalogue: Catalogue) -> None:
    """Not before the first search, nor after a sync that changed something, nor after a broken search."""
    other = await catalogue.beside("other")
    await catalogue.run(homes(3))
    await other.run([flat("x")])
    none = (await rates(catalogue))["acme"]
    assert (none["is_assessed"], none["searched_at"]) == (False, None)

    await find(catalogue)
    assert [each["is_assessed"] for each in (await rates(catalogue)).values()] == [True, True]
    await other.run([flat("x")], day=1)
    assert (await rates(catalogue))["other"]["is_assessed"], "a sync that changed nothing needs no search"

    await other.run([flat("x", price=1_999_000)], day=2)
    assert {name: each["is_assessed"] for name, each in (await rates(catalogue)).items()} == {
        "acme": True,
        "other": False,
    }
    await catalogue.database.rows("renew_pairs", 1_000, 100)
    assert not (await rates(catalogue))["other"]["is_assessed"], "compared, but neither weighed nor merged"
    await find(catalogue)
    assert (await rates(catalogue))["other"]["is_assessed"]
