"""The fields of a listing by name: those that can be asked about, and those that staff may set."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from config.errors import UsageError
from config.listing import FIELD, Role

EDITABLE: Final[tuple[str, ...]] = (
    "status",
    *(field.name for field in FIELD.values() if field.role is Role.CONTENT),
)
ASKABLE: Final[tuple[str, ...]] = (
    "status",
    *(field.name for field in FIELD.values() if field.role is not Role.IDENTITY),
)


def require_field(name: str, among: Sequence[str]) -> None:
    """Refuse a field that is none of those, with the one that was probably meant."""
    if name in among:
        return
    alike = get_close_matches(name, among, 1)
    raise UsageError(
        f"{name} is no part of a listing's content" if name in FIELD else f'a listing has no field "{name}"',
        next_step=f"did you mean {alike[0]}?" if alike else "see docs/fields.md",
    )
