"""Listings that were searched for."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from cli.program import command
from cli.render import Result, table
from cli.text import counted

if TYPE_CHECKING:
    from services.reports.search import Found, Wanted

_COLUMNS: Final = ("source", "id", "status", "title", "type", "city", "price", "", "beds", "m²")
_OPTIONS: Final = {
    "type": "--type",
    "price_min": "--min-price",
    "price_max": "--max-price",
    "bedrooms_min": "--bedrooms",
    "area_min": "--min-area",
}
"""A condition → its option, where the two differ in name."""


def render_found(found: Found, wanted: Wanted, *, limit: int) -> Result:
    """A page of listings, how many there are in all, and how to get the next page."""
    page = found.listings[:limit]
    after = f"{page[-1].source}/{page[-1].property_id}" if len(found.listings) > limit else None
    document = {"total": found.total, "listings": page, "after": after}
    if not page:
        return Result(document, ["No listing matches."], as_stored=True)
    rows = [
        (
            *(each.source, each.property_id, each.status, each.title, each.property_type, each.city),
            *(each.price, each.currency, each.bedrooms, each.covered_area_m2 or each.total_area_m2),
        )
        for each in page
    ]
    part = "" if len(page) == found.total else f", {len(page):,} of them here"
    text: list[object] = [table(_COLUMNS, rows, title=f"{counted(found.total, 'listing')}{part}")]
    if after is not None:
        conditions = [
            word
            for name, value in wanted.document().items()
            for word in (_OPTIONS.get(name, f"--{name}"), str(value))
        ]
        text.append(f"… more: {command(shlex.join(['search', *conditions, '--after', after]))}")
    return Result(document, text, as_stored=True)
