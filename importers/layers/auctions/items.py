"""Items of an auction page as rows: their labels and values, whichever elements hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

CASE: Final = "Case #"
DAY: Final = "Auction Date"
AREA: Final = "Area"
STATUS: Final = "Auction Status"
ITEM: Final = "Item"
CITY: Final = "Property City"
ZIP: Final = "Property ZIP"
COLUMNS: Final = (
    *(ITEM, DAY, AREA, STATUS, "Auction Starts", "Auction Sold", "Sold To", "Amount", "Auction Type", CASE),
    *("Certificate #", "Final Judgment Amount", "Opening Bid", "Plaintiff Max Bid", "Parcel ID"),
    *("Property Address", CITY, ZIP, "Assessed Value"),
)
"""The labels that such pages are known to have; others become columns as they are met."""
AREAS: Final = {"R": "Running", "W": "Waiting", "C": "Closed or canceled"}

_SHORT: Final = {
    "@A": '<div class="',
    "@B": "</div>",
    "@C": 'class="',
    "@D": "<div>",
    "@E": "AUCTION",
    "@F": "</td><td",
    "@G": "</td></tr>",
    "@H": "<tr><td ",
    "@I": "table",
    "@J": 'p_back="NextCheck=',
    "@K": 'style="Display:none"',
    "@L": "/index.cfm?zaction=auction&zmethod=details&AID=",
}
"""What the pages' own script puts for these signs."""
_SIGN: Final = re.compile(r"@[A-L]")
_DAY: Final = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_ZIP: Final = re.compile(r"\b\d{5}(?:-\d{4})?$")
_STATE: Final = re.compile(r"[,\s]+(?:[A-Z]{2})?[\s,-]*$")


def expanded(text: str) -> str:
    """A fragment of an auction page with its abbreviations written out."""
    return _SIGN.sub(lambda found: _SHORT[found[0]], text)


def items_of(html: str, *, day: date | None = None, area: str | None = None) -> Iterator[dict[str, Any]]:
    """The cells of each auction of a page or of a fragment of one."""
    for node in LexborHTMLParser(html).css("[id^=AITEM_]"):
        cells: dict[str, Any] = {ITEM: (node.attributes.get("id") or "").removeprefix("AITEM_")}
        cells[AREA] = AREAS.get(area or _area_of(node), None)
        cells.update(_status(node))
        cells.update(_details(node))
        stated = day or day_in(cells.get("Auction Starts")) or day_in(cells.get("Auction Sold"))
        cells[DAY] = None if stated is None else stated.isoformat()
        yield cells


def day_in(text: str | None) -> date | None:
    """The day that a text has as month/day/year."""
    if text is None or (found := _DAY.search(text)) is None:
        return None
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None


def sale_days(html: str) -> dict[date, int | None]:
    """The days of a calendar page that have auctions, with how many are scheduled, where it says so."""
    found: dict[date, int | None] = {}
    for node in LexborHTMLParser(html).css("[dayid]"):
        day = day_in(node.attributes.get("dayid"))
        if day is None or "CALSELT" not in (node.attributes.get("class") or "").upper().split():
            continue
        counted = node.css_first(".CALSCH")
        text = "" if counted is None else counted.text().strip()
        found[day] = int(text) if text.isdecimal() else None
    return found


def _area_of(node: LexborNode) -> str:
    above = node.parent
    while above is not None:
        name = (above.attributes or {}).get("id") or ""
        if name.startswith("Area_"):
            return name.removeprefix("Area_")
        above = above.parent
    return ""


def _status(node: LexborNode) -> dict[str, Any]:
    """What the item's state is: pairs of a label and what follows it."""
    cells: dict[str, Any] = {}
    label = ""
    for each in node.css(".AUCTION_STATS div"):
        if any(True for _ in each.iter()):
            continue
        kind, text = (each.attributes.get("class") or "").upper(), _text(each)
        if "LBL" in kind or "LABEL" in kind:
            label = text.rstrip(":")
        elif label and text:
            cells.setdefault(label, text)
            label = ""
    if STATUS not in cells:
        if "Auction Sold" in cells:
            cells[STATUS] = "Sold"
        elif "Auction Starts" in cells:
            cells[STATUS] = "Scheduled"
    return cells


def _details(node: LexborNode) -> dict[str, Any]:
    """Labels and values in the order of the item; the row under an address has no label of its own."""
    cells: dict[str, Any] = {}
    label = ""
    for each in node.css(".AD_LBL, .AD_DTA"):
        text = _text(each)
        if "AD_LBL" in (each.attributes.get("class") or "").split():
            label = text.rstrip(":").strip() or f"{label}\n"
        elif label == "Property Address\n":
            cells[CITY], cells[ZIP] = _city(text)
        elif label.strip() and not label.endswith("\n"):
            cells[label] = text or None
    return cells


def _city(text: str) -> tuple[str | None, str | None]:
    """City and ZIP of `ORLANDO, FL- 32801`."""
    found = _ZIP.search(text)
    city = _STATE.sub("", text[: found.start()] if found else text).strip(" ,-")
    return city or None, found[0] if found else None


def _text(node: LexborNode) -> str:
    return " ".join(node.text().split())
