"""A name nobody knows, with the nearest known one."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process

_NEAR = 60


class UnknownName(ValueError):
    """A key, field, parse or mapping name that does not exist."""

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        near = nearest(name, known)
        hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(known)}"
        super().__init__(f"unknown {what} {name!r}{hint}")


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name a mistyped one most likely meant."""
    found = process.extractOne(
        name, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR
    )
    return None if found is None else str(found[0])
