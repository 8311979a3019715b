"""Sources: how each stands, those first that need a person; and one of them."""

from __future__ import annotations

from typing import Final

from config.errors import UsageError
from dashboard.page import Asked, Data, Page
from services.reports.sources import source_scopes
from services.reports.standing import (
    STATES,
    quality_days,
    sessions_page,
    source_standing,
    source_states,
    state_counts,
)
from services.sources import load_source

_PAGE: Final = 50
_SESSIONS: Final = 20
_DAYS: Final = 90


async def sources(asked: Asked) -> Data:
    """A page of sources."""
    found = await source_states(
        asked.database,
        state=asked.one_of("state", STATES),
        named=asked.text("named"),
        after=_place(asked.text("after")),
        limit=_PAGE + 1,
    )
    shown = found[:_PAGE]
    return {
        "sources": shown,
        "states": await state_counts(asked.database),
        "next": f"{shown[-1].rank} {shown[-1].name}" if len(found) > _PAGE else None,
    }


async def source(asked: Asked) -> Data:
    """One source: how it stands, what is known of it, its last sessions, its quality by day."""
    database, name = asked.database, asked.path["name"]
    standing = await source_standing(database, name)
    facts = await load_source(database, name)
    return {
        "source": standing,
        "facts": None if facts is None else facts.model_dump(mode="json", exclude_defaults=True),
        "scopes": await source_scopes(database, name),
        "sessions": await sessions_page(database, source=name, limit=_SESSIONS),
        "quality": await quality_days(database, source=name, days=_DAYS),
    }


def _place(text: str | None) -> tuple[int, str] | None:
    """Where a page of the list begins: "RANK NAME"."""
    if text is None:
        return None
    rank, _, name = text.partition(" ")
    if not (rank.isascii() and rank.isdecimal() and len(rank) < 3):
        raise UsageError(f'"{text}" is not a place in the list')
    return int(rank), name


PAGES = (
    Page(
        "/sources",
        "sources.html",
        sources,
        title="Sources",
        menu="Sources",
        topics=("feed", "sessions", "plans"),
    ),
    Page(
        "/sources/{name}",
        "source.html",
        source,
        title="Source",
        within="Sources",
        topics=("feed", "sessions", "plans"),
    ),
)
