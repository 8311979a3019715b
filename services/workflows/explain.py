"""Where a value comes from, down to the kept page that it was read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from database.handle import Database
from services.history.explain import explain
from services.history.explanation import Explained, Explanation
from services.pages import Stores, body_name


async def explain_to_page(
    database: Database,
    stores: Stores,
    source: str,
    property_id: str,
    field: str | None = None,
    *,
    at: datetime | None = None,
) -> Explained:
    """Explain one field, or all, and say where each kept page is; its store may be that of another host."""
    found = await explain(database, source, property_id, field, at=at)
    return replace(found, fields=tuple(_placed(stores, one) for one in found.fields))


def _placed(stores: Stores, one: Explanation) -> Explanation:
    page = None if one.raw is None else one.raw.page
    store = None if page is None else stores.of(page.store)
    if one.raw is None or page is None or store is None:
        return one
    place = store.place(body_name(page.hash, page.body_id))
    return replace(one, raw=replace(one.raw, page=replace(page, place=place)))
