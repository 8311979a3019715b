"""Where an index page goes on: its next page, how many listings there are, whether it is the last."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from parsing.text import compact, squeeze, words
from scrapers.extract.links import REMEMBERED, split
from scrapers.extract.page import Page, host

_PARAMS: Final = words("page p pg pagina pag pagenumber pageno pagenum currentpage seite pageindex pn")
_OFFSETS: Final = words("offset start from skip startindex first desde")
_IN_PATH: Final = re.compile(
    r"(?:[-_/](?:page|pagina|pag|seite|pn|p)[-_/=]?)(\d{1,5})(?=(?:\.\w{3,5})?/?$)", re.IGNORECASE
)
_NEXT_WORD: Final = re.compile(
    r"(?:next|siguiente|weiter|n[aä]chste|suivante?|pr[oó]xim[ao]|successiv[ao]|volgende|avanti)"
    r"(?: (?:page|p[aá]gina|seite|results))?\s*[»›>→]?",
    re.IGNORECASE,
)
_NEXT_CLASS: Final = re.compile(r"(?:^|[\s_-])next(?:[\s_-]|$)", re.IGNORECASE)
_ARROWS: Final = frozenset("»›>→⟩")
_PAGER: Final = re.compile(r"pag(?:ination|inator|inacion|inador|er|ing|es)|paginaci", re.IGNORECASE)
_COUNTED: Final = (
    r"(?:results?|properties|property|homes?|houses|listings?|apartments|flats|rentals|propiedades|inmuebles|resultados"
    r"|anuncios|avisos|departamentos|casas|terrenos|ergebnisse|treffer|immobilien|objekte|annonces|biens|annunci"
    r"|im[oó]veis|woningen|huizen|viviendas|pisos|maisons|appartements|h[aä]user|wohnungen|ville|case)"
)
PLURAL: Final = re.compile(
    r"\b(?:results|properties|homes|houses|listings|apartments|flats|rentals|propiedades|inmuebles|resultados|casas"
    r"|anuncios|departamentos|terrenos|viviendas|pisos|ergebnisse|immobilien|wohnungen|h[aä]user|annonces|biens"
    r"|maisons|appartements|annunci|case|ville|appartamenti|im[oó]veis|woningen|huizen|search)\b",
    re.IGNORECASE,
)
"""In a heading: the page lists homes."""
_NO_COUNT: Final = (
    r"(?:bed|bath|bdrm|rec[aá]mara|habitac|dormitor|ba[nñ]o|room|story|storey|year|a[nñ]o|per\b|sq|m2)"
)
_TOTAL: Final = re.compile(
    rf"(?<![\w.,/#(©$€£¥₹₽-])(?<!\d[ ])([1-9]\d{{0,2}}(?:[., ]\d{{3}})+|[1-9]\d{{0,6}})\+?"
    rf"[ \n](?:(?!{_NO_COUNT})[^\W\d]+[ ]){{0,2}}?{_COUNTED}\b",
    re.IGNORECASE,
)
_ANOTHER_NUMBER: Final = re.compile(
    r"(?:©|copyright|[$€£¥₹₽]|\b(?:usd|mxn|eur|gbp|tel|phone|call|since|est|established|founded|desde|zip|cp|ref|r[eé]f[eé]rence|referencia|id|mls|top|best|latest|house|home|casa|lot|unit"
    r"|no\.?|villa|road|street))\W{0,3}$",
    re.IGNORECASE,
)
"""Before a number that counts nothing: a sign or a word that makes it a price, phone, year or name."""
_OF: Final = re.compile(
    r"\d+\s*(?:-|–|to|a|bis)\s*\d+\s+(?:of|de|von|sur|di)\s+(\d[\d.,\s]*\d|\d)", re.IGNORECASE
)
_LAST_NUMBER: Final = re.compile(r"/\d{1,4}$")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DISABLED: Final = re.compile(r"disabled|inactive|is-last", re.IGNORECASE)


def page_of(url: str, current: str) -> int | None:
    """The page number of a link that differs from the current address by nothing else."""
    if host(url) != host(current):
        return None
    number, base = _numbered(url)
    return number if number is not None and base == _numbered(current)[1] else None


@lru_cache(maxsize=REMEMBERED)
def _numbered(url: str) -> tuple[int | None, str]:
    """A page's number or offset, and its address without it."""
    parts = split(url)
    number: int | None = None
    rest: list[tuple[str, str]] = []
    if parts.netloc and not parts.query and not _IN_PATH.search(parts.path):
        return None, f"//{host(url)}{parts.path.rstrip('/')}"
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if compact(name) in _PARAMS | _OFFSETS and value.isdigit():
            number = int(value)
        else:
            rest.append((name, value))
    path = parts.path
    if number is None and (match := _IN_PATH.search(path)):
        number, path = int(match[1]), path[: match.start()] + path[match.end() :]
    return number, urlunsplit(("", host(url), path.rstrip("/"), urlencode(sorted(rest)), ""))


def next_page(page: Page) -> str | None:
    """The address of the next page: by `rel`, by label, or by the next number."""
    for node in page.tree.css('link[rel~="next"], a[rel~="next"]'):
        if link := _leads_on(node, page):
            return link
    for node in _next_controls(page):
        if not _is_disabled(node) and (link := _leads_on(node, page)):
            return link
    here = _number_here(page)
    later = {number: link for number, link in numbered_links(page).items() if number > here}
    return later[min(later)] if later else _next_in_path(page)


def _next_in_path(page: Page) -> str | None:
    """The next of a pager's links whose text is the number that ends their path: `/sale/leeds/2`."""
    path = urlsplit(page.url).path.rstrip("/")
    last = _LAST_NUMBER.search(path)
    places = [(path, 1)] if last is None else [(path[: last.start()], int(last[0][1:])), (path, 1)]
    for base, here in places:
        later = {number: link for number, link in _numbered_under(base, page).items() if number > here}
        if later:
            return later[min(later)]
    return None


def _numbered_under(path: str, page: Page) -> dict[int, str]:
    found: dict[int, str] = {}
    for node in page.tree.css("a[href]"):
        text = squeeze(node.text()) if node.first_child is not None else ""
        if not (text.isdigit() and len(text) < 5 and _in_pager(node)):
            continue
        link = page.absolute(node.attributes.get("href") or "")
        if host(link) == host(page.url) and urlsplit(link).path.rstrip("/") == f"{path}/{text}":
            found.setdefault(int(text), link)
    return found


def _next_controls(page: Page) -> list[LexborNode]:
    """Links and buttons that lead on: by word anywhere, by arrow or class inside a pager."""
    return [node for node in page.tree.css("a, button, li > span") if _says_next(node)]


def _says_next(node: LexborNode) -> bool:
    attributes = node.attributes
    texts = [attributes.get("aria-label") or "", attributes.get("title") or ""]
    texts.append(squeeze(node.text()) if node.first_child is not None else "")
    phrases = [text.strip() for text in texts if 0 < len(text) < 30]
    if any(_NEXT_WORD.fullmatch(text) for text in phrases):
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return (_NEXT_CLASS.search(names) is not None or any(text in _ARROWS for text in phrases)) and _in_pager(
        node
    )


def _in_pager(node: LexborNode) -> bool:
    element: LexborNode | None = node
    for _ in range(5):
        if element is None:
            return False
        if any(_PAGER.search(element.attributes.get(name) or "") for name in ("class", "id", "aria-label")):
            return True
        element = element.parent
    return False


def _is_disabled(node: LexborNode) -> bool:
    around = [node, node.parent] if node.parent is not None else [node]
    for element in around:
        attributes = element.attributes
        if "disabled" in attributes or attributes.get("aria-disabled") == "true":
            return True
        if _DISABLED.search(attributes.get("class") or ""):
            return True
    return False


def _leads_on(node: LexborNode, page: Page) -> str | None:
    """The link's address, if it is another page of this host and not an earlier one of this list."""
    href = node.attributes.get("href") or ""
    link = page.absolute(href).partition("#")[0]
    if not href or href.startswith(("#", "javascript:")) or host(link) != host(page.url) or link == page.url:
        return None
    number = page_of(link, page.url)
    return link if number is None or number > _number_here(page) else None


def _number_here(page: Page) -> int:
    number = _numbered(page.url)[0]
    if number is not None:
        return number
    is_offset = any(
        compact(name) in _OFFSETS for link in page.links for name, _ in parse_qsl(urlsplit(link).query)
    )
    return 0 if is_offset else 1


def numbered_links(page: Page) -> dict[int, str]:
    """Links that are this page but for its number."""
    found: dict[int, str] = {}
    for link in page.links:
        number = page_of(link, page.url)
        if number is not None:
            found.setdefault(number, link)
    return found


def total_count(text: str, least: int, url: str) -> int | None:
    """How many listings the page states there are, never fewer than it shows."""
    parts = urlsplit(url)
    postal_codes = set(
        re.findall(r"\d{4,}", f"{parts.path}?{parts.query}")
    )  # "homes in 78701" counts nothing
    for pattern in (_OF, _TOTAL):
        for match in pattern.finditer(text):
            number = int(re.sub(r"\D", "", match[1]))
            line = text[: match.start()].rpartition("\n")[2]
            over_two_lines = "\n" in match[0]
            if _ANOTHER_NUMBER.search(line[-12:]) or (over_two_lines and line.strip()):
                continue  # a number is counted by the next line only if it is a line of its own
            if _YEAR.fullmatch(match[1]) and pattern is _TOTAL and line.strip():
                continue  # a year in a line of words: "Est. 1987 Homes"
            if max(least, 1) <= number < 10_000_000 and match[1] not in postal_codes:
                return number
    return None


def is_last_page(page: Page, shown: int, total: int | None) -> bool:
    """Whether, no next page being found, the page itself shows that there is none."""
    here = _number_here(page)
    numbers = numbered_links(page)
    if any(_is_disabled(node) for node in _next_controls(page)):
        return True
    if numbers and max(numbers) < max(here, 1):
        return True
    if page.tree.css_first('link[rel~="prev"], a[rel~="prev"]') is not None:
        return True
    return total is not None and here <= 1 and 0 < total <= shown
