"""What keeps a pair from being merged by itself, and where a pair stands: each reason and each side."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from database.template import expand, read_snippets
from services.duplicates import keep_apart, list_events, merge_listings, show_pair
from services.duplicates.comparisons import COMPARISONS
from tests.catalogue import Catalogue, home, homes
from tests.services.duplicates.test_find import ANA, REPOSTED, find, flat, home_of, listing

KEPT: Final = homes(9)[3:]


@pytest.fixture
def acme(catalogue: Catalogue) -> Catalogue:
    return catalogue


@pytest.fixture
async def other(acme: Catalogue) -> Catalogue:
    return await acme.beside("other")


def pattern(**levels: int) -> str:
    """A pair that agrees in all but these."""
    return "".join(str(levels.get(each.name, 1)) for each in COMPARISONS)


async def asked(catalogue: Catalogue, function: str, one: UUID, two: UUID, *first: object) -> Any:
    """What veto() or standing() says of two listings, which is the same whichever comes first."""
    places = ", ".join([*(f"${n + 3}" for n in range(len(first))), "a", "b"])
    said = {
        await catalogue.superuser.fetchval(
            f"select property_manager.{function}({places})"
            " from public.properties_live a, public.properties_live b where a.id = $1 and b.id = $2",
            *pair,
            *first,
        )
        for pair in ((one, two), (two, one))
    }
    (only,) = said
    return only


async def vetoed(catalogue: Catalogue, one: UUID, two: UUID, **levels: int) -> str | None:
    said: str | None = await asked(catalogue, "veto", one, two, pattern(**levels))
    return said


async def standing(catalogue: Catalogue, one: UUID, two: UUID) -> str:
    said: str = await asked(catalogue, "standing", one, two)
    return said


async def known(catalogue: Catalogue, one: UUID, two: UUID) -> str | None:
    """Why a pair that was compared waits."""
    text = await catalogue.superuser.fetchval(
        "select pattern from property_manager.linkage_pairs where left_id = $1 and right_id = $2",
        *sorted((one, two)),
    )
    said: str | None = await asked(catalogue, "veto", one, two, text)
    return said


async def gone(catalogue: Catalogue, *rows: dict[str, Any]) -> None:
    """The source shows these alone, until the others have left the market."""
    for day in (1, 2, 3):
        held = await catalogue.run([*rows, *KEPT], day=day)
        if held.status == "held":
            await catalogue.approve(held, day=day)


NOTHING: Final = "neither address, pin nor picture says so"


VETOES: Final[list[tuple[dict[str, int], str | None]]] = [
    ({}, None),
    ({"numbers": 4}, "their house or unit numbers differ"),
    ({"numbers": 3}, None),
    ({"distance": 4}, "their pins are more than 500 m apart"),
    ({"distance": 3}, None),
    ({"bedrooms": 2}, "their bedrooms differ"),
    ({"bedrooms": 3}, "their bedrooms differ"),
    ({"bedrooms": 0}, None),
    ({"floor": 2}, "they are on different floors"),
    ({"floor": 3}, "they are on different floors"),
    ({"floor": 0}, None),
    ({"numbers": 3, "distance": 2, "picture": 2}, "only one of them names its unit"),
    ({"numbers": 0, "distance": 0, "picture": 0}, NOTHING),
    ({"numbers": 1, "distance": 2, "picture": 2}, None),
    ({"numbers": 2, "distance": 2, "picture": 2}, None),
    ({"numbers": 3, "distance": 1, "picture": 2}, "only one of them names its unit"),
    ({"numbers": 3, "distance": 1, "picture": 0}, "only one of them names its unit"),
    ({"numbers": 3, "distance": 2, "picture": 1}, None),
    ({"numbers": 2, "street": 4, "distance": 2, "picture": 2}, NOTHING),
    ({"numbers": 2, "street": 3, "distance": 2, "picture": 2}, None),
    ({"numbers": 2, "street": 4, "distance": 1, "picture": 2}, None),
]
ELSEWHERE: Final[list[tuple[dict[str, int], str | None]]] = [
    ({"distance": 0, "picture": 2}, "their cities differ"),
    ({"distance": 3, "picture": 0}, "their cities differ"),
    ({"distance": 2, "picture": 2}, None),
    ({"distance": 0, "picture": 1}, None),
]


async def test_what_differs_and_what_says_nothing_keeps_a_pair_waiting(
    acme: Catalogue, other: Catalogue
) -> None:
    """Each reason alone is enough, and none is one level short of it."""
    await acme.run([home(1)])
    await other.run([home(1), home(2, city="Otra Ciudad"), home(3, city=None)])
    one = await listing(acme)
    for levels, said in VETOES:
        assert await vetoed(acme, one, await listing(other), **levels) == said, levels
        assert await vetoed(acme, one, await listing(other, 3), **levels) == said, levels
    for levels, said in ELSEWHERE:
        assert await vetoed(acme, one, await listing(other, 2), **levels) == said, levels


async def test_two_that_one_source_shows_are_two(acme: Catalogue) -> None:
    """As long as it shows both: one that has left the market may be the same home."""
    await acme.run([flat(1), flat(2), *KEPT])
    one, two = await listing(acme, 1), await listing(acme, 2)
    assert await vetoed(acme, one, two) == "acme shows both"
    await gone(acme, flat(2))
    assert await vetoed(acme, one, two) is None


async def test_a_listing_that_is_as_much_like_another_waits(acme: Catalogue, other: Catalogue) -> None:
    """A flat without its number is like each flat of its tower; once one is left, it is that one."""
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED), flat("y", **REPOSTED), *KEPT])
    await find(acme)
    one, two = await listing(acme), await listing(other, "x")
    assert await known(acme, one, two) == "other shows another that is as likely"
    await gone(other, flat("x", **REPOSTED))
    assert (await find(acme)).merged >= 1
    assert await known(acme, one, two) is None, "a rival that left the market is none"
    assert "other/A-x" in (await home_of(acme))[1]


async def test_a_rival_that_is_much_less_likely_is_none(acme: Catalogue, other: Catalogue) -> None:
    """One near by without a number, of another size and price: it may be one, but hardly."""
    await acme.run([flat()])
    near_by = {**REPOSTED, "address": None, "latitude": 20.97030, "price": 3_900_000, "total_area_m2": 140}
    await other.run([flat("x", **REPOSTED), flat("y", **near_by)])
    found = await find(acme)
    assert found.pairs == 3, "all three were compared"
    assert (found.merged, (await home_of(acme))[1]) == (1, {"acme/A-1", "other/A-x"})


async def test_a_listing_that_left_has_no_rival_in_the_one_that_came_after_it(
    acme: Catalogue, other: Catalogue
) -> None:
    """A site lists the home again under a new id: both are the home that another site shows."""
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED), *KEPT])
    await gone(other, flat("y", **REPOSTED))
    await find(acme)
    one, two, three = await listing(acme), await listing(other, "x"), await listing(other, "y")
    assert await known(acme, one, two) is None
    assert await known(acme, one, three) is None
    assert (await home_of(acme))[1] == {"acme/A-1", "other/A-x", "other/A-y"}


async def test_a_pair_is_merged_apart_settled_or_waits(acme: Catalogue, other: Catalogue) -> None:
    """Settled: one of them is of one home with another listing that the same source shows."""
    await acme.run([home(1), *KEPT])
    await other.run([home("x"), home("y"), home("z"), *KEPT])
    one = await listing(acme)
    two, three, four = [await listing(other, name) for name in "xyz"]
    assert await standing(acme, one, two) == "review"
    await merge_listings(acme.database, [one, two], actor=ANA)
    assert await standing(acme, one, two) == "merged"
    assert await standing(acme, one, three) == "settled"
    assert await standing(acme, two, three) == "review", "of one source nothing is settled by itself"
    await keep_apart(acme.database, four, [one], actor=ANA)
    assert await standing(acme, one, four) == "apart"

    await gone(other, home("y"), home("z"))
    assert await standing(acme, one, three) == "review", "what left the market settles nothing"


async def test_a_listing_off_the_market_is_not_settled_by_one_that_is_on_it(
    acme: Catalogue, other: Catalogue
) -> None:
    """A home that is listed again has its old listing and its new one, both of one source."""
    await acme.run([home(1), *KEPT])
    await other.run([home("x"), home("y"), *KEPT])
    one, two, old = await listing(acme), await listing(other, "x"), await listing(other, "y")
    await merge_listings(acme.database, [one, two], actor=ANA)
    await gone(other, home("x"))
    assert await standing(acme, one, old) == "review"


async def test_pairs_from_a_probability_on_are_likely_but_for_those_that_wait(
    acme: Catalogue, other: Catalogue
) -> None:
    """The probability itself counts; a pair that a person must decide, and one that is decided, do not."""
    await acme.run([flat(1), flat(2, address="Calle Hidalgo 9", latitude=20.99)])
    await other.run(
        [
            flat("x", **REPOSTED),
            flat("y", address="Calle Hidalgo 9", latitude=20.99, bedrooms=2),
        ]
    )
    await find(acme, merge_at=1.0, review_at=0.01)
    one, two = await listing(acme), await listing(other, "x")
    exact = (await show_pair(acme.database, one, two)).probability

    async def likely(least: float | None) -> list[set[UUID]]:
        rows = await acme.database.rows("likely_pairs", least, None, 10)
        return [{row["left_id"], row["right_id"]} for row in rows]

    assert exact is not None
    assert await likely(exact) == [{one, two}]
    assert await likely(exact + 1e-9) == []
    assert await likely(0.01) == [{one, two}], "nor the pair whose bedrooms differ"
    await keep_apart(acme.database, one, [two], actor=ANA)
    assert await likely(0.01) == []


async def test_what_a_person_said_meanwhile_counts_more_than_a_plan(
    acme: Catalogue, other: Catalogue
) -> None:
    """Homes are planned and then merged: a pair that was kept apart between the two stays so."""
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    one, two = await listing(acme), await listing(other, "x")
    planned = [{"into_home": str(one), "homes": [str(two)], "probability": 0.99}]
    await keep_apart(acme.database, one, [two], actor=ANA)
    assert await acme.database.value("merge_homes", planned, ANA) == 0
    assert (await home_of(acme))[1] == {"acme/A-1"}


async def test_homes_that_are_one_are_not_merged_again(acme: Catalogue, other: Catalogue) -> None:
    """Two searches at once: the second finds them merged, and notes nothing."""
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    one, two = await listing(acme), await listing(other, "x")
    planned = [{"into_home": str(one), "homes": [str(two)], "probability": 0.99}]
    assert await acme.database.value("merge_homes", planned, ANA) == 1
    assert await acme.database.value("merge_homes", planned, ANA) == 0
    assert len(await list_events(acme.database)) == 1


async def test_a_person_may_say_otherwise_later(acme: Catalogue, other: Catalogue) -> None:
    """The same two that were kept apart: the newer word counts, and the first seen gives the home its id."""
    await acme.run([flat()])
    await other.run([flat("x", bedrooms=2)], day=1)
    one, two = await listing(acme), await listing(other, "x")
    await keep_apart(acme.database, one, [two], actor=ANA)
    await merge_listings(acme.database, [two, one], actor=ANA)
    assert await home_of(acme) == (one, {"acme/A-1", "other/A-x"})
    await keep_apart(acme.database, two, [one], actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1"}
    assert await standing(acme, one, two) == "apart"


async def test_who_leaves_a_home_is_apart_from_all_of_it(acme: Catalogue, other: Catalogue) -> None:
    """Split from one of three it leaves all three; kept apart from a stranger it stays where it is."""
    third = await acme.beside("third")
    for catalogue in (acme, other, third):
        await catalogue.run([home(1), home(2)])
    one, two, three = await listing(acme), await listing(other), await listing(third)
    await merge_listings(acme.database, [one, two, three], actor=ANA)
    stranger = await listing(acme, 2)
    await keep_apart(acme.database, three, [stranger], actor=ANA)
    assert len((await home_of(acme))[1]) == 3
    assert await standing(acme, three, stranger) == "apart"
    assert await standing(acme, one, stranger) == "review"

    await keep_apart(acme.database, three, [one], actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1", "other/A-1"}
    assert await standing(acme, two, three) == "apart"
    assert await keep_apart(acme.database, three, [one], actor=ANA) is None, "that was said before"
    assert await keep_apart(acme.database, stranger, actor=ANA) is None, "it is alone"


@pytest.mark.parametrize(
    ("normal", "numbers", "words"),
    [
        ("C REFORMA 25", "25", "C REFORMA"),
        ("C REFORMA 25 A", "25A", "C REFORMA"),
        ("C REFORMA 25-A", "25A", "C REFORMA"),
        ("C REFORMA 25A", "25A", "C REFORMA"),
        ("C REFORMA 25 A INT 3", "25A 3", "C REFORMA"),
        ("C 60 B 25, CENTRO", "60B 25", "C"),
        ("4400 N POWERS DR", "4400", "N POWERS DR"),
        ("123 E 45TH ST", "123 45TH", "E ST"),
        ("25 A ST", "25", "A ST"),
        ("C REFORMA 123, INT 4, CENTRO", "123 4", "C REFORMA"),
        ("INT 4, C REFORMA 123", "123 4", "C REFORMA"),
        ("FLAT 4 25 CULVERN ST, LONDON", "25 4", "CULVERN ST"),
        ("79 OAK LN # 22-C", "79 22C", "OAK LN"),
        ("145 BILTMORE AVE UNIT 301", "145 301", "BILTMORE AVE"),
    ],
)
async def test_the_letter_of_a_house_is_part_of_its_number(
    superuser: asyncpg.Connection, normal: str, numbers: str, words: str
) -> None:
    """However it is written; a direction and the letter of a street are words."""
    snippets = read_snippets(files("sql"))
    found = await superuser.fetchrow(
        expand(
            "select /*use address_numbers a.line*/, /*use address_words a.line*/"
            " from (select /*use address_line $1::text*/ as said) s"
            " cross join lateral (select /*use house_letters s.said*/ as line) a",
            "test",
            snippets,
        ),
        normal,
    )
    assert tuple(found) == (numbers, words)


HARD: Final[list[tuple[str, dict[str, Any], dict[str, Any]]]] = [
    ("unit 3 and unit 4", {"address": "Calle Reforma 123 Int. 3"}, {"address": "Calle Reforma 123 Int. 4"}),
    ("25 and 25A", {"address": "Calle Reforma 25"}, {"address": "Calle Reforma 25A"}),
    ("25 A and 25 B", {"address": "Calle Reforma 25 A"}, {"address": "Calle Reforma 25 B"}),
    ("neighbouring lots", {"address": "Lote 7 Manzana 3"}, {"address": "Lote 8 Manzana 3"}),
    ("sale and rent", {"operation_type": "sale"}, {"operation_type": "rent", "price": 14_000}),
    ("mirrored pins", {"address": None}, {"address": None, "longitude": 89.62034}),
    ("swapped pins", {"address": None}, {"address": None, "latitude": -89.62, "longitude": 20.97}),
]


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in HARD], ids=[case[0] for case in HARD])
async def test_what_is_nearly_one_home_is_not_merged(
    acme: Catalogue, other: Catalogue, one: dict[str, Any], two: dict[str, Any]
) -> None:
    """Alike in all but the one thing that tells them apart, with and without pictures of the same name."""
    for n, pictures in enumerate(({}, {"main_image_url": None})):
        bare = {"latitude": 20.97012 + n / 10, **pictures}
        await acme.run([flat(1, **{**bare, **one}), *KEPT], day=n)
        await other.run([flat("x", **{**bare, **two})], day=n)
        assert (await find(acme)).merged == 0


@pytest.mark.parametrize(
    "shared",
    [
        {"main_image_url": "https://acme.example/no-photo.jpg"},
        {"agent_phone": "+529990000000", "main_image_url": None},
        {"title": "Casa en venta", "main_image_url": None},
        {"latitude": 20.97, "longitude": -89.62, "main_image_url": None},
    ],
    ids=["no photo", "phone of the office", "one title", "middle of the city"],
)
async def test_what_all_listings_share_merges_none(
    acme: Catalogue, other: Catalogue, shared: dict[str, Any]
) -> None:
    """Homes of two sources that have nothing but a placeholder in common."""
    for catalogue, first in ((acme, 1), (other, 101)):
        await catalogue.run(
            [
                home(
                    n,
                    **{
                        "address": f"Calle {n} número {n}",
                        "latitude": 20 + n / 100,
                        "price": 1_000_000 + n * 77_000,
                        "total_area_m2": 60 + n,
                        "bedrooms": 1 + n % 4,
                        **shared,
                    },
                )
                for n in range(first, first + 12)
            ]
        )
    assert (await find(acme)).merged == 0


async def test_a_home_on_three_sites_is_one(acme: Catalogue, other: Catalogue) -> None:
    """Whichever comes first, and one that comes later joins it under the same home id."""
    third = await acme.beside("third")
    await acme.run([flat()])
    await other.run([flat("x", **REPOSTED)])
    await find(acme)
    before = (await home_of(acme))[0]
    await third.run([flat("y", **REPOSTED)])
    assert (await find(acme)).merged == 1
    assert await home_of(acme) == (before, {"acme/A-1", "other/A-x", "third/A-y"})


async def test_a_chain_ends_where_two_of_it_contradict_each_other(acme: Catalogue, other: Catalogue) -> None:
    """A flat without its number is like two that differ in theirs: through it those two are not one."""
    third = await acme.beside("third")
    await acme.run([flat(address="Calle Reforma 123 Int. 4")])
    await third.run([flat("z", **{**REPOSTED, "address": "Calle Reforma 123 Int. 5"})])
    await other.run([flat("x", **{**REPOSTED, "address": "Calle Reforma 123"})])
    await find(acme)
    homes_of = [(await home_of(c, n))[0] for c, n in ((acme, 1), (third, "z"))]
    assert homes_of[0] != homes_of[1]
