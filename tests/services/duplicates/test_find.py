"""Listings of one home are found, from other sources and after they come back; neighbours stay apart."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pytest

from config.errors import NotFoundError, UsageError
from services.duplicates import (
    Found,
    find_duplicates,
    find_listing,
    keep_apart,
    list_events,
    list_pairs,
    merge_listings,
    show_home,
    show_pair,
    undo,
)
from tests.catalogue import Catalogue, Row, home, homes

ANA: Final = "ana"


def flat(number: int | str = 1, **fields: Any) -> Row:
    """A flat as a site shows it, with an address, a pin and a size."""
    return home(
        number,
        **{
            "address": "Calle Reforma 123 Int. 4",
            "postal_code": "97000",
            "total_area_m2": 85,
            "price": 2_450_000,
            "latitude": 20.97012,
            "longitude": -89.62034,
            "title": "Departamento en Centro con balcón",
            "agent_phone": "+52 999 123 4567",
            **fields,
        },
    )


REPOSTED: Final = {
    "title": "Precioso departamento céntrico",
    "address": "C. Reforma #123 int 4",
    "price": 2_450_000,
    "latitude": 20.97015,
    "main_image_url": "https://cdn.other.example/7f3a.jpg",
    "agent_phone": None,
}
"""As another site shows the same flat: reworded, the address spelt another way, the pin moved a little."""


@pytest.fixture
def acme(catalogue: Catalogue) -> Catalogue:
    return catalogue


@pytest.fixture
async def other(acme: Catalogue) -> Catalogue:
    """Another source of the same city."""
    return await acme.beside("other")


async def find(catalogue: Catalogue, **options: Any) -> Found:
    return await find_duplicates(catalogue.database, actor=ANA, **options)


async def listing(catalogue: Catalogue, number: int | str = 1) -> UUID:
    return await find_listing(catalogue.database, f"{catalogue.source.name}/A-{number}")


async def home_of(catalogue: Catalogue, number: int | str = 1) -> tuple[UUID, set[str]]:
    """The home of a listing, and who shows it: source/id."""
    home_id, sides = await show_home(catalogue.database, await listing(catalogue, number))
    return home_id, {f"{side['source']}/{side['property_id']}" for side in sides}


async def test_the_same_flat_on_two_sites_is_one_home(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat(), *homes(5)[1:]])
    await other.run([flat("x", **REPOSTED)])
    found = await find(acme)

    assert (found.listings, found.merged, found.review) == (6, 1, 0)
    assert (await home_of(acme))[1] == {"acme/A-1", "other/A-x"}
    assert (await home_of(acme, 2))[1] == {"acme/A-2"}


async def test_finding_again_compares_and_changes_nothing(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    before = await home_of(acme)

    again = await find(acme)
    assert (again.listings, again.pairs, again.merged) == (0, 0, 0)
    assert await home_of(acme) == before


async def test_only_what_changed_is_compared(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat(), *homes(30)[1:]])
    await find(acme)
    await other.run([flat("x", **REPOSTED)])

    found = await find(acme)
    assert found.listings == 1
    assert found.merged == 1


async def test_a_home_keeps_its_listings_through_later_syncs(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    before = await home_of(acme)

    await other.run([flat("x", **{**REPOSTED, "price": 2_300_000, "title": "Rebajado"})], day=1)
    await find(acme)
    assert await home_of(acme) == before


async def test_a_listing_that_comes_back_under_another_id_is_the_same_home(acme: Catalogue) -> None:
    keeper = homes(9)[1:]
    await acme.run([flat(), *keeper])
    for day in (1, 2):
        await acme.run(keeper, day=day)
    await acme.run([flat("new", price=2_400_000), *keeper], day=3)

    assert (await find(acme)).merged == 1
    assert (await home_of(acme))[1] == {"acme/A-1", "acme/A-new"}


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "Calle Reforma 123 Int. 5"},
        {"address": "Calle Reforma 125 Int. 4"},
        {"operation_type": "rent", "price": 14_000},
        {"bedrooms": 2},
        {"floor_number": 3},
        {"latitude": 20.9761},
    ],
    ids=["next unit", "next house", "to let", "other rooms", "other floor", "600 m away"],
)
async def test_a_neighbour_is_another_home(acme: Catalogue, other: Catalogue, fields: dict[str, Any]) -> None:
    await acme.run([flat(floor_number=1)])
    await other.run([flat("x", **{"floor_number": 1, **fields})])
    assert (await find(acme)).merged == 0
    assert (await home_of(acme))[1] == {"acme/A-1"}


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Calle Reforma 123 Int. 4", "Calle Reforma 123 # 4"),
        ("Calle Reforma 123, Int. 4", "C. Reforma 123 int 4"),
        ("Int. 4, Calle Reforma 123", "Calle Reforma 123 Int. 4"),
        ("Flat 4, 25 Culvern Street, Oldham", "25 Culvern St Flat 4, Oldham"),
        ("79 Walnut Ln Unit 22-C", "79 Walnut Ln Apt 22 C"),
    ],
)
async def test_a_unit_that_is_spelt_another_way_is_the_same(
    acme: Catalogue, other: Catalogue, here: str, there: str
) -> None:
    await acme.run([flat(address=here)])
    await other.run([flat("x", **{**REPOSTED, "address": there})])
    assert (await find(acme)).merged == 1
    pair = await show_pair(acme.database, await listing(acme), await listing(other, "x"))
    assert pair.evidence[0].level == "house and unit are equal"


async def test_the_letter_of_a_unit_tells_it_from_the_next(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat(address="79 Walnut Ln Unit 22-C")])
    await other.run([flat("x", **{**REPOSTED, "address": "79 Walnut Ln Unit 22-D"})])
    found = await find(acme)
    assert (found.pairs, found.merged, found.review) == (1, 0, 0)


async def test_two_that_cannot_be_one_home_are_compared_and_not_kept(
    acme: Catalogue, other: Catalogue
) -> None:
    """They teach how alike neighbours are; nobody is asked, unless they show the same picture."""
    await acme.run([flat()])
    await other.run([flat("x", **{**REPOSTED, "address": "Calle Reforma 123 Int. 5"})])
    assert (await find(acme)).pairs == 1
    with pytest.raises(NotFoundError, match="not compared"):
        await show_pair(acme.database, await listing(acme), await listing(other, "x"))
    await acme.run([flat(title="Departamento con otro título")], day=1)
    await find(acme)
    assert [row["apart"] for row in await acme.database.rows("pair_patterns")] == [2], "each time compared"
    for day in range(2, 6):
        await acme.run([flat(title=f"Departamento, día {day}")], day=day)
        await find(acme)
    (counted,) = await acme.database.rows("pair_patterns")
    assert 2 <= counted["apart"] <= 3, "what was compared long ago is let go of by and by"

    picture = "https://cdn.example/photos/home-1.jpg"
    await acme.run([flat(main_image_url=picture)], day=6)
    await other.run(
        [flat("x", **{**REPOSTED, "address": "Calle Reforma 123 Int. 5", "main_image_url": picture})], day=6
    )
    await find(acme)
    pair = await show_pair(acme.database, await listing(acme), await listing(other, "x"))
    assert pair.vetoed == "their house or unit numbers differ"


async def test_two_that_one_source_shows_wait_for_a_person(acme: Catalogue) -> None:
    await acme.run([flat(), flat(2, main_image_url="https://acme.example/1.jpg")])
    found = await find(acme)
    assert (found.merged, found.review) == (0, 1)

    (pair,) = await list_pairs(acme.database, least=0.5)
    assert pair.vetoed == "acme shows both"
    assert pair.probability > 0.98


async def test_a_flat_without_its_unit_waits(acme: Catalogue, other: Catalogue) -> None:
    """Any flat of the house may be meant, however alike: only the same picture tells which."""
    await acme.run([flat()])
    await other.run([flat("x", **{**REPOSTED, "address": "C. Reforma 123"})])
    assert (await find(acme)).merged == 0
    (pair,) = await list_pairs(acme.database, least=0.01)
    assert pair.vetoed == "only one of them names its unit"


async def test_reworded_descriptions_are_compared(acme: Catalogue, other: Catalogue) -> None:
    said = "Tres recámaras con luz. Cocina integral nueva. Balcón a la plaza. Dos cajones techados."
    moved = "Balcón a la plaza. Dos cajones techados. Tres recámaras con luz. Cocina integral nueva."
    await acme.run([flat(description=said, construction_year=1987)])
    await other.run([flat("x", **REPOSTED, description=moved, construction_year=1987)])
    await find(acme)
    pair = await show_pair(acme.database, await listing(acme), await listing(other, "x"))
    levels = {each.comparison: each.level for each in pair.evidence}
    assert (levels["description"], levels["year"]) == ("nearly equal", "equal")


async def test_what_has_an_address_and_a_pin_is_not_compared_by_title_alone(acme: Catalogue) -> None:
    """Were two such listings one home, their address or pin would bring them together."""
    elsewhere = {"address": "Calle Hidalgo 9", "latitude": 20.99, "agent_phone": None, "main_image_url": None}
    await acme.run([flat(1), flat(2, **elsewhere)])
    assert (await find(acme)).pairs == 0
    await acme.run([flat(1), flat(2, **elsewhere), flat(3, **elsewhere | {"address": None})], day=1)
    assert (await find(acme)).pairs == 2, "one that lacks an address is compared with both"


async def test_one_address_in_two_towns_is_not_compared(acme: Catalogue, other: Catalogue) -> None:
    """A street of that name is in most towns: number and unit say nothing beside another postal code."""
    await acme.run([flat()])
    elsewhere = {"city": "Valladolid", "postal_code": "97780", "latitude": 20.69, "longitude": -88.2}
    await other.run([flat("x", **REPOSTED | elsewhere)])
    assert (await find(acme)).pairs == 0


async def test_words_and_figures_alone_wait_for_a_person(acme: Catalogue, other: Catalogue) -> None:
    """Without address, pin and picture two flats of one tower look the same."""
    bare: dict[str, Any] = {"address": None, "latitude": None, "longitude": None, "main_image_url": None}
    await acme.run([flat(**bare)])
    await other.run([flat("x", **bare)])
    assert (await find(acme)).merged == 0
    (pair,) = await list_pairs(acme.database, least=0.5)
    assert pair.vetoed == "neither address, pin nor picture says so"


async def test_what_each_comparison_says_of_a_pair_is_told(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    pair = await show_pair(acme.database, await listing(acme), await listing(other, "x"))

    said = {each.comparison: each.level for each in pair.evidence}
    assert said == {
        "numbers": "house and unit are equal",
        "street": "equal",
        "distance": "within 15 m",
        "price": "equal",
        "area": "equal",
        "bedrooms": "equal",
        "bathrooms": "equal",
        "type": "equal",
        "title": "different",
        "description": "equal",
    }
    weights = {each.comparison: each.weight for each in pair.evidence}
    assert weights["numbers"] > 0 > weights["title"]
    assert pair.weight == pytest.approx(sum(weights.values()), abs=0.1)
    assert {pair.left_side["source"], pair.right_side["source"]} == {"acme", "other"}


async def test_a_person_merges_what_comparisons_would_not(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", bedrooms=2)])
    await find(acme)
    event = await merge_listings(
        acme.database, [await listing(acme), await listing(other, "x")], actor=ANA, reason="same photos"
    )
    assert (await home_of(acme))[1] == {"acme/A-1", "other/A-x"}
    (noted,) = await list_events(acme.database)
    assert (noted.id, noted.kind, noted.actor, noted.reason) == (event, "merge", ANA, "same photos")

    assert (
        await merge_listings(acme.database, [await listing(acme), await listing(other, "x")], actor=ANA)
        is None
    )


async def test_what_a_person_keeps_apart_is_not_merged_again(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    await keep_apart(acme.database, await listing(other, "x"), actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1"}

    await other.run([flat("x", **{**REPOSTED, "price": 2_449_000})], day=1)
    found = await find(acme)
    assert (found.listings, found.merged, found.review) == (1, 0, 0)
    assert [pair.state for pair in await list_pairs(acme.database, state="apart", least=0.5)] == ["apart"]


async def test_the_first_listing_of_a_home_can_leave_it(acme: Catalogue, other: Catalogue) -> None:
    third = await acme.beside("third")
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await third.run([flat("y", **REPOSTED)])
    await find(acme)
    home_id, everything = await home_of(acme)
    assert len(everything) == 3

    await keep_apart(acme.database, home_id, actor=ANA)
    sides = await show_home(acme.database, home_id)
    assert [side["listing_id"] for side in sides[1]] == [str(home_id)]
    assert sides[0] != home_id
    rest = [await home_of(catalogue, number) for catalogue, number in ((acme, 1), (other, "x"), (third, "y"))]
    assert sorted(len(each[1]) for each in rest) == [1, 2, 2]
    assert (await find(acme)).merged == 0


async def test_undoing_a_merge_keeps_its_listings_apart_and_can_be_undone(
    acme: Catalogue, other: Catalogue
) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    (merge,) = await list_events(acme.database)
    together = await home_of(acme)

    undone = await undo(acme.database, merge.id, actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1"}
    assert (await find(acme)).merged == 0
    with pytest.raises(UsageError, match=f"undone by decision {undone}"):
        await undo(acme.database, merge.id, actor=ANA)

    restored = await undo(acme.database, undone, actor=ANA)
    assert await home_of(acme) == together
    assert await list_pairs(acme.database, state="apart", least=0.5) == []
    with pytest.raises(UsageError, match=f"restored by decision {restored}"):
        await undo(acme.database, merge.id, actor=ANA)
    await undo(acme.database, restored, actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1"}


async def test_undoing_that_a_listing_is_kept_apart_brings_it_back(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    together = await home_of(acme)
    event = await keep_apart(acme.database, await listing(other, "x"), actor=ANA)
    assert event is not None

    undone = await undo(acme.database, event, actor=ANA)
    assert await home_of(acme) == together
    assert await list_pairs(acme.database, state="apart", least=0.5) == []

    await undo(acme.database, undone, actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1"}


async def test_a_decision_is_not_restored_on_another_ground(acme: Catalogue, other: Catalogue) -> None:
    """A listing was split from a home that was undone since: there is nothing to split it from."""
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    (merge,) = await list_events(acme.database)
    split = await keep_apart(acme.database, await listing(other, "x"), actor=ANA)
    assert split is not None
    undone = await undo(acme.database, split, actor=ANA)
    await undo(acme.database, merge.id, actor=ANA)
    with pytest.raises(UsageError, match="came later and is about the same home"):
        await undo(acme.database, undone, actor=ANA)


async def test_undoing_a_merge_of_three_leaves_no_word_of_any_two(acme: Catalogue, other: Catalogue) -> None:
    third = await acme.beside("third")
    await acme.run([flat()])
    await other.run([flat("x", bedrooms=2)])
    await third.run([flat("y", bedrooms=4)])
    three = [await listing(acme), await listing(other, "x"), await listing(third, "y")]
    event = await merge_listings(acme.database, three, actor=ANA)
    assert event is not None
    await undo(acme.database, event, actor=ANA)
    assert [len((await show_home(acme.database, each))[1]) for each in three] == [1, 1, 1]
    said = await acme.superuser.fetch("select same from property_manager.home_decisions")
    assert [row["same"] for row in said] == [False, False]


async def test_an_unknown_listing_is_refused(acme: Catalogue) -> None:
    await acme.run([flat()])
    with pytest.raises(NotFoundError, match="there is no listing"):
        await merge_listings(acme.database, [await listing(acme), UUID(int=7)], actor=ANA)
    with pytest.raises(NotFoundError, match="there is no listing"):
        await keep_apart(acme.database, UUID(int=7), actor=ANA)
    assert await list_events(acme.database) == []


async def test_an_event_is_not_undone_below_a_later_one(acme: Catalogue, other: Catalogue) -> None:
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    (merge,) = await list_events(acme.database)
    later = await keep_apart(acme.database, await listing(other, "x"), actor=ANA)
    with pytest.raises(UsageError, match=f"decision {later} came later"):
        await undo(acme.database, merge.id, actor=ANA)
    with pytest.raises(NotFoundError, match="there is no decision 999"):
        await undo(acme.database, 999, actor=ANA)


async def test_a_merge_against_what_a_person_said_names_it(acme: Catalogue, other: Catalogue) -> None:
    third = await acme.beside("third")
    await acme.run([flat()])
    await other.run([flat("x", bedrooms=2)])
    await third.run([flat("y", bedrooms=4)])
    one, two, three = await listing(acme), await listing(other, "x"), await listing(third, "y")
    await merge_listings(acme.database, [one, two], actor=ANA)
    apart = await keep_apart(acme.database, three, [one], actor=ANA)
    with pytest.raises(UsageError, match=f"kept apart by decision {apart}"):
        await merge_listings(acme.database, [two, three], actor=ANA)


MIDDLE: Final[dict[str, Any]] = {
    **{"latitude": 20.97012, "longitude": -89.62034, "address": None, "main_image_url": None},
    **{"agent_phone": None, "title": "Casa"},
}
"""As a site shows each home without a pin: in the middle of the city, under the same title."""


async def test_what_too_many_listings_share_is_named_and_passed_over(acme: Catalogue) -> None:
    """Neither the middle of the city nor a title that all have says anything, and both are told."""
    await acme.run(homes(120, **MIDDLE))
    found = await find(acme)
    assert {(crowd.name, crowd.listings) for crowd in found.crowds} == {
        ("pin 20.9701, -89.6203", 120),
        ('title "Casa" in Mérida', 120),
    }
    assert found.crowded == sum(crowd.cells for crowd in found.crowds)
    assert found.pairs == 0


async def test_what_too_many_listings_share_is_told_until_it_is_no_more(acme: Catalogue) -> None:
    """Also by a search that compared nothing, and no more once few enough share it: these are compared."""
    await acme.run(homes(101, **MIDDLE))
    assert {crowd.listings for crowd in (await find(acme)).crowds} == {101}
    await acme.run([*homes(101, **MIDDLE), home(102, **MIDDLE)], day=1)
    again = await find(acme)
    assert (again.listings, {crowd.listings for crowd in again.crowds}) == (1, {102})

    apart = [home(n, **MIDDLE | {"latitude": 20.97 + n / 100, "title": f"Casa {n}"}) for n in range(3, 103)]
    await acme.approve(await acme.run([*homes(2, **MIDDLE), *apart], day=2), day=2)
    found = await find(acme)
    assert (found.listings, found.crowded, found.crowds) == (100, 0, ())
    pair = await show_pair(acme.database, await listing(acme, 1), await listing(acme, 2))
    assert {each.comparison for each in pair.evidence} >= {"distance", "title"}


async def test_listings_without_anything_to_compare_are_counted(acme: Catalogue) -> None:
    """Nothing but an id and a title: no cell can be made of it, and that is told."""
    nothing = {"property_id": "A-1", "title": "Casa"}
    await acme.run([nothing, {**nothing, "property_id": "A-2"}, flat(3)])
    found = await find(acme)
    assert (found.listings, found.bare, found.pairs) == (3, 2, 0)


async def test_a_search_that_is_broken_off_goes_on_where_it_was(
    acme: Catalogue, other: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change set is compared slice by slice, and what was compared stays so."""
    monkeypatch.setattr("services.duplicates.find.BATCH", 4)
    await acme.run([flat(), *homes(9)[1:]])
    await other.run([flat("x", **REPOSTED)])
    told = list[tuple[int, int]]()

    def broken_off(listings: int, total: int) -> None:
        told.append((listings, total))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await find(acme, progress=broken_off)
    assert told == [(4, 10), (8, 10)]
    found = await find(acme)
    assert (found.listings, found.merged) == (2, 1)


async def test_thresholds_that_contradict_each_other_are_refused(acme: Catalogue) -> None:
    with pytest.raises(UsageError, match="are no thresholds"):
        await find(acme, merge_at=0.5, review_at=0.9)


async def test_a_change_that_commits_late_is_compared_too(acme: Catalogue, other: Catalogue) -> None:
    """Change sets get their numbers before they commit: one with a smaller number may be seen last."""
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    one, two = await acme.superuser.fetch("select id, position from property_manager.change_sets order by id")
    move = "update property_manager.change_sets set position = $2 where id = $1"
    await acme.superuser.execute(move, one["id"], -1)
    await acme.superuser.execute("update property_manager.linkage_progress set position = 1")
    assert (await find(acme)).listings == 1
    await acme.superuser.execute(move, one["id"], two["position"] + 1)
    assert (await find(acme)).merged == 1


async def test_sure_pairs_are_merged_however_many_wait_before_them(
    acme: Catalogue, other: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs are fetched some at a time: those that nobody merges do not hide the others."""
    monkeypatch.setattr("services.duplicates.find.FEW", 1)
    await acme.run([flat(), flat(2, address="Calle Hidalgo 9", latitude=20.99)])
    await other.run([flat("x", **REPOSTED), flat("y", address="Calle Hidalgo 9", latitude=20.99)])
    assert (await find(acme)).merged == 2


async def test_an_empty_catalogue_has_no_duplicates(acme: Catalogue) -> None:
    found = await find(acme)
    assert (found.listings, found.pairs, found.merged, found.review) == (0, 0, 0, 0)


async def test_many_pairs_keep_their_model_until_enough_of_them_have_come(
    acme: Catalogue, other: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New pairs are weighed by the model there is; a twentieth more of them, and it is learnt anew."""
    monkeypatch.setattr("services.duplicates.find.MANY_PAIRS", 1)
    tower = [
        flat(number, address=f"Calle Reforma 123 Int. {number}", price=1e6 + number) for number in range(20)
    ]
    await acme.run(tower)
    await find(acme)
    learnt = await acme.database.value("linkage_model")

    await other.run([flat(50, **REPOSTED | {"address": "Calle Lejana 9", "latitude": 21.5})])
    found = await find(acme)
    kept = await acme.database.value("linkage_model")
    assert kept == learnt
    assert found.share == learnt["share"]
    assert all(row["weighed"] for row in await acme.database.rows("pair_patterns"))

    await other.run([flat(number, **REPOSTED) for number in range(60, 65)], day=1)
    await find(acme)
    moved = await acme.database.value("linkage_model")
    assert moved["pairs"] > 1.05 * learnt["pairs"]
    assert moved != learnt
