"""One listing: its fields and where each comes from, its history, how it stood, its page as it was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from config.errors import NotFoundError
from config.listing import FIELDS, Field
from dashboard.access.door import require_staff
from dashboard.page import Asked, Data, Page
from dashboard.pages._filters import moment
from services.duplicates import show_home
from services.history.changes import ListingChange, changes_of
from services.history.explain import explain
from services.history.explanation import Explained
from services.history.explanation import Page as KeptPage
from services.pages import MissingBodyError, read_body, stores_of
from services.reports.listing import ListingDocument, listing_document, listing_moments

HISTORY_ROWS: Final = 30
CONTACTS: Final = frozenset(field.name for field in FIELDS if field.personal)
MOMENTS: Final = 100
SIBLINGS: Final = 20
_UNITS: Final = {"age_years": "years", "latitude": "°", "longitude": "°"}
_GROUPS: Final = {
    "identity": "What it is",
    "place": "Where it is",
    "money": "What it costs",
    "size": "How large it is",
    "features": "What it has",
    "media": "Pictures",
    "contact": "Whom to ask",
    "flags": "How the source shows it",
    "origin": "Where it was read",
}
_LONGEST_PAGE: Final = 60_000
"""How much of a kept page is shown, in characters; its JSON has all of it."""


async def listing(asked: Asked) -> Data:
    """The listing now, or at a moment of the address."""
    document = await listing_document(asked.database, asked.path["id"])
    at = moment(asked, "at")
    source, property_id = document.key
    before = asked.number("before", 0, most=2**62) or None
    history = await changes_of(asked.database, source, property_id, before=before, limit=HISTORY_ROWS + 1)
    explained = await explain(asked.database, source, property_id, at=at)
    moments = await listing_moments(asked.database, asked.path["id"], limit=MOMENTS)
    if not asked.user.is_staff:
        document, history, explained = _without_contacts(document, history, explained)
    values = {one.field: one.value for one in explained.fields}
    home: list[dict[str, Any]] = []
    if document.listings_of_home > 1:
        _, home = await show_home(asked.database, asked.path["id"])
    return {
        "document": document,
        "siblings": [side for side in home if side["listing_id"] != str(document.listing["id"])][:SIBLINGS],
        "at": at,
        "values": values if at else document.listing,
        "first_known": explained.first_known,
        "groups": _grouped(explained, values),
        "history": history[:HISTORY_ROWS],
        "older": history[HISTORY_ROWS - 1].change_id if len(history) > HISTORY_ROWS else None,
        "moments": moments,
        "shown_moment": _shown(moments, at),
        "links": _links(document, values),
        "kept": sorted(_kept(explained), key=lambda page: page.fetched_at, reverse=True),
    }


async def kept_page(asked: Asked) -> Data:
    """A page that a value of the listing was read from, as it was kept: the newest, or the one of a hash.

    For staff alone, as it says whom to call.
    """
    require_staff(asked.user)
    document = await listing_document(asked.database, asked.path["id"])
    explained = await explain(asked.database, *document.key, at=moment(asked, "at"))
    pages = sorted(_kept(explained), key=lambda page: page.fetched_at, reverse=True)
    wanted = asked.text("hash")
    page = next((page for page in pages if wanted in (None, page.hash)), None)
    if page is None:
        raise NotFoundError(
            "no such page of this listing is kept", next_step="see where its values come from"
        )
    try:
        async with stores_of(asked.settings) as stores:
            body = await read_body(stores, page.store, page.hash, page.body_id)
    except MissingBodyError as missing:
        raise NotFoundError(f"the bytes of the page cannot be had: {missing}") from missing
    content = body.decode("utf-8", "replace")
    return {"document": document, "kept": page, "content": content, "longest": _LONGEST_PAGE}


def _without_contacts(
    document: ListingDocument, history: list[ListingChange], explained: Explained
) -> tuple[ListingDocument, list[ListingChange], Explained]:
    """The same for somebody who only reads: nothing that says how to reach somebody."""
    listing = {name: value for name, value in document.listing.items() if name not in CONTACTS}
    changes = [
        replace(change, new_value={k: v for k, v in change.new_value.items() if k not in CONTACTS})
        if change.field_name is None and isinstance(change.new_value, dict)
        else change
        for change in history
        if change.field_name not in CONTACTS
    ]
    fields = tuple(one for one in explained.fields if one.field not in CONTACTS)
    return replace(document, listing=listing), changes, replace(explained, fields=fields)


def _grouped(explained: Explained, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that have a value or a history, in groups; each with its unit and what explains it."""
    found = {one.field: one for one in explained.fields}
    groups: dict[str, list[dict[str, Any]]] = {}
    if "status" in found:
        groups["identity"] = [{"name": "status", "unit": None, "explained": found["status"]}]
    for field in FIELDS:
        if field.name in found:
            entry = {"name": field.name, "unit": _unit(field, values), "explained": found[field.name]}
            groups.setdefault(field.group, []).append(entry)
    return [{"name": _GROUPS.get(group, group), "fields": fields} for group, fields in groups.items()]


def _unit(field: Field, values: dict[str, Any]) -> str | None:
    """What the number of a field counts."""
    if field.name in ("price", "price_max", "price_per_m2"):
        per = " per m²" if field.name == "price_per_m2" else ""
        return f"{values.get('currency') or ''}{per}".strip() or None
    return _UNITS.get(field.name) or ("m²" if field.name.endswith("_m2") else None)


def _shown(moments: list[Any], at: datetime | None) -> int:
    """Which of the moments, newest first, is shown: the last one that is no later; -1: all are."""
    if at is None:
        return 0
    return next((index for index, one in enumerate(moments) if one.committed_at <= at), -1)


def _links(document: ListingDocument, values: dict[str, Any]) -> list[tuple[str, str]]:
    """The addresses of the listing that a browser may open: a source may say anything, a script too."""
    named = [("Page of the source", document.listing["source_url"])]
    named += [("Virtual tour", values.get("virtual_tour_url")), ("Video", values.get("video_url"))]
    pictures = values.get("image_urls") or [values.get("main_image_url")]
    named += [(f"Picture {number}", url) for number, url in enumerate(pictures, 1)]
    return [(name, url) for name, url in named if is_web_address(url)]


def is_web_address(url: object) -> bool:
    """Whether it leads to a page of the web, and to nothing else."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _kept(explained: Explained) -> set[KeptPage]:
    """The kept pages that values were read from."""
    return {one.raw.page for one in explained.fields if one.raw is not None and one.raw.page is not None}


PAGES = (
    Page(
        "/listings/{id:uuid}",
        "listing.html",
        listing,
        title="Listing",
        within="Listings",
        topics=("feed", "homes"),
    ),
    Page("/listings/{id:uuid}/page", "kept_page.html", kept_page, title="Kept page", within="Listings"),
)
