"""Staff edits: fields set by hand, which pins them; pins alone; their release."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from config.clock import Clock
from config.errors import ParseError, SuppressionOutdatedError, UsageError
from config.listing import FIELD
from config.source import Source
from database.handle import Database
from database.records import record, records
from database.retrying import WAIT_SECONDS, retry, when_free
from parsing.address import normal_address
from parsing.cells import Note, make_reader
from parsing.text import repair
from services.feed import follow_up
from services.history.fields import EDITABLE, require_field
from services.sources import load_source, require_source
from services.staging.suppression import Suppression

_ERASURES: Final = 5
"""How many erasures may be recorded while one edit waits for its source."""


_TEXTS: Final = frozenset(("text", "jsonb"))
_IS_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after; null where it had, or has, no value."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit: what it changed (nothing, if live had those values already) and what it pinned."""

    source: str
    property_id: str
    change_set_id: int | None
    position: int | None
    changes: tuple[FieldChange, ...]
    pinned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned field with its value, and the source's value where it differs."""

    source: str
    property_id: str
    field: str
    value: Any
    reason: str | None
    pinned_by: str
    pinned_at: datetime
    differs: bool
    shown: Any
    shown_since: datetime | None


def read_value(field: str, text: str) -> Any:
    """Read a field's value as typed: JSON for a field that holds JSON, else the text itself."""
    if field not in FIELD or FIELD[field].sql != "jsonb" or not text.strip():
        return text
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(
            f"{field} cannot be {text[:60]!r}: it is not JSON ({error})",
            next_step='quote it for the shell: --value \'["pool", "garden"]\'',
        ) from error


async def edit_listing(
    database: Database,
    source: str,
    property_id: str,
    patch: Mapping[str, Any],
    *,
    actor: str,
    reason: str | None = None,
    clock: Clock | None = None,
    wait_seconds: float = WAIT_SECONDS,
) -> Edited:
    """Set fields of a listing, all or none, and pin them, so that no sync overwrites them.

    A value is JSON, or text that is read as a cell of the source is: control characters go, and a number may
    be written as the source writes it. None or an empty text clears the field.
    Raises UsageError for a field or value that cannot be, and for one that was erased on request: an edit
    would bring it back past the list that keeps it out. Raises NotFoundError; BusyError while a sync runs.
    """
    if not patch:
        raise UsageError(f"editing listing {property_id} of {source}: no field is named")
    for field in patch:
        require_field(field, EDITABLE)
    _require_storable([source, property_id, dict(patch), reason])
    await require_source(database, source)
    patch = await _as_cells(database, source, property_id, patch)
    reason = None if reason is None else repair(reason)[0]
    normal = await _normal_form(database, source, patch)

    async def edit() -> Any:
        known = await _require_not_erased(database, source, property_id, {**patch, "reason": reason})
        values = (source, property_id, dict(patch), actor, reason, normal)
        return await database.value("edit_listing", *values, clock and clock(), known)

    async def edit_by_the_newest_list() -> Any:
        return await retry(edit, on=(SuppressionOutdatedError,), attempts=_ERASURES, longest_wait=0)

    edited = record(Edited, await when_free(edit_by_the_newest_list, wait_seconds))
    if edited.change_set_id is not None:
        await follow_up(database)
    return edited


async def pin_field(
    database: Database,
    source: str,
    property_id: str,
    field: str,
    *,
    actor: str,
    reason: str | None = None,
    wait_seconds: float = WAIT_SECONDS,
) -> Edited:
    """Pin a field at the value that live has now."""
    require_field(field, EDITABLE)
    _require_storable([source, property_id, field, reason])
    await require_source(database, source)

    async def pin() -> Any:
        return await database.value("pin_field", source, property_id, field, actor, reason)

    return record(Edited, await when_free(pin, wait_seconds))


async def unpin(
    database: Database,
    source: str,
    property_id: str,
    field: str | None = None,
    *,
    wait_seconds: float = WAIT_SECONDS,
) -> tuple[str, ...]:
    """Unpin a field, or all of a listing's; returns those that were pinned."""
    if field is not None:
        require_field(field, EDITABLE)
    _require_storable([source, property_id, field])
    await require_source(database, source)

    async def release() -> Any:
        return await database.value("unpin", source, property_id, field)

    return tuple(await when_free(release, wait_seconds))


async def list_pins(database: Database, *, source: str | None = None, limit: int | None = None) -> list[Pin]:
    """Pinned fields with their values, and the source's value where it differs."""
    await require_source(database, source)
    return records(Pin, await database.rows("pins", source, limit))


async def _as_cells(
    database: Database, source: str, property_id: str, patch: Mapping[str, Any]
) -> dict[str, Any]:
    """The values as cells of the source are read. Raises UsageError for one that cannot be."""
    facts = await load_source(database, source) or Source(name=source)
    return {name: _as_cell(property_id, name, value, facts) for name, value in patch.items()}


def _as_cell(property_id: str, name: str, value: Any, source: Source) -> Any:
    if name == "status" or (isinstance(value, str) and not value.strip()):
        return value
    if FIELD[name].sql == "jsonb" or not isinstance(value, str):
        return _repaired(value)
    # 40.71 is a number wherever it is typed, also for a source that writes 40,71
    typed: Any = Decimal(value) if FIELD[name].sql not in _TEXTS and _IS_NUMBER(value) else value
    try:
        result = make_reader(FIELD[name], source)(typed)
    except ParseError as error:
        raise _cannot_be(property_id, name, value, error.why) from error
    if isinstance(result, Note):
        if result.value is None or result.kind == "clipped":
            why = "it reads as blank" if result.kind == "blank" else result.why
            raise _cannot_be(property_id, name, value, why)
        result = result.value
    return result if isinstance(result, str | int | bool) else str(result)


def _cannot_be(property_id: str, name: str, value: str, why: str) -> UsageError:
    return UsageError(
        f'{name} of listing {property_id} cannot be "{value[:60]}": {why}',
        next_step="give another value; '' clears it",
    )


def _repaired(value: Any) -> Any:
    """A JSON value without control characters in its texts."""
    match value:
        case str():
            return repair(value)[0]
        case dict():
            return {repair(key)[0]: _repaired(item) for key, item in value.items()}
        case list() | tuple():
            return [_repaired(item) for item in value]
    return value


async def _normal_form(database: Database, source: str, patch: Mapping[str, Any]) -> str | None:
    address = patch.get("address")
    if not isinstance(address, str):
        return None
    facts = await database.value("source_facts", source)
    return normal_address(address, country=facts and facts["country"])


async def _require_not_erased(
    database: Database, source: str, property_id: str, texts: Mapping[str, Any]
) -> int:
    """Raise UsageError for a text that was erased; returns the newest erasure they were held against."""
    suppression = await Suppression.load(database, source)
    if suppression is None:
        return 0
    for name, value in texts.items():
        field = name if name in FIELD else "description"  # the reason is read as any text is
        text = value if isinstance(value, str) else json.dumps(value)
        if value is not None and suppression.would_redact(property_id, field, text):
            raise UsageError(
                f"editing listing {property_id} of {source}: {name} holds what was erased on request",
                next_step="leave it out; see erase --list",
            )
    return suppression.newest


def _require_storable(values: list[Any]) -> None:
    """Raise UsageError for text that Postgres cannot hold: a NUL, a lone surrogate."""
    try:
        text = json.dumps(values, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (UnicodeEncodeError, ValueError, TypeError) as error:
        raise UsageError(f"a value cannot be stored: {error}", next_step="give plain text or JSON") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise UsageError("a value cannot be stored: it contains a NUL character", next_step="leave it out")
