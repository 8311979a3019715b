"""The fields of a listing by name: those that can be explained, and those that staff may edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config.errors import UsageError
from config.listing import FIELD, Role
from parsing.nearest import nearest

EDITABLE: Final[tuple[str, ...]] = (
    "status",
    *(field.name for field in FIELD.values() if field.role is Role.CONTENT),
)
ASKABLE: Final[tuple[str, ...]] = (
    "property_id",
    "status",
    *(field.name for field in FIELD.values() if field.role is not Role.IDENTITY),
)


def require_field(name: str, among: Sequence[str]) -> None:
    """Raise UsageError for a field that is not one of those; it names the one that was probably meant."""
    if name in among:
        return
    near = nearest(name, among)
    raise UsageError(
        f"{name} is not part of a listing's content" if name in FIELD else f'a listing has no field "{name}"',
        next_step=f"did you mean {near}?" if near else "see docs/fields.md",
    )
