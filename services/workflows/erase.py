"""An erasure in the database and in the log files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from database.embedded import Embedded
from database.handle import Database
from services.erasure import Erasure, erase_contact, erase_listing, overwrite_in_files


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was overwritten: rows by table, and places in log files."""

    erasure: Erasure
    log_places: int


async def forget_contact(
    database: Database,
    settings: Settings,
    text: str,
    *,
    actor: str,
    country: str | None = None,
    dry_run: bool = False,
) -> Forgotten:
    """Erase an e-mail address or phone number."""
    erasure = await erase_contact(database, text, actor=actor, country=country, dry_run=dry_run)
    return _forgotten(settings, erasure)


async def forget_listing(
    database: Database,
    settings: Settings,
    source: str,
    property_id: str,
    *,
    actor: str,
    fields: Sequence[str] = (),
    dry_run: bool = False,
) -> Forgotten:
    """Erase one listing's personal fields."""
    erasure = await erase_listing(database, source, property_id, actor=actor, fields=fields, dry_run=dry_run)
    return _forgotten(settings, erasure)


def _forgotten(settings: Settings, erasure: Erasure) -> Forgotten:
    if erasure.dry_run:
        return Forgotten(erasure, 0)
    return Forgotten(erasure, overwrite_in_files(_logs(settings), erasure.eraser))


def _logs(settings: Settings) -> list[Path]:
    """The program's log files and those of the embedded server."""
    found = [*settings.home.expanduser().glob("logs/*.log*")]
    if settings.database_url is None and (data := Embedded(settings.home).status().data) is not None:
        found += data.glob("server.log*")
    return found
