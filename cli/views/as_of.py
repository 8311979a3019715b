"""The catalogue, or one listing, as it stood at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted
from config.text import format_time, format_value

if TYPE_CHECKING:
    from services.history.as_of import ListingsThen, ListingThen

_COLUMNS: Final = ("source", "property_id", "status", "title", "price", "currency", "city")


def render_listings_then(found: ListingsThen) -> Result:
    """The first listings, and how many there were."""
    return Result(found, list(_listings(found)), as_stored=True)


def render_listing_then(found: ListingThen) -> Result:
    """Every field that a listing had."""
    return Result(found, list(_listing(found)), as_stored=True)


def no_listings() -> list[str]:
    """What is said of an empty catalogue."""
    return ["There are no listings yet.", next_line("scrape --url URL, or import --file FILE")]


def _listings(found: ListingsThen) -> Iterator[object]:
    if found.total:
        rows = [[listing[name] for name in _COLUMNS] for listing in found.listings]
        part = "" if len(rows) == found.total else f", the first {len(rows)}"
        title = f"{counted(found.total, 'listing')} as of {format_time(found.at)}{part}"
        yield table(_COLUMNS, rows, title=title)
    elif found.history_begins is None:
        yield from no_listings()
    else:
        first = format_time(found.history_begins)
        yield f"Nothing was known at {format_time(found.at)}: the first change is of {first}."


def _listing(one: ListingThen) -> Iterator[object]:
    name, asked = f"{one.source} {one.property_id}", format_time(one.at)
    if one.listing is None:
        yield f"{name} was not yet known at {asked}; first known at {format_time(one.first_known)}."
        return
    hidden = ("id", "source", "property_id")
    rows = [(field, format_value(value)) for field, value in one.listing.items() if field not in hidden]
    yield table(["field", "value"], rows, title=f"{name} as of {asked}")
