"""An erasure in steps that commit one by one; the same request completes a run that was killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from config.clock import Clock
from config.errors import BusyError, UsageError
from config.listing import FIELD, FIELDS
from database.erasure_key import check_of, hash_of
from database.handle import Database
from database.records import records
from database.retrying import retry
from parsing.contact import Contact, contacts_of, name_patterns_of, read_contact
from parsing.erase import Eraser
from services.feed import follow_up
from services.sources import require_source

PERSONAL: Final = tuple(field.name for field in FIELDS if field.group == "contact")
"""What is erased of a listing unless fields are named."""

_NEEDED: Final = frozenset({"property_id", "title", "source_url"})
_WAIT_SECONDS: Final = 60.0
_RETRY_SECONDS: Final = 0.5
_ATTEMPTS: Final = 6

Ask = Callable[..., Awaitable[Any]]
Elsewhere = Callable[[Eraser, Sequence[str]], Awaitable[None]]
"""Overwrites it outside of the database, in what is kept of these sources; of a dry run it only looks."""


async def _nowhere(eraser: Eraser, sources: Sequence[str]) -> None:
    """For who keeps nothing outside of the database."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure overwrote: rows by table. The contact itself is nowhere in it."""

    id: int | None
    kind: Literal["email", "phone", "listing"]
    counts: dict[str, int]
    open_sessions: int
    """Sessions that were being staged; they go on, without what was erased."""
    dry_run: bool
    eraser: Eraser
    """For files outside the database; it holds the contact, so it must not be printed."""


@dataclass(frozen=True, slots=True)
class ErasureRecord:
    """An erasure in the list of all: who asked for it, whether it was completed, whether it was lifted."""

    id: int
    kind: Literal["email", "phone", "listing"]
    source: str | None
    property_id: str | None
    fields: tuple[str, ...]
    actor: str
    requested_at: datetime
    completed_at: datetime | None
    counts: dict[str, int]
    """Table → number of rows that were overwritten."""
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True)
class _Order:
    """One request: its record, its sources, and what is overwritten."""

    kind: Literal["email", "phone", "listing"]
    request: tuple[Any, ...]
    """The query that notes it, and what that takes."""
    tried: tuple[Any, ...]
    """What `try_erasure` takes of it: a contact, or a listing."""
    sources: tuple[str, ...]
    find_eraser: Callable[[Ask], Awaitable[Eraser]]
    """Asked once no row can come any more that holds what is erased."""
    actor: str
    clock: Clock | None
    elsewhere: Elsewhere


async def erase_contact(
    database: Database,
    text: str,
    *,
    actor: str,
    country: str | None = None,
    dry_run: bool = False,
    wait_seconds: float = _WAIT_SECONDS,
    clock: Clock | None = None,
    elsewhere: Elsewhere = _nowhere,
) -> Erasure:
    """Overwrite an e-mail address or phone number everywhere, in all its spellings, and suppress it.

    `country` is that of a number without country code. Waits `wait_seconds` for a source that is being
    synced, then raises BusyError.
    """
    contact = read_contact(text, country=country)
    key = database.erasure_key.find_or_make()
    digits = len(contact.normal) if contact.kind == "phone" else None
    noted = (
        contact.kind,
        hash_of(key, contact.kind, contact.normal),
        digits,
        contact.country_code,
        check_of(key),
    )
    order = _Order(
        contact.kind,
        ("request_contact_erasure", *noted, actor),
        (*noted, None, None, None),
        tuple([row["name"] for row in await database.rows("source_names")]),
        _eraser_of_contact(contact),
        actor,
        clock,
        elsewhere,
    )
    return await _erase(database, order, dry_run=dry_run, wait_seconds=wait_seconds)


async def erase_listing(
    database: Database,
    source: str,
    property_id: str,
    *,
    actor: str,
    fields: Sequence[str] = (),
    dry_run: bool = False,
    wait_seconds: float = _WAIT_SECONDS,
    clock: Clock | None = None,
    elsewhere: Elsewhere = _nowhere,
) -> Erasure:
    """Erase one listing's personal fields, or those named, from live, history and raw; suppress them."""
    wiped = sorted(set(fields or PERSONAL))
    for name in wiped:
        if name not in FIELD or not FIELD[name].compared or name in _NEEDED:
            raise UsageError(f"{name} is not a field that can be erased", next_step="see docs/fields.md")
    await require_source(database, source)

    async def find_eraser(rows: Ask) -> Eraser:
        values = await rows("personal_values", source, property_id, wiped)
        return _eraser_of([(row["field_name"], row["value"]) for row in values])

    order = _Order(
        "listing",
        ("request_listing_erasure", source, property_id, wiped, actor),
        (None, None, None, None, None, source, property_id, wiped),
        tuple([row["name"] for row in await database.rows("sources_of_home", source, property_id)]),
        find_eraser,
        actor,
        clock,
        elsewhere,
    )
    return await _erase(database, order, dry_run=dry_run, wait_seconds=wait_seconds)


def _eraser_of_contact(contact: Contact) -> Callable[[Ask], Awaitable[Eraser]]:
    async def eraser(_: Ask) -> Eraser:
        return Eraser([contact])

    return eraser


def _eraser_of(values: Sequence[tuple[str, str]]) -> Eraser:
    contacts = [contact for name, value in values for contact in contacts_of({name: value})]
    patterns = [pattern for name, value in values for pattern in name_patterns_of({name: value})]
    return Eraser(contacts, patterns)


async def list_erasures(database: Database) -> list[ErasureRecord]:
    """Every erasure, the newest first, and whether it still suppresses."""
    return records(ErasureRecord, await database.rows("erasure_list"))


async def lift_erasure(database: Database, erasure_id: int, *, actor: str) -> int:
    """Stop suppressing what an erasure overwrote; what was overwritten stays so."""
    lifted: int = await database.value("lift_erasure", erasure_id, actor)
    return lifted


async def _erase(database: Database, order: _Order, *, dry_run: bool, wait_seconds: float) -> Erasure:
    if dry_run:
        return await _try_out(database, order)
    erasure_id = await database.value(*order.request)
    open_sessions = await _batches_landed(database, erasure_id, wait_seconds)
    eraser = await order.find_eraser(database.rows)
    await _overwrite(partial(_repeated, database), erasure_id, order, eraser, wait_seconds)
    await order.elsewhere(eraser, order.sources)
    await database.run("forget_statistics", erasure_id)
    counts = await database.value("end_erasure", erasure_id)
    await follow_up(database)
    return Erasure(erasure_id, order.kind, counts, open_sessions, dry_run=False, eraser=eraser)


async def _batches_landed(database: Database, erasure_id: int, wait_seconds: float) -> int:
    """Wait for the batches that were on their way when the erasure was noted; returns how many sessions.

    Any later batch is refused until its writer has loaded the list and cleaned it. Raises BusyError for a
    batch that does not end.
    """
    sessions = await database.rows("open_sessions", erasure_id)
    for session in sessions:
        await database.run("await_batch", session["session_id"], wait_seconds)
    return len(sessions)


async def _repeated(database: Database, name: str, *args: Any) -> Any:
    """Take a step; two erasures at once may be in each other's way, and one of them takes it again."""
    return await retry(partial(database.value, name, *args), attempts=_ATTEMPTS)


async def _try_out(database: Database, order: _Order) -> Erasure:
    """Do everything in one statement, count, and undo it."""
    eraser = await order.find_eraser(database.rows)
    moment = order.clock and order.clock()
    counts = await database.value(
        "try_erasure", *order.tried, list(order.sources), *_patterns(eraser), order.actor, moment
    )
    await order.elsewhere(eraser, order.sources)
    return Erasure(None, order.kind, counts, 0, dry_run=True, eraser=eraser)


def _patterns(eraser: Eraser) -> tuple[str | None, ...]:
    """How texts show what is erased, as the steps take it."""
    return eraser.pattern, eraser.excerpt_pattern, eraser.bare_pattern, eraser.screen


async def _overwrite(ask: Ask, erasure_id: int, order: _Order, eraser: Eraser, wait_seconds: float) -> None:
    """Overwrite staging first, as a sync would bring it live again; then each source; then other tables."""
    patterns = _patterns(eraser)
    await ask("erase_staged", erasure_id, *patterns)
    waiting, until = list(order.sources), asyncio.get_running_loop().time() + wait_seconds
    while waiting:
        source = waiting.pop(0)
        try:
            await ask(
                "erase_in_source", erasure_id, source, *patterns, order.actor, order.clock and order.clock()
            )
        except BusyError as error:
            if asyncio.get_running_loop().time() >= until:
                raise BusyError(
                    f"{source} is being synced: what it holds live could not be overwritten yet",
                    next_step="run the same again when the sync has ended; it goes on where it stopped",
                ) from error
            waiting.append(source)
            await asyncio.sleep(_RETRY_SECONDS)
    if order.kind != "listing":
        await ask("erase_elsewhere", erasure_id, *patterns[1:])
