"""How much agreements are worth: learnt from pairs that nobody has labelled."""

from __future__ import annotations

import json
import math
import random
from typing import Final

import pytest

from services.duplicates.comparisons import COMPARISONS, Comparison, street_level, title_level
from services.duplicates.model import Kind, Model, expected, learn
from tests.tables import rows

SAME: Final = "1" * len(COMPARISONS)
NOTHING: Final = "0" * len(COMPARISONS)


def pattern(**levels: int) -> str:
    """The pattern of a pair that says only this."""
    return "".join(str(levels.get(each.name, 0)) for each in COMPARISONS)


def drawn(model: Model, pairs: int, seed: int = 7) -> dict[str, int]:
    """Patterns of so many pairs as the model has them."""
    draw, found = random.Random(seed), dict[str, int]()
    for _ in range(pairs):
        other = draw.choices(model.kinds, [kind.share for kind in model.kinds])[0].levels
        shares = model.same if draw.random() < model.share else other
        text = "".join(str(draw.choices(range(1, len(each) + 1), each)[0]) for each in shares)
        found[text] = found.get(text, 0) + 1
    return found


@rows("comparison", COMPARISONS)
def test_the_best_level_of_a_comparison_speaks_for_one_home_and_the_worst_against(
    comparison: Comparison,
) -> None:
    """Its expected shares make one, of each kind of pairs."""
    assert comparison.near is not None
    for shares in (comparison.same, comparison.other, comparison.near):
        assert math.isclose(sum(shares), 1)
        assert len(shares) == len(comparison.levels)
    assert comparison.same[0] > comparison.other[0]
    assert comparison.same[-1] < comparison.other[-1]


def test_a_pair_that_says_nothing_is_as_likely_as_any() -> None:
    model = expected()
    assert model.weight(NOTHING) == 0
    assert math.isclose(model.probability(NOTHING), model.share)


def test_a_weight_is_the_sum_of_what_each_comparison_adds() -> None:
    model = expected()
    some = pattern(numbers=1, price=2, picture=2)
    assert set(model.shares(some)) == {"numbers", "price", "picture"}
    assert math.isclose(model.weight(some), sum(model.shares(some).values()), abs_tol=0.02)
    assert model.shares(some)["picture"] < 0 < model.shares(some)["numbers"]


def test_what_differs_makes_one_home_less_likely() -> None:
    model = expected()
    assert model.probability(SAME) > model.probability(SAME.replace("1", "2", 1)) > model.share
    assert model.probability(pattern(numbers=4, price=1, area=1)) < model.probability(
        pattern(price=1, area=1)
    )


def test_without_pairs_the_model_is_what_is_expected() -> None:
    before, after = expected(), learn({})
    assert math.isclose(after.share, before.share)
    for levels, were in zip(after.same, before.same, strict=True):
        assert levels == pytest.approx(were)
    for kind, other in zip(after.kinds, before.kinds, strict=True):
        assert math.isclose(kind.share, other.share)


def test_the_shares_that_made_the_pairs_are_found_again() -> None:
    """A source that words its titles alike: equal titles then say little, which nobody told the model."""
    before = expected()
    place = [each.name for each in COMPARISONS].index("title")
    dull = tuple(
        Kind(
            kind.share,
            tuple((0.25, 0.1, 0.2, 0.45) if at == place else each for at, each in enumerate(kind.levels)),
        )
        for kind in before.kinds
    )
    true = Model(0.3, before.same, dull)
    found = learn(drawn(true, 20_000))

    assert abs(found.share - true.share) < 0.02
    assert all(abs(kind.levels[place][0] - 0.25) < 0.04 for kind in found.kinds)
    assert found.shares(pattern(title=1))["title"] < before.shares(pattern(title=1))["title"] - 0.5


def test_records_of_any_sort_are_weighed_by_comparisons_of_their_own() -> None:
    """Without neighbours all that is not one is of one kind."""
    persons = (
        Comparison("name", ("equal", "alike", "different"), (0.8, 0.15, 0.05), (0.01, 0.04, 0.95)),
        Comparison("born", ("equal", "differ"), (0.9, 0.1), (0.01, 0.99)),
    )
    model = learn({"11": 80, "12": 5, "32": 400, "20": 3}, comparisons=persons)
    assert len(model.kinds) == 1
    assert model.probability("11") > 0.99 > 0.01 > model.probability("32")
    assert set(model.shares("20")) == {"name"}


def test_neighbours_that_one_source_shows_teach_what_says_nothing() -> None:
    """In towers all but the unit is equal: then a pair that differs in it alone is not one home."""
    neighbours = {pattern(numbers=4, street=1, distance=1, price=1, area=1, bedrooms=1): 5_000}
    pairs = {
        pattern(numbers=4, street=1, distance=1, price=1, area=1, bedrooms=1): 500,
        pattern(numbers=1, street=1, distance=1, price=1, area=1, bedrooms=1): 60,
    }
    model = learn(pairs, neighbours)
    same, next_door = reversed(pairs)
    assert model.probability(same) > 0.7
    assert model.probability(next_door) < 0.01


def test_what_agrees_never_speaks_against_one_home() -> None:
    """All flats of a tower are in one street: that theirs is the same is no sign that two are not one."""
    model = learn({pattern(numbers=1, street=2): 100}, {pattern(numbers=4, street=1): 5_000})
    assert model.shares(pattern(street=1))["street"] >= 0


def test_a_unit_that_one_source_repeats_for_its_flats_says_little() -> None:
    """A source that gives its flats the number of the house shows many with equal numbers."""
    alike = pattern(numbers=2, street=1, distance=1)
    certain, doubtful = learn({alike: 20}), learn({alike: 20}, {alike: 2_000})
    assert doubtful.shares(alike)["numbers"] < certain.shares(alike)["numbers"] - 2


def test_what_differs_never_speaks_for_one_home() -> None:
    """The listings of one site have one agent, those of another have another, though the home is the same."""
    model = learn({pattern(numbers=1, phone=2): 100}, {pattern(numbers=4, phone=1): 5_000})
    assert model.shares(pattern(phone=2))["phone"] <= 0


def test_few_pairs_change_little() -> None:
    """Three pairs that happen to differ in price do not make the price say nothing."""
    found = learn({pattern(numbers=1, street=1, price=4, picture=1): 3})
    assert found.shares(pattern(price=4))["price"] < -2


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("MAIN ST", "MAIN STR", "2"),
        ("POWERS DR", "POWERS", "3"),
        ("AV INSURGENTES SUR", "INSURGENTES SUR AV", "2"),
        ("MAIN ST", "OAK AVE", "4"),
    ],
)
def test_streets_agree_by_their_words(left: str, right: str, level: str) -> None:
    assert street_level(left, right) == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("casa en venta en centro", "casa en venta en el centro", "2"),
        ("casa en venta en centro", "venta de casa en centro con patio", "3"),
        ("casa en venta en centro", "oficina amueblada", "4"),
    ],
)
def test_titles_agree_by_their_words(left: str, right: str, level: str) -> None:
    assert title_level(left, right) == level


@pytest.mark.parametrize("comparisons", [COMPARISONS, COMPARISONS[:3]])
def test_a_stored_model_weighs_as_the_one_that_was_learnt(comparisons: tuple[Comparison, ...]) -> None:
    """Whatever order the names have that it was stored under."""
    model = expected(comparisons)
    text = json.dumps(model.document(), sort_keys=True)
    assert Model.of(json.loads(text), comparisons) == model


def test_a_model_of_other_comparisons_is_not_used() -> None:
    assert Model.of(expected(COMPARISONS[:3]).document()) is None
