"""How much each agreement is worth: weights of Fellegi and Sunter, learnt from the pairs themselves.

A pair is of one home or not, and nobody has labelled them, but for one kind: two listings that one source
shows together are two homes as a rule, so they tell how alike neighbours are. Of the others expectation
maximisation finds the shares that explain the patterns best. What is expected of each level counts as so many
pairs, so that few pairs change little, and what differs never speaks for one home.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.duplicates.comparisons import COMPARISONS, MISSING

EXPECTED: Final = 200.0
"""As how many pairs the expectation of a comparison counts."""
EXPECTED_SHARE: Final = 0.1
"""The share of pairs that are of one home, before any is seen."""
ROUNDS: Final = 100
SETTLED: Final = 1e-6

Shares = tuple[tuple[float, ...], ...]
Counts = list[list[float]]


@dataclass(frozen=True, slots=True)
class Model:
    """The share of each level among pairs of one home and among others, and that of pairs of one home."""

    share: float
    same: Shares
    other: Shares

    def shares(self, pattern: str) -> dict[str, float]:
        """What each comparison adds to the weight, in bits; one that says nothing is left out."""
        return {name: round(bits, 2) for name, bits in self._bits(pattern)}

    def weight(self, pattern: str) -> float:
        """The match weight in bits: each doubles the odds that two listings are one home."""
        return sum(bits for _, bits in self._bits(pattern))

    def probability(self, pattern: str) -> float:
        """How likely a pair with this pattern is of one home, 0 … 1."""
        odds = math.log2(self.share / (1 - self.share)) + self.weight(pattern)
        return 1 / (1 + 2 ** min(-odds, 1000.0))

    def document(self) -> dict[str, Any]:
        """The model as JSON, as it is stored."""
        comparisons = {
            comparison.name: {
                level: {"same": same[place], "other": other[place]}
                for place, level in enumerate(comparison.levels)
            }
            for comparison, same, other in zip(COMPARISONS, self.same, self.other, strict=True)
        }
        return {"share": self.share, "comparisons": comparisons}

    def _bits(self, pattern: str) -> Iterator[tuple[str, float]]:
        for comparison, same, other, level in zip(COMPARISONS, self.same, self.other, pattern, strict=True):
            if level != MISSING:
                yield comparison.name, math.log2(same[int(level) - 1] / other[int(level) - 1])


def expected() -> Model:
    """The model before any pair is seen."""
    same = tuple(comparison.same for comparison in COMPARISONS)
    return Model(EXPECTED_SHARE, same, tuple(comparison.other for comparison in COMPARISONS))


def learn(patterns: Mapping[str, int], together: Mapping[str, int] | None = None) -> Model:
    """The model that explains best how often each pattern occurs; the same patterns give the same model.

    `together` counts the pairs that one source shows at the same time.
    """
    neighbours = _counted(together or {})
    model = expected()
    for _ in range(ROUNDS):
        better = _maximised(patterns, neighbours, model)
        settled = _moved(model, better) < SETTLED
        model = better
        if settled:
            break
    return model


def _counted(patterns: Mapping[str, int]) -> Counts:
    """How many pairs have each level of each comparison."""
    counts = [[0.0] * len(comparison.levels) for comparison in COMPARISONS]
    for pattern, count in patterns.items():
        for place, level in enumerate(pattern):
            if level != MISSING:
                counts[place][int(level) - 1] += count
    return counts


def _maximised(patterns: Mapping[str, int], neighbours: Counts, model: Model) -> Model:
    """The shares where each pair counts as one home as far as the model says that it is."""
    same = [[EXPECTED * share for share in comparison.same] for comparison in COMPARISONS]
    other = [
        [EXPECTED * share + count for share, count in zip(comparison.other, counts, strict=True)]
        for comparison, counts in zip(COMPARISONS, neighbours, strict=True)
    ]
    homes, pairs = EXPECTED * EXPECTED_SHARE, EXPECTED
    for pattern, count in patterns.items():
        likely = count * model.probability(pattern)
        homes, pairs = homes + likely, pairs + count
        for place, level in enumerate(pattern):
            if level != MISSING:
                same[place][int(level) - 1] += likely
                other[place][int(level) - 1] += count - likely
    shares = tuple(
        comparison.same if comparison.firm else learnt
        for comparison, learnt in zip(COMPARISONS, _normal(same), strict=True)
    )
    return Model(homes / pairs, shares, _not_for(shares, _normal(other)))


def _not_for(same: Shares, other: Shares) -> Shares:
    """The shares among other pairs, where the worst level never speaks for one home.

    Listings of one source have the agent and the words in common: measured by them, a difference would be a
    sign that two are one.
    """
    fair = []
    for of_same, of_other in zip(same, other, strict=True):
        worst = max(of_other[-1], of_same[-1])
        rest = sum(of_other[:-1])
        fair.append((*(share * (1 - worst) / rest for share in of_other[:-1]), worst))
    return tuple(fair)


def _normal(counts: list[list[float]]) -> Shares:
    return tuple(tuple(count / sum(levels) for count in levels) for levels in counts)


def _moved(model: Model, better: Model) -> float:
    """How far the share that moved furthest did."""
    before = [model.share, *(share for levels in model.same + model.other for share in levels)]
    after = [better.share, *(share for levels in better.same + better.other for share in levels)]
    return max(abs(new - old) for new, old in zip(after, before, strict=True))
