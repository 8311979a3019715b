"""The benchmark of duplicates judges what is found, and weighs any records by the product's own core."""

from __future__ import annotations

from benchmarks.linkage import ours
from benchmarks.linkage.fields import Field, Labelled, Record
from benchmarks.linkage.plot import Curve, plot
from benchmarks.linkage.quality import Quality, best_threshold, quality
from benchmarks.linkage.reposts import SecondPortal
from benchmarks.server import BASE, throwaway_server

PERSONS = Labelled(
    "persons",
    [
        Record("ana", "old", {"name": "ana maria lopez", "born": "19800102", "town": "leon"}),
        Record("ana", "new", {"name": "ana maria lopes", "born": "19800102", "town": "leon"}),
        Record("eva", "old", {"name": "eva ruiz", "born": "19911231", "town": "leon"}),
        Record("eva", "new", {"name": "eva ruiz", "born": "19911231", "town": ""}),
        Record("leo", "new", {"name": "leo prado", "born": "19650607", "town": "leon"}),
    ],
    (Field("name", "name"), Field("born", "code"), Field("town", "word")),
    (("born",), ("town",)),
    linked=True,
)


async def test_records_are_blocked_compared_and_grouped_as_listings_are() -> None:
    """Records of two files that share a cell are scored; of one file none are."""
    async with throwaway_server() as server, server.connect(BASE) as conn:
        scored = await ours.scored(conn, PERSONS)
    assert set(scored.scores) == {(0, 1), (2, 3), (0, 4), (1, 2), (2, 4)}
    assert min(scored.scores[0, 1], scored.scores[2, 3]) > 0.5 > scored.scores[0, 4]
    assert ours.entities(PERSONS, scored.scores, 0.5) == PERSONS.true_pairs() == {(0, 1), (2, 3)}


def test_a_file_holds_an_entity_once() -> None:
    """The surer of two pairs is kept where both would bring two records of a file together."""
    assert ours.entities(PERSONS, {(0, 1): 0.9, (0, 4): 0.8}, 0.5) == {(0, 1)}


def test_precision_recall_and_f1() -> None:
    assert quality({1, 2, 3, 4}, {1, 2, 5}) == Quality(0.5, 2 / 3, 4 / 7)
    assert quality(set(), {1}) == Quality(1.0, 0.0, 0.0)
    assert quality(set(), set()) == Quality(1.0, 1.0, 1.0)


def test_of_equally_good_thresholds_the_highest_is_chosen() -> None:
    assert best_threshold([lambda threshold: 1.0 if 0.2 <= threshold <= 0.9 else 0.5]) == 0.9


def test_a_listing_is_posted_again_as_itself_and_beside_neighbours_that_nobody_lists() -> None:
    """The next unit and the next house are other homes; one that the first portal has is left out."""
    listings = [
        {"property_id": f"A-{unit}", "address": f"25 Oak St Unit {unit}", "price": 100_000, "bedrooms": 2}
        for unit in range(1, 200)
    ]
    posts = list(SecondPortal(1).posts(listings))
    assert posts == list(SecondPortal(1).posts(listings))
    again = [post for post in posts if post.again]
    assert 60 < len(again) < 140
    assert all(post.row["property_id"] not in {each["property_id"] for each in listings} for post in posts)
    beside = [post for post in posts if post.row["property_id"].endswith("n")]
    assert [post.row["address"] for post in beside if "200" not in post.row["address"]] == [
        post.row["address"]
        for post in beside
        if post.row["address"].upper() in ("25 OAK ST", "25 OAK STREET")
    ]


def test_curves_are_drawn_for_light_and_for_dark() -> None:
    drawn = plot("Pairs", [Curve("ours", [Quality(1.0, 0.8, 0.89), Quality(0.9, 0.95, 0.92)])])
    assert drawn.count("<circle") == 2
    assert "prefers-color-scheme: dark" in drawn
