"""How right what was found is: precision, recall and F1 of pairs, and thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Pair = tuple[int, int]

THRESHOLDS: Final = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995,
    0.999, 0.9995, 0.9999,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """The probability of each pair that was compared."""

    scores: Mapping[Pair, float]

    def at(self, threshold: float) -> set[Pair]:
        return {pair for pair, probability in self.scores.items() if probability >= threshold}


@dataclass(frozen=True, slots=True)
class Quality:
    """How many of the pairs found are right, how many of those there are were found, and both in one."""

    precision: float
    recall: float
    f1: float


def quality(found: Iterable[object], true: Iterable[object]) -> Quality:
    """Nothing found is precise; where there is nothing to find, all of it is found."""
    found, true = set(found), set(true)
    right = len(found & true)
    precision = right / len(found) if found else 1.0
    recall = right / len(true) if true else 1.0
    return Quality(precision, recall, 2 * right / (len(found) + len(true)) if found or true else 1.0)


def best_threshold(f1_at: Sequence[Callable[[float], float]]) -> float:
    """The threshold with the best sum of F1 over several sets; of equally good ones the highest."""
    return max(
        THRESHOLDS, key=lambda threshold: (round(sum(each(threshold) for each in f1_at), 6), threshold)
    )
