"""What labelled records are compared by: a declaration that our model and Splink are both made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from services.duplicates.comparisons import Comparison, text_level

Kind = Literal["name", "text", "code", "word"]
Pair = tuple[int, int]

_TEXTS: Final = ("equal", "nearly equal", "alike", "different")
_WORDS: Final = ("equal", "differ")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record and how it is compared: names, texts and codes by likeness, words exactly."""

    name: str
    kind: Kind

    def comparison(self) -> Comparison:
        """With the shares that are expected of any record, before any pair is seen."""
        if self.kind == "word":
            return Comparison(self.name, _WORDS, (0.85, 0.15), (0.10, 0.90))
        return Comparison(self.name, _TEXTS, (0.70, 0.15, 0.10, 0.05), (0.05, 0.02, 0.08, 0.85))


@dataclass(frozen=True, slots=True)
class Record:
    """Values by the name of their field, and the true entity; `side` is the file where two are linked."""

    entity: str
    side: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records whose entities are known, what they are compared by and which are compared.

    Records are compared that are equal in all fields of one of `cells`. Where `linked`, a file holds each
    entity once at most, so only records of two files are compared.
    """

    name: str
    records: Sequence[Record]
    fields: tuple[Field, ...]
    cells: tuple[tuple[str, ...], ...]
    linked: bool = False

    def columns(self) -> list[str]:
        """The values of a record in their order: those compared, then those that only make cells."""
        compared = [field.name for field in self.fields]
        return compared + sorted({name for cell in self.cells for name in cell} - set(compared))

    def true_pairs(self) -> set[Pair]:
        return grouped_pairs([record.entity for record in self.records])


def grouped_pairs(groups: Iterable[object]) -> set[Pair]:
    """The pairs of places that are of one group."""
    places: dict[object, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    return {pair for each in places.values() for pair in combinations(each, 2)}


def level_of(kind: Kind) -> Callable[[str, str], str]:
    """How two texts of a kind agree that are not equal."""
    if kind == "word":
        raise ValueError("words are equal or not")
    return lambda left, right: text_level(left, right, nearly=85, alike=65)
