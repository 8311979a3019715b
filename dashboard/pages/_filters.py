"""What addresses of listings and changes say: amounts, moments, parts of the map, conditions of a search."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from config.errors import UsageError
from dashboard.page import Asked

STATUSES: Final = ("active", "inactive", "removed", "any")
SORTS: Final = ("newest", "cheapest", "dearest")
SIDES: Final = ("south", "west", "north", "east")
_SCALES: Final = {"k": 1_000, "m": 1_000_000}


def wanted_listings(asked: Asked) -> dict[str, Any]:
    """The conditions of a search, as services.reports.find_listings takes them. Raises UsageError."""
    status = asked.one_of("status", STATUSES) or "active"
    given = {
        "words": asked.text("q"),
        "place": asked.text("place"),
        "property_type": asked.text("type"),
        "operation_type": asked.one_of("operation", ("sale", "rent")),
        "source": asked.text("source"),
        "currency": asked.text("currency"),
        "price_min": amount(asked, "min"),
        "price_max": amount(asked, "max"),
        "bedrooms_min": asked.number("bedrooms", 0, most=1_000) or None,
        "status": None if status == "any" else status,
        "sort": asked.one_of("sort", SORTS) or "newest",
        **(sides(asked) or {}),
    }
    return {name: value for name, value in given.items() if value is not None}


def amount(asked: Asked, name: str) -> str | None:
    """A number as people type it, 1200000, 1,200,000.50, 1.2m or 300k, as the database takes it."""
    text = asked.text(name)
    if text is None:
        return None
    typed = text.lower().replace(",", "").replace(" ", "")
    scale = _SCALES.get(typed[-1:], 1)
    try:
        number = Decimal(typed.rstrip("km") if scale > 1 else typed) * scale
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not 0 <= number < 10**15:
        raise UsageError(f'"{text}" is not an amount', next_step="write it as 1200000, 1.2m or 300k")
    return format(number, "f")


def moment(asked: Asked, name: str) -> datetime | None:
    """A moment as a form or a link of ours has it; without a zone it is UTC. Raises UsageError."""
    text = asked.text(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f'"{text}" is not a time', next_step="write it as 2026-11-03 or 2026-11-03T18:00"
        ) from None


def sides(asked: Asked) -> dict[str, float] | None:
    """The part of the map that is asked for, in degrees; None where no side is given. Raises UsageError."""
    given = {side: asked.text(side) for side in SIDES}
    if not any(given.values()):
        return None
    found = {}
    for side, text in given.items():
        most = 90 if side in ("south", "north") else 180
        try:
            number = float(text or "")
        except ValueError:
            number = most + 1
        if not -most <= number <= most:
            raise UsageError(
                f"{side} is not a number of degrees from -{most} to {most}",
                next_step="a part of the map has four sides: south, west, north and east",
            )
        found[side] = number
    if found["south"] > found["north"]:
        raise UsageError("the south of the part lies north of its north", next_step="exchange them")
    return found
