"""A preview of a plan: the first listings as they would be live, and what was read, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from cli.charts import bar, can_draw, compact, spread
from cli.render import console, table
from cli.text import counted, red
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
        SetAside,
    )
    from services.results import Reason, SyncResult, UnreadField

_EXAMPLE: Final = 20
_CHART: Final = 48
_BAR: Final = 24
_NAME: Final = 24
_GROUPS: Final = 12
"""Distributions that are printed; --json has them all."""


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
    reasons = tuple(_shorter(reason, result.unread) for reason in result.reasons)
    yield from sync_lines(replace(result, warnings=warnings, reasons=reasons))


def _shorter(reason: Reason, unread: Sequence[UnreadField]) -> Reason:
    """The reason without the cells that stand above already."""
    for field in unread:
        if reason.sentence.startswith(field.sentence):
            rest = reason.sentence.removeprefix(field.sentence)
            return replace(reason, sentence=f"{field.field}: most of its cells are unread, see above{rest}")
    return reason


def preview_lines(preview: Preview, unread: Sequence[UnreadField]) -> Iterator[object]:
    """Sentences, tables and charts: no line is longer than the terminal, but for what is doubtful."""
    from cli.views.previewed import listing_lines

    yield from _set_aside(preview.set_aside)
    for listing in preview.listings:
        yield ""
        yield from listing_lines(listing, console().width)
    if preview.listings:
        yield ""
    if rows := list(_fields(preview.fields, unread)):
        columns = ["field", "filled", "not read", "example", "min, median, max"]
        yield table(columns, rows, title=f"What was read, of {_most(preview.fields)}")
    for distribution in preview.distributions[:_GROUPS]:
        yield from _distribution(distribution)
    for places in preview.places:
        yield from _places(places)


def _most(fields: Sequence[FieldPreview]) -> str:
    """Every listing has a title and an address of its page."""
    return counted(max((field.filled for field in fields), default=0), "listing")


def _set_aside(reasons: Sequence[SetAside]) -> Iterator[str]:
    """What would not be live, and why: a line for each rule, with the first row."""
    from cli.views.previewed import place_of

    for each in reasons:
        first = each.samples[0]
        place = place_of(first.line, first.url, first.row_no)
        such = "such as " if each.rows > 1 else ""
        named = f"{such}{first.property_id or 'one without an id'} ({place})"
        yield red(f"{counted(each.rows, 'row')} set aside by {each.rule}, {named}: {first.reason}")


def _fields(fields: Sequence[FieldPreview], unread: Sequence[UnreadField]) -> Iterator[tuple[object, ...]]:
    """A row a field, those first of which no cell at all could be read."""
    from cli.views.previewed import is_content

    doubts = {each.field: each.unreadable + each.doubtful + each.missing for each in unread}
    filled = {field.field for field in fields}
    yield from ((name, 0, count, None, "") for name, count in doubts.items() if name not in filled)
    yield from (_field(field, doubts.get(field.field)) for field in fields if is_content(field.field))


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
    if found.is_tiny:
        yield red(f"  ! half of them have {_number(found, found.middle)} m² or less: is the unit right?")
    yield from (red(f"  ! {_outlier(found, outlier)}") for outlier in found.outliers)


def _name(found: Distribution) -> str:
    """ "price, rent MXN a month"; an area or a degree by its field."""
    period = f"a {found.period}" if found.period else None
    money = found.currency or ("without a currency" if found.measure == "price" else None)
    details = " ".join(filter(None, (found.operation, money, period)))
    return f"{found.measure}, {details}" if details else found.measure


def _number(found: Distribution, number: float) -> str:
    return f"{number:.2f}°" if found.is_of_degrees else compact(number)


def _outlier(found: Distribution, outlier: Outlier) -> str:
    from config.text import format_value

    value = f"{outlier.value:.4f}°" if found.is_of_degrees else format_value(float(outlier.value))
    because = _because(outlier.origin)
    return f"{outlier.property_id}: {value}{_times(found, outlier.value)}{because}"


def _times(found: Distribution, value: float) -> str:
    """How far it is from the median: " is 1,000 × the median"."""
    if found.is_of_degrees or not found.middle or not value:
        return ""
    times = value / found.middle
    return f" is {times:,.0f} × the median" if times > 1 else f" is 1/{1 / times:,.0f} of the median"


def _because(origin: Origin) -> str:
    from cli.views.previewed import read_from

    read = read_from(origin)
    line = f" (line {origin.line})" if origin.line is not None else ""
    return f" ← {read}{line}" if read else line


def _places(found: Places) -> Iterator[str]:
    from rich.cells import cell_len

    from cli.views.previewed import padded, printed

    named = counted(found.different, found.field) if found.field == "state" else _cities(found.different)
    yield f"{found.field}: {named} in {counted(found.listings, 'listing')}"
    names = [printed(place.name) for place in found.shown]
    widest = min(_NAME, max(map(cell_len, names)))
    most = max(place.listings for place in found.shown)
    width = len(f"{most:,}")
    for name, place in zip(names, found.shown, strict=True):
        drawn = bar(place.listings, most, _BAR, plain=not can_draw()).ljust(_BAR)
        line = f"  {padded(name, widest)} {place.listings:>{width},} {drawn}".rstrip()
        yield red(f"{line}  ! {_rare(found, place)}") if place.rare else line


def _cities(number: int) -> str:
    return f"{number:,} {'city' if number == 1 else 'cities'}"


def _rare(found: Places, place: Place) -> str:
    return f"rare: {place.property_id}{_because(place.origin)}"
