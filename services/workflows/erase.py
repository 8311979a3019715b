"""An erasure in the database, in the kept pages and in the log files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from database.embedded import Embedded
from database.handle import Database
from parsing.erase import Eraser
from services.erasure import Erasure, erase_contact, erase_listing, overwrite_in_files
from services.pages import PagesErased, Stores, erase_in_pages, stores_of
from services.verdicts import remove_pages


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was overwritten: rows by table, places in log files, and kept pages."""

    erasure: Erasure
    log_places: int
    pages: PagesErased
    problem_pages: int
    """Pages that showed a problem, all of which were removed."""


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
    async with stores_of(settings) as stores:
        pages = _Pages(database, stores, dry_run=dry_run)
        erasure = await erase_contact(
            database, text, actor=actor, country=country, dry_run=dry_run, elsewhere=pages.erase
        )
    return _forgotten(settings, erasure, pages.done)


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
    async with stores_of(settings) as stores:
        pages = _Pages(database, stores, listing=(source, property_id), dry_run=dry_run)
        erasure = await erase_listing(
            *(database, source, property_id),
            actor=actor,
            fields=fields,
            dry_run=dry_run,
            elsewhere=pages.erase,
        )
    return _forgotten(settings, erasure, pages.done)


class _Pages:
    """The step of an erasure that goes through the kept pages."""

    def __init__(
        self,
        database: Database,
        stores: Stores,
        *,
        listing: tuple[str, str] | None = None,
        dry_run: bool,
    ) -> None:
        self.done = PagesErased()
        self._database = database
        self._stores = stores
        self._listing = listing
        self._dry_run = dry_run

    async def erase(self, eraser: Eraser, sources: Sequence[str]) -> None:
        self.done = await erase_in_pages(
            *(self._database, self._stores, eraser, sources), listing=self._listing, dry_run=self._dry_run
        )


def _forgotten(settings: Settings, erasure: Erasure, pages: PagesErased) -> Forgotten:
    if erasure.dry_run:
        return Forgotten(erasure, 0, pages, 0)
    places = overwrite_in_files(_logs(settings), erasure.eraser)
    return Forgotten(erasure, places, pages, remove_pages(settings.home.expanduser()))


def _logs(settings: Settings) -> list[Path]:
    """The program's log files and those of the embedded server."""
    found = [*settings.home.expanduser().glob("logs/*.log*")]
    if settings.database_url is None and (data := Embedded(settings.home).status().data) is not None:
        found += data.glob("server.log*")
    return found
