"""Kept pages searched for what is erased on request, and rewritten without it."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from database.handle import Database
from parsing.erase import Eraser
from services.pages.bodies import Body, MissingBodyError, body_name, pack, read_body
from services.pages.retain import delete_doomed
from services.pages.stores import Stores

_BATCH: Final = 200
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(/)")


@dataclass(slots=True)
class PagesErased:
    """The kept pages that showed what was erased, and those that could not be searched."""

    pages: int = 0
    unread: int = 0
    """Contents whose bytes this host does not have: another host keeps them, or they were deleted."""
    first_unread: str | None = None
    """Why the first of them could not be read."""


async def erase_in_pages(
    database: Database,
    stores: Stores,
    eraser: Eraser,
    sources: Sequence[str],
    *,
    listing: tuple[str, str] | None = None,
    dry_run: bool = False,
) -> PagesErased:
    """Overwrite in the kept pages of these sources what the eraser finds; with `dry_run` count them.

    The own pages of a `listing` (source, id) are deleted; so is a page that shows what is erased in a form
    in which it cannot be cut out. Repeated, it goes on where it was interrupted. Raises StorageError.
    """
    done = PagesErased()
    if listing is not None:
        done.pages += await database.value("erase_pages_of", *listing, dry_run)
    after = 0
    while rows := await database.rows("bodies_to_search", list(sources), after, _BATCH):
        after = rows[-1]["body_id"]
        for row in rows:
            await _search(database, stores, eraser, row, done, dry_run=dry_run)
    if not dry_run:
        await delete_doomed(database, stores)
    return done


async def _search(
    database: Database, stores: Stores, eraser: Eraser, row: Any, done: PagesErased, *, dry_run: bool
) -> None:
    body_id, name = row["body_id"], body_name(row["hash"], row["body_id"])
    if not row["stored"]:
        # its bytes may be on their way: the keeper that sends them is told to delete them again
        if not dry_run:
            await database.value("erase_body", body_id, None)
        return
    try:
        content = await read_body(stores, row["store"], row["hash"], body_id)
    except MissingBodyError as error:
        done.unread += 1
        done.first_unread = done.first_unread or str(error)
        return
    text = content.decode(row["charset"], "replace")
    if not await asyncio.to_thread(_is_in, eraser, text):
        return
    if dry_run:
        done.pages += 1
        return
    cleaned = await asyncio.to_thread(eraser.text, text)
    instead = None
    if cleaned != text and not _is_in(eraser, cleaned):
        instead = await _stored(database, stores, await asyncio.to_thread(pack, cleaned.encode()))
    done.pages += await database.value("erase_body", body_id, instead)
    store = stores.of(row["store"])
    if store is not None:
        await store.delete([name])


async def _stored(database: Database, stores: Stores, body: Body) -> int:
    """The id of a content that takes the place of another, in the store."""
    noted = await database.row("note_body", stores.current.kind, body.described())
    assert noted is not None  # noqa: S101 it was just noted
    body_id: int = noted["body_id"]
    if not noted["stored"]:
        await stores.current.put(body_name(body.hash, body_id), body.packed)
    return body_id


def _is_in(eraser: Eraser, text: str) -> bool:
    """Whether a page shows it: as it is written, or as a browser or a script would read it."""
    return any(eraser.is_in(form) for form in _forms(text))


def _forms(text: str) -> Iterator[str]:
    """The text as it is, and with each way of escaping undone that it uses."""
    yield text
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote(text)
    if "\\" in text:
        yield _ESCAPE.sub(lambda found: chr(int(found[1] or found[2] or "2f", 16)), text)
