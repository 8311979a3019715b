"""A listing's status and offer as a badge or its heading shows them: "Sold", "Let agreed", "For Rent"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parsing.operation import parse_operation
from parsing.status import STANDARD, parse_standard_status
from parsing.text import squeeze
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.page import Page

LONGEST: Final = 40
_BADGE: Final = re.compile(
    r"badge|status|ribbon|sticker|label|flag|estado|etiqueta|banner|pill|chip|overlay|sash|corner|bandeau"
    r"|(?:^|[\s_-])(?:tag|state|stamp)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"\s*[-–—:|(),!]\s*|\s{2,}")


def status_facts(page: Page, visible: Content) -> Iterator[Fact]:
    """The status that the listing's part of the page shows, but for "active", and "For Rent" as its offer."""
    found = offered = False
    for element in page.tree.css("[class], [data-testid]"):
        if element.mem_id not in visible.spans:
            continue
        names = (element.attributes.get(name) or "" for name in ("class", "data-testid"))
        if not _BADGE.search(" ".join(names)):
            continue
        text = squeeze(element.text())
        if not found and (status := _status(text)):
            found = True
            yield Fact("standard_status", status, Trust.TEXT, "badge", 10)
        if not offered and len(text) <= LONGEST and parse_operation(text) in ("sale", "rent"):
            offered = True
            yield Fact("operation_type", parse_operation(text), Trust.TEXT, "badge", 10)
    if page.heading is not None:
        first = _PARTS.split(squeeze(page.heading.text()))[0]
        if status := _status(first):
            yield Fact("standard_status", status, Trust.TEXT, "h1", 20)


def _status(text: str) -> str | None:
    """The text, if it is the name of a status other than active."""
    if not 2 < len(text) <= LONGEST:
        return None
    status = parse_standard_status(text)
    return text if status in STANDARD and status != "Active" else None
