"""A search of more listings than its pages show, asked in parts: by price, or as the site itself divides it.

The parts are addresses of the site's own filter: its form, its links with counts, or what the source names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from config.source import Split
from parsing.text import squeeze
from scrapers.extract import Page
from scrapers.extract.pagination import numbered_links, page_of

CUT: Final = 0.95
"""A search shows all of its listings, or its pages end before: at less than this share of what it counts."""
_ENOUGH: Final = 0.9  # of the count, together: links that divide all of the listings
_MOST_OPTIONS: Final = 500
_PRICE: Final = re.compile(
    r"price|precio|preis|prix|prezzo|preco|prijs|cena|pris|rent|renta|valor|amount", re.I
)
_LOWEST: Final = re.compile(r"min|desde|from|low|gte|von|dal?$|vanaf|(?:^|[_-])de$", re.I)
_HIGHEST: Final = re.compile(r"max|hasta|upto|to$|high|lte|bis|ate$|tot$|(?:^|[_-])[aà]$", re.I)
_DIVIDES: Final = re.compile(
    r"city|ciudad|zon[ae]|area|region|district|distrito|barrio|colonia|municip|localidad|location|ubicacion|ort$"
    r"|stadt|ville|commune|quartier|neighbou?rhood|state|estado|provinc|type|tipo|typ$|categor|bed|recamara"
    r"|habitacion|dormitorio|zimmer|rooms?$",
    re.I,
)
_COUNTED_LINK: Final = re.compile(r"\(?\s*([1-9]\d{0,2}(?:[.,]\d{3})+|\d{1,6})\s*\)?\s*$")


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a search: its first page, what it is called, and the prices it is asked for."""

    url: str
    name: str = "the whole search"
    lowest: int | None = None
    highest: int | None = None
    depth: int = 0


@dataclass(slots=True)
class Parts:
    """One way to divide a slice, and whether it has proved to divide anything."""

    of: Slice
    total: int | None
    links: frozenset[str]
    """What its first page leads to."""
    counts_more: bool
    """Whether the site says only that there are more listings than the total."""
    others: Iterator[list[Slice]]
    """The ways that are left, should this one divide nothing."""
    waiting: int
    proved: bool = False
    whole: list[Slice] = field(default_factory=list)
    """Parts that count as many as the whole: the site may not have followed the filter."""

    def note(self, part: Slice, total: int | None, links: list[str]) -> bool:
        """Note what a part counts and shows on its first page; whether it may be read now."""
        self.waiting -= 1
        if self.total is None or total is None:
            self.proved = True
        elif self.counts_more:
            self.proved |= frozenset(links) != self.links
        else:
            self.proved |= total < self.total
        if not self.proved:
            self.whole.append(part)
        return self.proved


def ways(
    page: Page | None, part: Slice, split: Split, prices: Iterable[int], total: int | None
) -> Iterator[list[Slice]]:
    """Every way in which a search can be divided, the finest first; none where the site offers none."""
    base = _without_page(part.url)
    given = split.price or (_price_parameters(page) if page is not None else None)
    if given is not None and (
        bands := _bands(part, given, base, prices, [] if page is None else _options(page, given[0]))
    ):
        yield bands
    if split.parameter and split.values and split.parameter not in dict(parse_qsl(urlsplit(base).query)):
        yield [
            _with(part, base, {split.parameter: value}, f"{split.parameter} {value}")
            for value in split.values
        ]
    if page is not None:
        yield from _counted_links(page, part, total)
        yield from _selects(page, part, base)


def _bands(
    part: Slice, names: tuple[str, str], base: str, prices: Iterable[int], allowed: list[int]
) -> list[Slice]:
    """Bands of price: two whose common bound is in both, so that none falls between; or round one price."""
    low, high = part.lowest, part.highest
    seen = [price for price in prices if price > 0]
    if not allowed and len(set(seen)) == 1 and (low or 0) <= seen[0] <= (high or seen[0]) and low != high:
        only = seen[0]
        bands = [(low, only - 1), (only, only), (only + 1, high)]
    elif low is not None and low == high:
        bands = []
    else:
        middle = _middle(low, high, seen, allowed)
        bands = [] if middle is None else [(low, middle), (middle, high)]
    sound = [(least, most) for least, most in bands if least is None or most is None or least <= most]
    return [_band(part, names, base, least, most) for least, most in sound]


def _middle(low: int | None, high: int | None, prices: list[int], allowed: list[int]) -> int | None:
    """A price strictly between the bounds, where the prices that were seen have their middle."""
    within = [price for price in prices if (low is None or price > low) and (high is None or price < high)]
    if allowed:
        inner = [price for price in allowed if (low or 0) < price and (high is None or price < high)]
        wanted = median_low(within) if within else 0
        return min(inner, key=lambda price: abs(price - wanted), default=None)
    if within:
        return median_low(within)
    if high is not None:
        middle = ((low or 0) + high) // 2
        return middle if (low or 0) < middle < high else None
    return 2 * low if low else None


def _band(part: Slice, names: tuple[str, str], base: str, low: int | None, high: int | None) -> Slice:
    bounds = dict(zip(names, (low, high), strict=True))
    given = {name: str(value) for name, value in bounds.items() if value is not None}
    name = f"price {'' if low is None else f'{low:,}'} to {'' if high is None else f'{high:,}'}"
    return Slice(_asked(base, given), squeeze(name), low, high, part.depth + 1)


def _with(part: Slice, base: str, given: dict[str, str], name: str) -> Slice:
    return Slice(_asked(base, given), name, part.lowest, part.highest, part.depth + 1)


def _asked(base: str, given: dict[str, str]) -> str:
    """The address with these parameters, in place of those of the same names."""
    parts = urlsplit(base)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in given]
    return urlunsplit(parts._replace(query=urlencode([*kept, *given.items()])))


def _without_page(url: str) -> str:
    """The address of a search without the number of its page."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for place in range(len(query)):
        rest = urlunsplit(parts._replace(query=urlencode(query[:place] + query[place + 1 :])))
        if query[place][1].isdigit() and page_of(url, rest) is not None:
            return rest
    return url


def _price_parameters(page: Page) -> tuple[str, str] | None:
    """The names by which the site's form, or its links, ask for the lowest and the highest price."""
    for form in _forms(page):
        names = [name for node in form.css("input, select") if (name := node.attributes.get("name"))]
        if (found := _pair(names)) is not None:
            return found
    path = urlsplit(page.url).path
    for link in page.links:
        parts = urlsplit(link)
        if (
            parts.query
            and parts.path == path
            and (found := _pair([name for name, _ in parse_qsl(parts.query)]))
        ):
            return found
    return None


def _pair(names: list[str]) -> tuple[str, str] | None:
    priced = [name for name in names if _PRICE.search(name)]
    lowest = next((name for name in priced if _LOWEST.search(_PRICE.sub("", name))), None)
    highest = next(
        (name for name in priced if name != lowest and _HIGHEST.search(_PRICE.sub("", name))), None
    )
    return None if lowest is None or highest is None else (lowest, highest)


def _forms(page: Page) -> list[LexborNode]:
    """The forms whose answer is an address, that of this search."""
    path = urlsplit(page.url).path
    return [
        form
        for form in page.tree.css("form")
        if (form.attributes.get("method") or "get").lower() == "get"
        and urlsplit(page.absolute(form.attributes.get("action") or page.url)).path.rstrip("/")
        == path.rstrip("/")
    ]


def _options(page: Page, name: str) -> list[int]:
    """The prices that the form offers, where it offers a choice; empty where any may be typed."""
    for form in _forms(page):
        for select in form.css("select"):
            if select.attributes.get("name") == name:
                values = [option.attributes.get("value") or "" for option in select.css("option")]
                return [int(value) for value in values if value.isdigit()]
    return []


def _selects(page: Page, part: Slice, base: str) -> Iterator[list[Slice]]:
    """The choices of the site's form that divide its listings by place or kind."""
    asked = dict(parse_qsl(urlsplit(base).query))
    for form in _forms(page):
        for select in form.css("select[name]"):
            name = select.attributes.get("name") or ""
            values = [option.attributes.get("value") or "" for option in select.css("option")]
            values = list(dict.fromkeys(value for value in values if value))
            if name in asked or not _DIVIDES.search(name) or not 2 <= len(values) <= _MOST_OPTIONS:
                continue
            yield [_with(part, base, {name: value}, f"{name} {value}") for value in values]


def _counted_links(page: Page, part: Slice, total: int | None) -> Iterator[list[Slice]]:
    """Lists of links that each count listings, and together all of them: "Centro (340)"."""
    if total is None:
        return
    groups: dict[int, dict[str, tuple[str, int]]] = {}
    pages = set(numbered_links(page).values())
    for node in page.tree.css("a[href]"):
        text = squeeze(node.text())
        found = _COUNTED_LINK.search(text)
        link = page.absolute(node.attributes.get("href") or "").partition("#")[0]
        around = node.parent.parent if node.parent is not None else None
        if found is None or around is None or not text[: found.start()].strip(" (") or link in pages:
            continue
        if urlsplit(link).netloc == urlsplit(page.url).netloc and link != page.url:
            count = int(re.sub(r"\D", "", found[1]))
            groups.setdefault(around.mem_id, {})[link] = (text[: found.start()].strip(" ("), count)
    for links in groups.values():
        counted = sum(count for _, count in links.values())
        if (
            len(links) >= 2
            and _ENOUGH * total <= counted <= 2 * total
            and max(count for _, count in links.values()) < total
        ):
            yield [
                Slice(link, name, part.lowest, part.highest, part.depth + 1)
                for link, (name, _) in links.items()
            ]


def prices_of(cards: list[dict[str, Any]]) -> list[int]:
    """The amounts on the cards of an index page, without their parts of a unit."""
    found = []
    for card in cards:
        digits = re.match(r"\D{0,6}(\d[\d.,' ]*)", str(card.get("price") or ""))
        if digits:
            found.append(int(re.sub(r"[.,]\d{1,2}$|\D", "", digits[1].strip()) or 0))
    return found
