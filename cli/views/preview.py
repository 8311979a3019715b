"""A preview of a plan: the first listings as they would be live, and what was read, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from cli.charts import bar, can_draw, compact, spread
from cli.encoding import readable
from cli.render import table
from cli.text import counted, red, shown
from cli.views.sync import sync_lines, unread_lines

if TYPE_CHECKING:
    from database.handle import Database
    from services.reports.previews import (
        Distribution,
        FieldPreview,
        Origin,
        Outlier,
        Place,
        Places,
        Preview,
        PreviewListing,
        PreviewValue,
    )
    from services.results import SyncResult, UnreadField

_VALUE: Final = 60
_EXAMPLE: Final = 20
_CELL: Final = 40
_CHART: Final = 48
_BAR: Final = 24
_NAME: Final = 24
_GROUPS: Final = 12
"""Distributions that are printed; --json has them all."""
_ACTIONS: Final = {
    "create": "new", "update": "updated", "reactivate": "back on the market", "none": "unchanged",
}  # fmt: skip
_ORDINARY: Final = frozenset(("blank",))


async def preview_of(database: Database, sync: SyncResult | None, *, listings: int) -> Preview | None:
    """The preview of the plan that a sync saved; None without a plan, or where no listings are asked for."""
    from services.reports.previews import preview_plan

    if sync is None or sync.plan_id is None or not listings:
        return None
    return await preview_plan(database, sync.plan_id, listings=listings)


def preview_document(preview: Preview | None) -> dict[str, Any]:
    """What --json has of it beside what else it prints."""
    return {} if preview is None else {"preview": asdict(preview)}


def planned_lines(result: SyncResult, preview: Preview | None) -> Iterator[object]:
    """One sync as a person reads it; after a dry run what was read, doubts first, what to do next last."""
    if preview is None:
        yield from sync_lines(result)
        return
    yield from unread_lines(result.unread)
    yield from preview_lines(preview, result.unread)
    said = {field.sentence for field in result.unread}
    warnings = tuple(warning for warning in result.warnings if warning not in said)
    yield from sync_lines(replace(result, warnings=warnings))


def preview_lines(preview: Preview, unread: Sequence[UnreadField]) -> Iterator[object]:
    """Sentences, tables and charts of at most 80 columns."""
    for listing in preview.listings:
        yield _listing(listing)
    if rows := list(_fields(preview.fields, unread)):
        columns = ["field", "filled", "not read", "example", "min, median, max"]
        yield table(columns, rows, title="What was read")
    for distribution in preview.distributions[:_GROUPS]:
        yield from _distribution(distribution)
    for places in preview.places:
        yield from _places(places)


def _listing(listing: PreviewListing) -> object:
    where = f"line {listing.line}" if listing.line is not None else listing.url
    action = _ACTIONS.get(listing.action, listing.action)
    rows = [_value(value) for value in listing.values if _is_content(value.field)]
    title = ", ".join(filter(None, (action, where)))
    return table(["field", "as it would be live", "read from"], rows, title=f"{listing.property_id}: {title}")


def _is_content(field: str) -> bool:
    """Whether it says something of the home, and not of where the row came from; --json has all."""
    from config.listing import FIELD, Role

    return field not in FIELD or FIELD[field].role is Role.CONTENT


def _value(value: PreviewValue) -> tuple[str, str, str]:
    from config.text import format_value
    from services.history.lineage import format_issue

    noted = [format_issue(issue) for issue in value.issues if issue["kind"] not in _ORDINARY]
    shown = format_value(value.value, longest=_VALUE)
    if value.is_doubtful:
        read = _read_from(value.origin, value.field)
        return f"? {value.field}", shown, "; ".join([*([read] if read else []), *noted])
    if value.kept and not noted:
        return value.field, shown, "not in the row: live keeps it"
    read = _read_from(value.origin, value.field) or ("" if noted else "a default, or the source")
    return value.field, shown, "; ".join(filter(None, (read, *noted)))


def _read_from(origin: Origin, field: str) -> str:
    """The columns, or the place on the page, and the texts of the cells."""
    from config.text import shorten
    from services.history.lineage import format_cell

    cells = {name: shorten(format_cell(cell), _CELL) for name, cell in origin.cells.items()}
    if origin.where is not None:
        return " ".join([origin.where, *cells.values()])
    return ", ".join(text if name == field else f"{name} {text}" for name, text in cells.items())


def _fields(fields: Sequence[FieldPreview], unread: Sequence[UnreadField]) -> Iterator[tuple[object, ...]]:
    """A row a field, those first of which no cell at all could be read."""
    doubts = {each.field: each.unreadable + each.doubtful + each.missing for each in unread}
    filled = {field.field for field in fields}
    yield from ((name, 0, count, None, "") for name, count in doubts.items() if name not in filled)
    yield from (_field(field, doubts.get(field.field)) for field in fields if _is_content(field.field))


def _field(field: FieldPreview, doubts: int | None) -> tuple[object, ...]:
    from config.text import format_value

    numbers = (field.smallest, field.middle, field.largest)
    spread_of = ", ".join(compact(number) for number in numbers if number is not None)
    return field.field, field.filled, doubts or "", format_value(field.example, longest=_EXAMPLE), spread_of


def _distribution(found: Distribution) -> Iterator[str]:
    head = f"{_name(found)}: {counted(found.listings, 'listing')}, median {_number(found, found.middle)}"
    far = f"; {found.outlier_count:,} far off" if found.outlier_count else ""
    yield f"{head}{far}"
    chart = spread(found.bins, _CHART, plain=not can_draw())
    yield f"  {_number(found, found.smallest)} {chart} {_number(found, found.largest)}"
    yield from (red(f"  ! {_outlier(found, outlier)}") for outlier in found.outliers)


def _name(found: Distribution) -> str:
    """ "price, rent MXN a month"; an area or a degree by its field."""
    period = f"a {found.period}" if found.period else None
    details = " ".join(filter(None, (found.operation, found.currency, period)))
    return f"{found.measure}, {details}" if details else found.measure


def _number(found: Distribution, number: float) -> str:
    return f"{number:.2f}°" if found.is_of_degrees else compact(number)


def _outlier(found: Distribution, outlier: Outlier) -> str:
    from config.text import format_value

    value = f"{outlier.value:.4f}°" if found.is_of_degrees else format_value(float(outlier.value))
    because = _because(outlier.origin, found.measure)
    return f"{outlier.property_id}: {value}{_times(found, outlier.value)}{because}"


def _times(found: Distribution, value: float) -> str:
    """How far it is from the median: " is 1,000 × the median"."""
    if found.is_of_degrees or not found.middle or not value:
        return ""
    times = value / found.middle
    return f" is {times:,.0f} × the median" if times > 1 else f" is 1/{1 / times:,.0f} of the median"


def _because(origin: Origin, field: str) -> str:
    read = _read_from(origin, field)
    line = f" (line {origin.line})" if origin.line is not None else ""
    return f" ← {read}{line}" if read else line


def _places(found: Places) -> Iterator[str]:
    named = counted(found.different, found.field) if found.field == "state" else _cities(found.different)
    yield f"{found.field}: {named} in {counted(found.listings, 'listing')}"
    names = [_padded(place.name, found.shown) for place in found.shown]
    most = max(place.listings for place in found.shown)
    width = len(f"{most:,}")
    for name, place in zip(names, found.shown, strict=True):
        drawn = bar(place.listings, most, _BAR, plain=not can_draw()).ljust(_BAR)
        line = f"  {name} {place.listings:>{width},} {drawn}".rstrip()
        yield red(f"{line}  ! {_rare(found, place)}") if place.rare else line


def _cities(number: int) -> str:
    return f"{number:,} {'city' if number == 1 else 'cities'}"


def _padded(name: str, beside: Sequence[Place]) -> str:
    """The name, cut and filled to the width of the longest beside it."""
    from rich.cells import cell_len, set_cell_size

    widest = max(cell_len(_printed(place.name)) for place in beside)
    return set_cell_size(_printed(name), min(_NAME, widest))


def _printed(name: str) -> str:
    return readable(shown(name))


def _rare(found: Places, place: Place) -> str:
    return f"rare: {place.property_id}{_because(place.origin, found.field)}"
