"""Changes: what came, left, came back and changed, newest first."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard.page import Asked, Data, Page
from dashboard.pages._filters import moment
from dashboard.pages.listing import CONTACTS
from services.history.fields import ASKABLE
from services.history.recent import KINDS, Before, recent_changes
from services.reports.find_listings import search_choices

PAGE_ROWS: Final = 50


async def changes(asked: Asked) -> Data:
    """A page of changes."""
    before = asked.text("before")
    field = asked.text("field")
    found = await recent_changes(
        asked.database,
        kind=asked.one_of("kind", KINDS),
        source=asked.text("source"),
        field=field,
        since=moment(asked, "since"),
        until=moment(asked, "until"),
        before=None if before is None else Before.parse(before),
        limit=PAGE_ROWS,
    )
    if not asked.user.is_staff:
        told = tuple(change for change in found.changes if change.field_name not in CONTACTS)
        found = replace(found, changes=told)
    return {
        "found": found,
        "before": found.before and str(found.before),
        "page_rows": PAGE_ROWS,
        "kinds": KINDS,
        "fields": ASKABLE,
        "sources": (await search_choices(asked.database)).sources,
    }


PAGES = (Page("/changes", "changes.html", changes, title="Changes", menu="Changes", topics=("feed",)),)
