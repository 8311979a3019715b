"""A cell that each field can hold."""

from __future__ import annotations

from typing import Any, Final

from config.listing import FIELD

_BY_KIND: Final[dict[str, Any]] = {
    "integer": "3", "area": "120 m²", "price": "$1,250,000", "amount": "1200.5", "date": "2026-02-01",
    "timestamp": "2026-02-01T10:00:00Z", "boolean": True, "latitude": "52.671", "longitude": "-0.727",
    "url": "https://x.example/a", "urls": ["https://x.example/a.jpg"], "list": ["pool"], "json": ["pool"],
    "operation": "sale", "currency": "GBP", "period": "month", "phone": "+44 1572 000111",
    "email": "ada@finch.example", "standard_status": "Active",
}  # fmt: skip
_OWN: Final = {
    "gps_coordinates": "52.671, -0.727",
    "construction_year": "1962", "property_id": "4711001", "postal_code": "LE15 6AA",
}  # fmt: skip


def a_cell(field: str) -> Any:
    """A cell that the field's reader reads without an issue."""
    return _OWN.get(field, _BY_KIND.get(FIELD[field].read, "Rosewood"))
