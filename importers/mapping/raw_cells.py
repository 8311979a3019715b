"""Which cells of a raw row a field was read from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError

from importers.mapping.headers import Headers
from importers.mapping.model import Mapping
from importers.mapping.paths import ABSENT, getter

_ALSO_SAID_BY: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("currency", "price_period", "price_max", "price_is_from", "price_note"), ("price",)),
    **dict.fromkeys(("latitude", "longitude"), ("gps_coordinates",)),
    "half_bathrooms": ("bathrooms",),
    "offers": ("price",),
    "title": ("property_type", "address", "neighborhood", "city"),
}
"""Fields that can be read out of another field's cell, where they have none of their own."""


def cells_read(field: str, raw: Any, mapping: dict[str, Any] | None) -> dict[str, Any]:
    """The cells, by the row's own names; none where the value came from elsewhere (a default, the source)."""
    if not isinstance(raw, dict):
        return {}
    read = _reader(raw, mapping)
    own = read(field)
    if own:
        return own
    found: dict[str, Any] = {}
    for other in _ALSO_SAID_BY.get(field, ()):
        found |= read(other)
    return found


def _reader(raw: dict[str, Any], mapping: dict[str, Any] | None) -> Callable[[str], dict[str, Any]]:
    """What finds a field's own cells: by the mapping, or by name where rows were read without one."""
    parsed = _parsed(mapping)
    if parsed is None:
        return lambda field: {field: raw[field]} if field in raw else {}
    headers = Headers(list(raw), loosely=parsed.match == "loose")

    def read(field: str) -> dict[str, Any]:
        names = parsed.fields[field].names() if field in parsed.fields else ()
        cells = {name: getter(headers.resolved(name))(raw) for name in names}
        return {name: cell for name, cell in cells.items() if cell is not ABSENT}

    return read


def _parsed(mapping: dict[str, Any] | None) -> Mapping | None:
    """The mapping as it was then; one that this program can no longer read counts as none."""
    try:
        return None if mapping is None else Mapping.model_validate(mapping)
    except ValidationError:
        return None
