"""How much each agreement is worth: weights of Fellegi and Sunter, learnt from the pairs themselves.

A pair is of one home or not, and nobody has labelled them, but for one kind: two listings that one source
shows together are two homes as a rule. Pairs that are not of one home are of two kinds: neighbours, that
agree in street, pin and size and differ in what tells them apart, and any others. Expectation maximisation
finds the shares of these three that explain the patterns best. What is expected of each level counts as so
many pairs, so that few pairs change little; what agrees never speaks against one home, what differs never
for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.duplicates.comparisons import COMPARISONS, MISSING, Comparison

EXPECTED: Final = 200.0
"""As how many pairs the expectation of a comparison counts."""
EXPECTED_SHARE: Final = 0.1
"""The share of pairs that are of one home, before any is seen."""
ROUNDS: Final = 100
SETTLED: Final = 1e-6

_KINDS: Final = ("near", "other")
"""The kinds of pairs that are not of one home: neighbours, where comparisons know any, and the others."""

Shares = tuple[tuple[float, ...], ...]
Counts = list[list[float]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pairs that are not of one home: its share of those, and that of each level among them."""

    share: float
    levels: Shares


@dataclass(frozen=True, slots=True)
class Model:
    """The share of pairs of one home, that of each level among them, and the kinds of all others."""

    share: float
    same: Shares
    kinds: tuple[Kind, ...]
    comparisons: tuple[Comparison, ...] = COMPARISONS

    def shares(self, pattern: str) -> dict[str, float]:
        """What each comparison adds to the weight, in bits; one that says nothing is left out."""
        return {name: round(bits, 2) for name, bits in self._bits(pattern)}

    def weight(self, pattern: str) -> float:
        """The match weight in bits, against the kinds of other pairs that it may be mistaken for.

        Each bit doubles the odds that two listings are one home.
        """
        return sum(bits for _, bits in self._bits(pattern))

    def probability(self, pattern: str) -> float:
        """How likely a pair with this pattern is of one home, 0 … 1."""
        same, *kinds = self.likelihoods(pattern)
        return same / (same + sum(kinds))

    def likelihoods(self, pattern: str) -> list[float]:
        """How likely a pair is of one home and has this pattern; the same of each kind of others."""
        rest = 1 - self.share
        return [
            self.share * _product(self.same, pattern),
            *(rest * kind.share * _product(kind.levels, pattern) for kind in self.kinds),
        ]

    @classmethod
    def of(
        cls, document: Mapping[str, Any], comparisons: tuple[Comparison, ...] = COMPARISONS
    ) -> Model | None:
        """The model that was stored so; None where it is of other comparisons."""
        stored = document["comparisons"]
        if {name: set(levels) for name, levels in stored.items()} != {
            comparison.name: set(comparison.levels) for comparison in comparisons
        }:
            return None
        kinds = {name: document["kinds"][name] for name in _KINDS if name in document["kinds"]}
        same, *others = (
            tuple(
                tuple(stored[comparison.name][level][name] for level in comparison.levels)
                for comparison in comparisons
            )
            for name in ("same", *kinds)
        )
        return cls(document["share"], same, tuple(map(Kind, kinds.values(), others)), comparisons)

    def document(self) -> dict[str, Any]:
        """The model as JSON, as it is stored."""
        names = ("same", *_KINDS[-len(self.kinds) :])
        levels = (self.same, *(kind.levels for kind in self.kinds))
        comparisons = {
            comparison.name: {
                level: {name: shares[number][place] for name, shares in zip(names, levels, strict=True)}
                for place, level in enumerate(comparison.levels)
            }
            for number, comparison in enumerate(self.comparisons)
        }
        kinds = {name: kind.share for name, kind in zip(names[1:], self.kinds, strict=True)}
        return {"share": self.share, "kinds": kinds, "comparisons": comparisons}

    def _bits(self, pattern: str) -> Iterator[tuple[str, float]]:
        _, *likely = self.likelihoods(pattern)
        parts = [each / sum(likely) for each in likely]
        for place, (comparison, level) in enumerate(zip(self.comparisons, pattern, strict=True)):
            if level != MISSING:
                at = int(level) - 1
                of_same = self.same[place][at]
                yield (
                    comparison.name,
                    sum(
                        part * math.log2(of_same / kind.levels[place][at])
                        for part, kind in zip(parts, self.kinds, strict=True)
                    ),
                )


def expected(comparisons: tuple[Comparison, ...] = COMPARISONS) -> Model:
    """The model before any pair is seen; with neighbours where each comparison says how alike they are."""
    same = tuple(comparison.same for comparison in comparisons)
    kinds = [tuple(comparison.other for comparison in comparisons)]
    near = tuple(comparison.near for comparison in comparisons if comparison.near)
    if len(near) == len(comparisons):
        kinds.insert(0, near)
    return Model(EXPECTED_SHARE, same, tuple(Kind(1 / len(kinds), each) for each in kinds), comparisons)


def learn(
    patterns: Mapping[str, int],
    together: Mapping[str, int] | None = None,
    comparisons: tuple[Comparison, ...] = COMPARISONS,
) -> Model:
    """The model that explains best how often each pattern occurs; the same patterns give the same model.

    `together` counts the pairs that one source shows at the same time. A pattern has a character for each of
    `comparisons`, in their order.
    """
    first = model = expected(comparisons)
    unknown = _Counted(patterns, comparisons, known=False)
    known = _Counted(together or {}, comparisons, known=True)
    for _ in range(ROUNDS):
        better = _maximised(unknown, known, model, first)
        settled = _moved(model, better) < SETTLED
        model = better
        if settled:
            break
    return model


class _Counted:
    """Pairs by what they agree in, as it is counted round after round.

    A pattern is cut into two halves: there are few of each, so that little is multiplied and added a pattern.
    """

    def __init__(
        self, patterns: Mapping[str, int], comparisons: Sequence[Comparison], *, known: bool
    ) -> None:
        self._comparisons = comparisons
        self._known = known
        middle = len(comparisons) // 2
        self._halves = (_Half(0, middle), _Half(middle, len(comparisons)))
        left, right = self._halves
        self._pairs = [
            (left.place_of(pattern), right.place_of(pattern), count) for pattern, count in patterns.items()
        ]

    def add_to(self, tallies: Sequence[_Tally], shares: Sequence[float], levels: Sequence[Shares]) -> None:
        """Count each pair to each kind as far as it is of it: `shares` of all, `levels` of each."""
        left, right = ([half.products(each) for each in levels] for half in self._halves)
        lefts, rights = ([[0.0] * len(half.texts) for _ in levels] for half in self._halves)
        kinds = list(zip(shares, left, right, lefts, rights, strict=True))
        for head, tail, count in self._pairs:
            likely = [share * heads[head] * tails[tail] for share, heads, tails, _, _ in kinds]
            each = count / sum(likely)
            for part, (_, _, _, heads, tails) in zip(likely, kinds, strict=True):
                heads[head] += each * part
                tails[tail] += each * part
        for tally, heads, tails in zip(tallies, lefts, rights, strict=True):
            tally.pairs += sum(heads)
            for half, counts in zip(self._halves, (heads, tails), strict=True):
                self._add(tally, half, counts)

    def _add(self, tally: _Tally, half: _Half, counts: Sequence[float]) -> None:
        """What is firm is only learnt from pairs of which it is known what they are."""
        for text, count in zip(half.texts, counts, strict=True):
            for place, level in enumerate(text, half.first):
                if level != MISSING and (self._known or not self._comparisons[place].firm):
                    tally.levels[place][int(level) - 1] += count


class _Half:
    """The comparisons from `first` up to `end`, and what patterns say of these."""

    def __init__(self, first: int, end: int) -> None:
        self.first = first
        self._end = end
        self.texts: dict[str, int] = {}

    def place_of(self, pattern: str) -> int:
        return self.texts.setdefault(pattern[self.first : self._end], len(self.texts))

    def products(self, levels: Shares) -> list[float]:
        """How likely each text is among pairs with these shares."""
        return [_product(levels[self.first : self._end], text) for text in self.texts]


class _Tally:
    """Pairs of one kind, as far as they are of it: how many, and how many have each level."""

    def __init__(self, expected_pairs: float, levels: Shares) -> None:
        self.pairs = expected_pairs
        self.levels = [[EXPECTED * share for share in each] for each in levels]

    def shares(self) -> Shares:
        """The share of each level."""
        return tuple(tuple(count / sum(levels) for count in levels) for levels in self.levels)


def _maximised(patterns: _Counted, together: _Counted, model: Model, first: Model) -> Model:
    """The shares where each pair counts to each kind as far as the model says that it is of it."""
    same = _Tally(EXPECTED * EXPECTED_SHARE, first.same)
    kinds = [_Tally(EXPECTED * (1 - EXPECTED_SHARE) * kind.share, kind.levels) for kind in first.kinds]
    others = [(1 - model.share) * kind.share for kind in model.kinds]
    levels = [kind.levels for kind in model.kinds]
    patterns.add_to([same, *kinds], [model.share, *others], [model.same, *levels])
    rest = sum(tally.pairs for tally in kinds)
    parts = [tally.pairs / rest for tally in kinds]
    together.add_to(kinds, others, levels)
    of_same = same.shares()
    learnt = tuple(
        Kind(part, _fair(of_same, tally.shares())) for part, tally in zip(parts, kinds, strict=True)
    )
    return Model(same.pairs / (same.pairs + rest), of_same, learnt, model.comparisons)


def _fair(same: Shares, other: Shares) -> Shares:
    """The shares among other pairs: the best level never speaks against one home, the worst never for it.

    Listings of one source have the agent and the words in common, and neighbours the street: measured by
    them, a difference would be a sign that two are one.
    """
    fair: list[tuple[float, ...]] = []
    for of_same, of_other in zip(same, other, strict=True):
        best, worst = min(of_other[0], of_same[0]), max(of_other[-1], of_same[-1])
        between, left = sum(of_other[1:-1]), 1 - best - worst
        if not between:
            fair.append((best, 1 - best))
        else:
            fair.append((best, *(share * left / between for share in of_other[1:-1]), worst))
    return tuple(fair)


def _product(levels: Shares, pattern: str) -> float:
    product = 1.0
    for shares, level in zip(levels, pattern, strict=True):
        if level != MISSING:
            product *= shares[int(level) - 1]
    return product


def _moved(model: Model, better: Model) -> float:
    """How far the share that moved furthest did."""
    return max(abs(new - old) for new, old in zip(_all_shares(better), _all_shares(model), strict=True))


def _all_shares(model: Model) -> list[float]:
    levels = [*model.same, *(shares for kind in model.kinds for shares in kind.levels)]
    return [model.share, *(kind.share for kind in model.kinds), *(share for each in levels for share in each)]
