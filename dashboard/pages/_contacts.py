"""What readers are not shown where somebody decides: contacts, and raw rows, which may hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from dashboard.pages.listing import CONTACTS
from services.reports.plans import PlanRow
from services.reports.previews import Preview
from services.reports.quality import QualityReport
from services.reports.quarantine import QuarantineDetails, QuarantinedRow, QuarantineReason
from services.reports.waiting import PlanCard

_FOR_STAFF: Final = "contacts are shown to staff"


def card_for_readers(card: PlanCard) -> PlanCard:
    """A plan without notes that quote a contact."""
    told = tuple(each for each in card.warnings if not any(name in each for name in CONTACTS))
    return replace(card, warnings=told)


def change_for_readers(row: PlanRow) -> PlanRow:
    """What a plan does with a listing, without the contacts before and after."""
    if not any(each.field in CONTACTS for each in row.changes):
        return row
    changes = (
        replace(each, old=None, new=None, reason=_FOR_STAFF) if each.field in CONTACTS else each
        for each in row.changes
    )
    return replace(row, changes=tuple(changes), reason=_FOR_STAFF)  # its reason repeats the changes


def preview_for_readers(preview: Preview) -> Preview:
    """What a session holds, without contacts."""
    listings = (
        replace(each, values=tuple(value for value in each.values if value.field not in CONTACTS))
        for each in preview.listings
    )
    return replace(
        preview,
        listings=tuple(listings),
        fields=tuple(each for each in preview.fields if each.field not in CONTACTS),
        set_aside=tuple(
            replace(each, samples=()) if each.field in CONTACTS else each for each in preview.set_aside
        ),
    )


def report_for_readers(report: QualityReport) -> QualityReport:
    """A report that quotes no contact."""
    return replace(
        report,
        rules=_unquoted(report.rules, example=None, examples=()),
        quarantine=replace(report.quarantine, rules=_unquoted(report.quarantine.rules, examples=())),
        unread=_unquoted(report.unread, examples=(), sentence=_FOR_STAFF),
        recommendations=tuple(each for each in report.recommendations if each.field not in CONTACTS),
        superseded=replace(report.superseded, examples=()),
    )


def aside_for_readers(row: QuarantinedRow) -> QuarantinedRow:
    """A row set aside, whose reasons quote no contact."""
    return replace(row, reasons=_reasons(row.reasons))


def row_for_readers(row: QuarantineDetails) -> QuarantineDetails:
    """A row set aside without what the source wrote, and without contacts."""
    hidden = {*CONTACTS, "raw", "issues"}
    staged = {name: value for name, value in row.staged.items() if name not in hidden}
    return replace(row, staged=staged, reasons=_reasons(row.reasons))


def _reasons(reasons: Iterable[QuarantineReason]) -> tuple[QuarantineReason, ...]:
    return _unquoted(reasons, value=None, reason=_FOR_STAFF)


def _unquoted(found: Iterable[Any], **without: Any) -> tuple[Any, ...]:
    """What is said of fields; of a contact without what is quoted."""
    return tuple(replace(each, **without) if each.field in CONTACTS else each for each in found)
