"""The homes of a session: shown more than once, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.text import counted
from cli.views.quality.page import Cell, Code, Link, Meter, Section, Table
from config.text import format_value

if TYPE_CHECKING:
    from services.reports.quality import QualityReport


def duplicates(report: QualityReport) -> Section:
    """Homes shown more than once, and merges to decide."""
    found = report.duplicates
    if found is None or found.searched_at is None:
        return Section("duplicates", "Duplicates")
    rows: list[Sequence[Cell]] = [
        (
            *(_listing(each.left_side), _listing(each.right_side), Meter(each.probability)),
            ", ".join(f"{said.comparison}: {said.says}" for said in each.speaks_for[:3]) or None,
            each.vetoed,
        )
        for each in found.suggested
    ]
    lines = [
        f"{found.further:,} of {counted(found.listings, 'active listing')} of {report.source} "
        f"{'is a further one' if found.further == 1 else 'are further ones'} of a home; "
        f"{counted(found.waiting, 'pair')} {'waits' if found.waiting == 1 else 'wait'} for a person."
    ]
    title = _title("Suggested merges", found.waiting, len(rows))
    columns = ("listing", "other", "likely", "what says so", "why a person decides")
    return Section(
        "duplicates",
        "Duplicates",
        lines,
        [Table(title, columns, rows)] if rows else [],
        ["duplicates list"] if rows else [],
    )


def _listing(side: dict[str, Any]) -> str:
    return f"{side['source']}/{side['property_id']}"


def places(report: QualityReport) -> Section:
    """Where the listings are."""
    places = report.places
    if not places.rows:
        return Section("places", "Places")
    most = max((each.rows for each in places.cities), default=0)
    cities: list[Sequence[Cell]] = [
        (each.name, each.rows, Meter(each.rows / places.rows)) for each in places.cities
    ]
    areas: list[Sequence[Cell]] = [
        (each.name, each.city, each.rows, Meter(each.rows / places.rows)) for each in places.neighborhoods
    ]
    lines = [
        f"{places.placed:,} of {counted(places.rows, 'usable row')} have coordinates; "
        f"{places.swapped:,} swapped, {places.mirrored:,} with a wrong sign, {places.zero:,} at 0, 0, "
        f"{places.outside:,} elsewhere outside the usual region."
    ]
    if places.region is None:
        lines.append("What lies outside the usual region is not assessed: fewer than 20 places are known.")
    if places.without_city:
        lines.append(f"{counted(places.without_city, 'row')} without a city.")
    tables = []
    if most:
        title = _title("Cities", places.cities_in_all, len(cities))
        tables.append(Table(title, ("city", "rows", "share"), cities))
    if areas:
        title = _title("Neighbourhoods", places.neighborhoods_in_all, len(areas))
        tables.append(Table(title, ("neighbourhood", "city", "rows", "share"), areas))
    faults: list[Sequence[Cell]] = [
        (
            *(each.property_id or f"row {each.row_no}", each.kind, each.city),
            Code(" · ".join(format_value(cell) for cell in each.raw.values()) or "–"),
            Link(each.url) if each.url else None if each.line is None else f"line {each.line}",
        )
        for each in places.examples
    ]
    if faults:
        tables.append(Table("Doubtful places", ("id", "place", "city", "the source wrote", "where"), faults))
    return Section("places", "Places", lines, tables, places=places)


def _title(name: str, in_all: int, shown: int) -> str:
    return name if in_all <= shown else f"{name}: the first {shown} of {in_all:,}"
