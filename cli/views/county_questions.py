"""Records of counties and loads of their layers, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted
from config.county.kinds import Kind
from config.text import format_minute, format_span, shorten

if TYPE_CHECKING:
    from services.county.questions import CountyRecord, IngestionRun, Page, RunPage

_WHY: Final = 160
_LONGEST: Final = 40

NOT_LOADED: Final = ("No county is loaded yet.", next_line("county --help"))
"""What is said where no record of any county was ever loaded."""

Column = tuple[str, str | Callable[["CountyRecord"], Any]]
"""What a column is called, and the field that it shows, or what makes it."""


def parcel_of(record: CountyRecord) -> str | None:
    """The key of a record's parcel, and whether the record waits for it."""
    key: str | None = record["parcel_id_normalized"]
    return key if record.property_id is not None else f"{key or 'unreadable'} (waits)"


def _told(*names: str) -> Callable[[CountyRecord], Any]:
    """The first of these fields that has a value."""
    return lambda record: next((record[name] for name in names if record[name] is not None), None)


def address_of(record: CountyRecord) -> str | None:
    """Where it is, on one line: the address in USPS form where there is one."""
    street = record["address_normalized"] or record["address"]
    parts = [part for part in (street, record["unit"]) if part]
    return shorten(" ".join(parts), _LONGEST) if parts else None


_PLACE: Final[tuple[Column, ...]] = (("parcel", parcel_of), ("address", address_of), ("city", "city"))

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "properties": (
        ("parcel", "parcel_id_normalized"),
        ("address", address_of),
        ("city", "city"),
        ("ZIP", "postal_code"),
        ("latitude", "latitude"),
        ("longitude", "longitude"),
    ),
    "tax_sales": (
        ("sale", "sale_date"),
        ("application", "tda_number"),
        ("status", _told("deed_status", "status")),
        ("opening bid", "opening_bid"),
        ("sold for", "sale_amount"),
        *_PLACE,
    ),
    "tax_certificates": (
        ("year", "tax_year"),
        ("certificate", "certificate_number"),
        ("status", "status"),
        ("face value", "face_value"),
        ("payoff", "payoff_amount"),
        *_PLACE,
    ),
    "foreclosures": (
        ("auction", "auction_date"),
        ("case", "case_number"),
        ("status", _told("auction_status", "status")),
        ("judgment", "default_amount"),
        ("lender", "lender_name"),
        *_PLACE,
    ),
    "property_records": (
        ("parcel", parcel_of),
        ("roll", "roll_year"),
        ("market", "market_value"),
        ("assessed", "assessed_value"),
        ("taxable", "taxable_value"),
        ("owed", "lien_amount"),
        ("equity %", "equity_percent"),
        ("type", "property_type"),
        ("built", "year_built"),
        ("sq ft", "living_area_sqft"),
    ),
    "code_violations": (
        ("opened", "opened_on"),
        ("case", "case_number"),
        ("type", "case_type"),
        ("status", _told("case_status", "status")),
        ("due", "due_on"),
        ("closed", "closed_on"),
        *_PLACE,
    ),
}
"""What lists show of each kind."""


def cells(record: CountyRecord, columns: tuple[Column, ...]) -> list[Any]:
    """The record in a row of a table."""
    return [show(record) if callable(show) else record[show] for _, show in columns]


def render_page(
    kind: Kind,
    page: Page,
    *,
    total: int | None,
    counted_to: int,
    again: str | None,
    unknown: int | None,
    is_loaded: bool,
) -> Result:
    """A page of records, how many there are in all, and how to get the next page.

    `unknown` is of how many records nobody says what is owed, where that was asked.
    """
    is_counted = total is None or total <= counted_to
    document: dict[str, Any] = {
        kind.name: [record.document() for record in page.records],
        "total": total if is_counted else None,
        "after": page.after,
    }
    text: list[object] = []
    if unknown is not None:
        document["equity_unknown"] = {"records": min(unknown, counted_to), "more": unknown > counted_to}
    if page.records:
        columns = _columns(kind, page)
        text.append(
            table(
                [name for name, _ in columns],
                [cells(record, columns) for record in page.records],
                title=_title(kind, page, total, counted_to),
            )
        )
    elif is_loaded:
        text.append(f"No {kind.singular} matches.")
    else:
        text += NOT_LOADED
    if unknown:
        most = f"more than {counted_to:,} records" if unknown > counted_to else counted(unknown, "record")
        text.append(f"Unknown of {most}: nobody says what is owed, or what they are worth.")
    if again is not None:
        text.append(f"… more: {command(again)}")
    return Result(document, text, as_stored=True)


def _columns(kind: Kind, page: Page) -> tuple[Column, ...]:
    """The columns of a list; the county where the records are of several, the status where they differ."""
    more: list[Column] = []
    if len({record.county for record in page.records}) > 1:
        more.append(("county", lambda record: record.county))
    if any(record.record_status != "active" for record in page.records):
        more.append(("is", lambda record: record.record_status))
    return (*COLUMNS[kind.name], *more)


def _title(kind: Kind, page: Page, total: int | None, counted_to: int) -> str:
    shown = counted(len(page.records), kind.singular)
    if total is None:
        return f"{shown} more"
    if total > counted_to:
        return f"{shown} of more than {counted_to:,}"
    return (
        shown if total == len(page.records) else f"{len(page.records):,} of {counted(total, kind.singular)}"
    )


def render_runs(page: RunPage, *, failed: bool, again: str | None, is_loaded: bool) -> Result:
    """Loads, the newest first, and why those that went wrong did."""
    document = {"runs": page.runs, "after": page.after}
    if not page.runs:
        if not is_loaded:
            return Result(document, NOT_LOADED)
        return Result(document, ["No load has failed." if failed else "No layer was loaded yet."])
    text: list[object] = [
        table(
            ["began", "layer", "from", "came to", "rows", "new", "updated", "set aside", "took", "run"],
            [_run_line(run) for run in page.runs],
            title=counted(len(page.runs), "load"),
        )
    ]
    text += [
        f"{str(run.id)[:8]} {run.status}: {shorten(run.error_message, _WHY)}"
        for run in page.runs
        if run.error_message
    ]
    if again is not None:
        text.append(f"… more: {command(again)}")
    return Result(document, text)


def _run_line(run: IngestionRun) -> tuple[object, ...]:
    took = None if run.completed_at is None else format_span(run.completed_at - run.started_at)
    return (
        *(format_minute(run.started_at), f"{run.county}.{run.layer}", run.source_type, run.status),
        *(run.processed, run.inserted, run.updated, run.failed, took, str(run.id)[:8]),
    )
