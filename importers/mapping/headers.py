"""The columns a file has, against those a mapping names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from importers.mapping.paths import steps_of
from parsing.text import LONGEST_VALUE, plain

_LOOSE: Final = re.compile(r"[\s_./()\[\]-]+")


def loose(header: str) -> str:
    """A header without case, accents, blanks, underscores, points and brackets."""
    return _LOOSE.sub("", plain(header[:LONGEST_VALUE]))


class Headers:
    """Finds the column of a file that a reference means."""

    def __init__(self, columns: Sequence[str], *, loosely: bool) -> None:
        self._exact = dict.fromkeys(columns)
        self._loose: dict[str, str] = {}
        if loosely:
            for column in columns:
                self._loose.setdefault(loose(column), column)

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def column(self, reference: str) -> str | None:
        """The column it reads from, None where the file has none."""
        if reference in self._exact:
            return reference
        steps = steps_of(reference)
        if len(steps) > 1 and steps[0] in self._exact:
            return steps[0]
        return self._loose.get(loose(reference))

    def resolved(self, reference: str) -> str:
        """The reference as the file spells it: only a loose match changes it."""
        if reference in self._exact or len(steps_of(reference)) > 1:
            return reference
        return self._loose.get(loose(reference), reference)
