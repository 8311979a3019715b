"""Where a value comes from: value ← change ← rules ← session ← staged row ← line, or page and time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from config.listing import FIELD, Role
from config.text import format_value
from database.handle import Database
from database.records import record, records
from importers.mapping.raw_cells import cells_read
from services.history.as_of import known_since, require_past
from services.history.explanation import (
    Change,
    Explained,
    Explanation,
    FieldPin,
    Page,
    PageAnswer,
    Raw,
    RuleFinding,
    Session,
)
from services.history.fields import ASKABLE, require_field
from services.history.lineage import LONGEST, format_lineage


async def explain(
    database: Database,
    source: str,
    property_id: str,
    field: str | None = None,
    *,
    at: datetime | None = None,
) -> Explained:
    """Explain one field, or all that have a value or a history of their own."""
    if field is not None:
        require_field(field, ASKABLE)
    if at is not None:
        await require_past(database, at)
    first_known = await known_since(database, source, property_id)
    known = await database.value("explain", source, property_id, field, at)
    return Explained(() if known is None else _fields(source, property_id, field, known), first_known)


def _fields(
    source: str, property_id: str, field: str | None, known: dict[str, Any]
) -> tuple[Explanation, ...]:
    if field is not None and FIELD.get(field) and FIELD[field].role is Role.PROVENANCE:
        return (_provenance(source, property_id, field, known),)
    entries = sorted(known["fields"], key=lambda entry: ASKABLE.index(entry["field"]))
    found = [_explained(source, property_id, entry, known) for entry in entries]
    return tuple(one for one in found if field or one.value is not None or len(one.earlier))


def _explained(source: str, property_id: str, entry: dict[str, Any], known: dict[str, Any]) -> Explanation:
    field, changes = entry["field"], tuple(records(Change, entry["changes"]))
    newest, value = changes[0], known["image"].get(field)
    if len(changes) == 1 and (derived := _derived(field, known["image"])) is not None:
        value, why = derived
        return _unaudited(source, property_id, field, known, value=value, why=f"derived: {why}")
    origin = known["sessions"].get(str(newest.session_id))
    session = None if origin is None else _session(origin)
    row = known["rows"].get(str(newest.change_set_id)) if newest.session_id else None
    staged = row if row and row["staged"] else None
    raw = None if staged is None else _raw(field, staged, origin and origin["mapping"])
    findings = [] if staged is None else [one for one in staged["findings"] if one["field"] in (field, None)]
    begins = _moment(known["begins"])
    return Explanation(
        source=source,
        property_id=property_id,
        field=field,
        value=value,
        line=format_lineage(field, value, newest, session, raw, absent=_is_absence(row), begins=begins),
        change=newest,
        earlier=changes[1:],
        validated=None if staged is None else bool(staged["validated"]),
        findings=tuple(records(RuleFinding, findings)),
        session=session,
        raw=raw,
        pin=_pin(known["pins"].get(field)),
        history_begins=begins,
        page_answers=tuple(records(PageAnswer, known["checks"])) if field == "status" else (),
    )


def _is_absence(row: dict[str, Any] | None) -> bool:
    """Whether the session changed the listing by not showing it."""
    return row is not None and row["row_no"] is None


def _derived(field: str, image: dict[str, Any]) -> tuple[Any, str] | None:
    """A value derived from others, and what it is derived from; None if it is not derived."""
    area = next((name for name in ("total_area_m2", "covered_area_m2") if image.get(name)), None)
    if field != "price_per_m2" or field in image or not image.get("price") or area is None:
        return None
    return round(image["price"] / image[area], 2), f"price / {area}"


def _provenance(source: str, property_id: str, field: str, known: dict[str, Any]) -> Explanation:
    """A provenance field: the audit does not keep it, live has it of the row applied last."""
    why = "made of the address" if field == "address_normalized" else "of the last row applied, not audited"
    return _unaudited(source, property_id, field, known, value=known["provenance"][field], why=why)


def _unaudited(
    source: str, property_id: str, field: str, known: dict[str, Any], *, value: Any, why: str
) -> Explanation:
    """A value that no change has set."""
    return Explanation(
        source=source,
        property_id=property_id,
        field=field,
        value=value,
        line=f"{format_value(value, longest=LONGEST)} ← {why}",
        change=None,
        earlier=(),
        validated=None,
        findings=(),
        session=None,
        raw=None,
        pin=_pin(known["pins"].get(field)),
        history_begins=_moment(known["begins"]),
    )


def _session(origin: dict[str, Any]) -> Session:
    return record(Session, {**origin, "mapping": (origin["mapping"] or {}).get("name")})


def _pin(pin: dict[str, Any] | None) -> FieldPin | None:
    return None if pin is None else record(FieldPin, pin)


def _raw(field: str, staged: dict[str, Any], mapping: dict[str, Any] | None) -> Raw:
    evidence = staged["evidence"] or {}
    return Raw(
        row_no=staged["row_no"],
        cells=cells_read(field, staged["raw"], mapping),
        line=evidence.get("line"),
        where=evidence.get(field),
        url=staged["url"],
        fetched_at=_moment(staged["fetched_at"]),
        erased_at=_moment(staged["erased_at"]),
        issues=tuple(issue for issue in staged["issues"] if issue["field"] == field),
        page=None if staged["page"] is None else record(Page, {"place": None, **staged["page"]}),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
