"""One fact read from a page: field, value, where it was found, how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

LEVEL: Final = 20  # what a level of nesting costs against the rank of a name


class Trust(IntEnum):
    """How much a place on the page is believed; a recipe is the user's own word."""

    GUESS = 1  # what an unlabelled or muddled place suggests
    TEXT = 3  # visible text beside a label
    META = 4  # OpenGraph and other meta tags
    MICRODATA = 5
    STATE = 6  # the JSON a page was built from
    JSONLD = 7
    RECIPE = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of one field and its evidence."""

    field: str
    value: Any
    trust: Trust
    where: str
    rank: int = 0  # among facts of one place, the lower is the better


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a structure the reading stands, and how deep."""

    where: str
    trust: Trust
    depth: int = 0

    def at(self, key: object) -> Spot:
        """The same depth, one key on in the path."""
        step = f"[{key}]" if isinstance(key, int) else f".{key}"
        return Spot(self.where + step, self.trust, self.depth)

    def deeper(self, levels: int = 1) -> Spot:
        """The same place, counted as nested further."""
        return Spot(self.where, self.trust, self.depth + levels)

    def fact(self, field: str, value: Any, rank: int = 0) -> Fact:
        """A fact found here; the nearer to the top, the better."""
        return Fact(field, value, self.trust, self.where, rank + LEVEL * self.depth)
