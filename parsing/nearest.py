"""The known name that an unknown one most likely stands for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rapidfuzz import fuzz, process

_LEAST_LIKENESS: Final = 60  # of 100


class UnknownName(ValueError):
    """A key, field, parse or mapping name that does not exist."""

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        self.name = name
        near = nearest(name, known)
        hint = f"; did you mean {near!r}?" if near else f"; known are {', '.join(known)}"
        super().__init__(f"unknown {what} {name!r}{hint}")


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name most like `name`, upper and lower case being the same; None if none is much like it."""
    found = process.extractOne(
        name, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_LEAST_LIKENESS
    )
    return None if found is None else str(found[0])
