"""A value with an issue beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Note:
    """A value and what was noticed about its cell: blank, repaired, clipped or derived."""

    value: Any
    kind: str
    why: str


BLANK: Final = Note(None, "blank", "blank")
