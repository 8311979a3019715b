"""The known name that an unknown one most likely stands for, as the end of a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def meant(name: str, known: Iterable[str]) -> str:
    """; did you mean 'x'? - or the known names."""
    names = list(known)
    near = get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(names)}"
