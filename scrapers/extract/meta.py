"""The page's margins: OpenGraph and other meta tags, data attributes, telephone and map links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.operation import operation_of
from parsing.text import squeeze
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.page import Page

_TAGS: Final[dict[str, str]] = {
    "title": "og:title twitter:title",
    "description": "og:description description",
    "price": "product:price:amount og:price:amount price",
    "currency": "product:price:currency og:price:currency",
    "latitude": "place:location:latitude og:latitude",
    "longitude": "place:location:longitude og:longitude",
    "address": "og:street-address og:street_address business:contact_data:street_address",
    "city": "og:locality geo.placename",
    "state": "og:region",
    "postal_code": "og:postal-code business:contact_data:postal_code",
    "property_id": "product:retailer_item_id",
    "image_urls": "og:image og:image:url og:image:secure_url twitter:image",
    "video_url": "og:video",
}
_ENDS: Final = {
    "bedrooms": re.compile(r"(?:^|[:_.-])bed(?:room)?s?$"),
    "bathrooms": re.compile(r"(?:^|[:_.-])bath(?:room)?s?$"),
    "construction_year": re.compile(r"(?:^|[:_.-])year[-_]built$"),
}
_PAIR: Final = re.compile(r"(-?\d{1,2}\.\d{3,})\s*[,;]\s*(-?\d{1,3}\.\d{3,})")
_MAP: Final = re.compile(
    r"(?:[?&](?:q|query|center|ll|daddr|destination|markers|cbll|viewpoint)=|@|/place/)"
    r"(-?\d{1,2}\.\d+)(?:,|%2C)\s*(-?\d{1,3}\.\d+)"
)


def meta_facts(page: Page) -> Iterator[Fact]:
    """Facts in the meta tags of the page."""
    for field, names in _TAGS.items():
        for rank, name in enumerate(names.split()):
            if value := page.metas.get(name):
                yield Fact(field, [value] if field == "image_urls" else value, Trust.META, name, rank)
    for name, value in page.metas.items():
        for field, pattern in _ENDS.items():
            if pattern.search(name) and value[:1].isdigit():
                yield Fact(field, value, Trust.META, name)
    place = _PAIR.search(page.meta("geo.position", "icbm") or "")
    if place:
        yield from _place(place[1], place[2], "geo.position", Trust.META)


def attribute_facts(page: Page, found: Content) -> Iterator[Fact]:
    """Coordinates in data attributes or a map link, when the listing's part of the page has one place."""
    places = set()
    for element in page.tree.css("[data-lat], [data-latitude], [data-lng], [data-map-lat]"):
        attributes = element.attributes
        lat = next(
            (attributes.get(k) for k in ("data-lat", "data-latitude", "data-map-lat") if attributes.get(k)),
            None,
        )
        lon = next(
            (
                attributes.get(k)
                for k in ("data-lng", "data-lon", "data-long", "data-longitude", "data-map-lng")
                if attributes.get(k)
            ),
            None,
        )
        if lat and lon and _is_read(element, found):
            places.add((lat, lon))
    if len(places) == 1:
        yield from _place(*places.pop(), "data-lat", Trust.META)
    links = set()
    for element in page.tree.css('a[href*="map"], iframe[src*="map"], img[src*="map"]'):
        link = element.attributes.get("href") or element.attributes.get("src") or ""
        match = _MAP.search(link)
        if match and _is_read(element, found):
            links.add((match[1], match[2]))
    if len(links) == 1:
        yield from _place(*links.pop(), "map link", Trust.TEXT)


def contact_links(page: Page, found: Content) -> Iterator[Fact]:
    """A telephone number or e-mail address that is the only one in the listing's part of the page."""
    for css, field in (('a[href^="tel:"]', "agent_phone"), ('a[href^="mailto:"]', "agent_email")):
        values = {
            (node.attributes.get("href") or "").partition(":")[2].partition("?")[0].strip()
            for node in page.tree.css(css)
            if _is_read(node, found)
        } - {""}
        if len(values) == 1:
            yield Fact(field, values.pop(), Trust.TEXT, css)
    names = {
        squeeze(node.text())
        for node in page.tree.css('[class*="agent-name" i], [class*="agent_name" i], [class*="agentname" i]')
        if _is_read(node, found)
    } - {""}
    if len(names) == 1 and 2 < len(name := names.pop()) <= 60 and not any(map(str.isdigit, name)):
        yield Fact("agent_name", name, Trust.TEXT, "agent-name element")


def heading_facts(page: Page) -> Iterator[Fact]:
    """The h1 and the title of the document."""
    if page.heading:
        yield Fact("title", squeeze(page.heading.text()), Trust.META, "h1", 3)
    node = page.tree.css_first("title")
    if node and squeeze(node.text()):
        yield Fact("title", squeeze(node.text()), Trust.TEXT, "title")


def operation_facts(page: Page) -> Iterator[Fact]:
    """Sale or rent by the page's heading, title, addresses and first breadcrumbs."""
    texts = [
        ("h1", page.heading.text() if page.heading else ""),
        ("url", " ".join(page.addresses)),
        ("og:title", page.meta("og:title") or ""),
        ("title", node.text() if (node := page.tree.css_first("title")) else ""),
        ("description", page.meta("og:description", "description") or ""),
        ("breadcrumb", " ".join(breadcrumbs(page))),
    ]
    for rank, (where, text) in enumerate(texts):
        operation = operation_of(text)
        if operation:
            yield Fact("operation_type", operation, Trust.TEXT, where, rank)


def breadcrumbs(page: Page) -> list[str]:
    """The steps of the page's breadcrumb trail."""
    trails = ('[class*="breadcrumb" i]', '[aria-label*="breadcrumb" i]', '[itemtype*="BreadcrumbList"]')
    css = ", ".join(f"{trail} a" for trail in trails)
    return list(dict.fromkeys(squeeze(node.text()) for node in page.tree.css(css) if squeeze(node.text())))[
        :12
    ]


def _place(lat: str, lon: str, where: str, trust: Trust) -> Iterator[Fact]:
    yield Fact("latitude", lat, trust, where)
    yield Fact("longitude", lon, trust, where)


def _is_read(element: LexborNode, found: Content) -> bool:
    """Whether an element is in the part of the page that was read."""
    parent = element.parent
    return element.mem_id in found.spans or (parent is not None and parent.mem_id in found.spans)
