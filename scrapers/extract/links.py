"""Addresses compared by their make: which links of a page lead to listings like one another."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from parsing.text import compact, digits, words

REMEMBERED = 5_000
"""Of how many addresses what is read from them is kept: those that the pages of a site share."""
_ENDS_WITH_ID = re.compile(r"(?:^|[-_.])[A-Za-z]{0,4}-?[A-Za-z]{0,4}\d{3,}[A-Za-z0-9]*$")
ID_PARAMS = words("id listingid propertyid listing property ref reference adid pid code inmueble")
_TOKEN = re.compile(r"[A-Za-z]{1,4}-?[A-Za-z0-9]*\d{2,}[A-Za-z0-9]*|\d{3,}")
_NOISE = re.compile(
    r"^(?:utm_|fbclid|gclid|ref$|source$|n_src|n_pg|n_pos|position|from$|sid$|session)", re.IGNORECASE
)
_NO_LISTING = re.compile(
    r"(?:^|/)(?:login|signin|sign-in|register|signup|contact|about|blog|news|help|faq|privacy|terms|legal|cookies?|agents?|agency"
    r"|agencies|advice|guides?|calculator|mortgages?|favou?rites|account|sitemap|careers|press|aviso|inmobiliarias?|empresas?)(?:[/?#-]|$)",
    re.IGNORECASE,
)


_PLAIN = re.compile(r"(https?)://([a-z0-9.:-]+)(/[!$-.0-;=@-Z_a-z~/]*)?(?:\?([!$-;=@-Z_a-z~/?]+))?")
"""An address of ASCII without a fragment, as it stays when it is taken apart and put together."""
_A_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|ico|pdf|docx?|xlsx?|mp4|mov|webm|mp3|zip|css|js|json|xml|kml)$",
    re.IGNORECASE,
)
_SLUG_ID = re.compile(r"(?:^|[-_/])([A-Za-z]{0,4}-?[A-Za-z]{0,4}\d{4,}[A-Za-z0-9]*)(?:\.\w{2,5})?/?$")


@lru_cache(maxsize=REMEMBERED)
def split(url: str) -> SplitResult:
    """The parts of an address; `urlsplit` takes five times as long for a plain one. Raises ValueError."""
    plain = _PLAIN.fullmatch(url)
    if plain is None:
        return urlsplit(url)
    scheme, netloc, path, query = plain.groups("")
    return SplitResult(scheme, netloc, path, query, "")


def id_of(url: str) -> str | None:
    """The id in an address: a query parameter, else the last part of the path that ends with one."""
    parts = split(url)
    for name, value in parse_qsl(parts.query) if parts.query else ():
        if compact(name) in ID_PARAMS and value:
            return value
    segments = [part for part in unquote(parts.path).split("/") if part]
    found = (_SLUG_ID.search(segment) for segment in reversed(segments[-3:]))
    return next((match[1] for match in found if match), None)


def tokens(url: str) -> frozenset[str]:
    """What in an address could be an id."""
    parts = split(url)
    path = unquote(parts.path)
    found = {compact(token) for token in _TOKEN.findall(path)}
    found |= {compact(part.split(".")[0]) for part in path.split("/")}
    found |= {compact(value) for _, value in parse_qsl(parts.query)}
    if known := id_of(url):
        found |= {compact(known), digits(known)}
    return frozenset(found - {""})


def carries(urls: tuple[str, ...], known: frozenset[str], value: object) -> bool:
    """Whether an id is one of the addresses' tokens, or what one of them ends with."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    text = compact(str(value))
    if text in known:
        return len(text) > 2 or text.isdigit()
    paths = (compact(unquote(split(url).path)).removesuffix("html") for url in urls)
    return len(text) >= 6 and any(path.endswith(text) for path in paths)


def segment_kind(segment: str) -> str:
    """What a part of a path is: a bare number, something ending with an id, or a word."""
    stem = segment.rsplit(".", 1)[0] if "." in segment else segment
    if stem.isdigit():
        return "#" if len(stem) > 2 else "n"
    return "id" if _ENDS_WITH_ID.search(stem) else "w"


@lru_cache(maxsize=REMEMBERED)
def shape(url: str) -> tuple[str, ...]:
    """The make of an address: its first word and what each further part is."""
    parts = split(url)
    segments = [part for part in unquote(parts.path).split("/") if part]
    kinds = [segment_kind(part) for part in segments]
    if len(segments) > 1 and kinds[0] == "w":
        kinds[0] = segments[0].lower()
    names = parse_qsl(parts.query) if parts.query else []
    ids = sorted({compact(name) for name, _ in names} & ID_PARAMS)
    if ids:
        kinds = [part.lower() for part in segments]
    return (*kinds, *(f"?{name}" for name in ids))


def has_id(make: tuple[str, ...]) -> bool:
    """Whether addresses of this make carry an id."""
    return any(kind in {"#", "id"} or kind.startswith("?") for kind in make)


def is_sibling(url: str, other: str) -> bool:
    """Whether `other` looks like another listing of the site `url` is one of."""
    make = shape(url)
    if make != shape(other):
        return False
    if has_id(make):
        return True
    here, there = split(url).path.rstrip("/"), split(other).path.rstrip("/")
    return (
        bool(here.rpartition("/")[0])
        and here.rpartition("/")[0] == there.rpartition("/")[0]
        and here != there
    )


@lru_cache(maxsize=REMEMBERED)
def clean(url: str) -> str:
    """The address without fragment and tracking parameters."""
    if "?" not in url and "#" not in url and _PLAIN.fullmatch(url):
        return url
    parts = split(url)
    query = "&".join(p for p in parts.query.split("&") if p and not _tracks(p, parts.path))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _tracks(parameter: str, path: str) -> bool:
    """Whether a parameter tells where a visitor came from; `ref=A-123` is an id where the path has none."""
    name, _, value = parameter.partition("=")
    if not _NOISE.match(name):
        return False
    is_id = compact(name) in ID_PARAMS and _ENDS_WITH_ID.search(value) is not None
    return not (is_id and all(segment_kind(part) in {"w", "n"} for part in path.split("/") if part))


@lru_cache(maxsize=REMEMBERED)
def may_be_listing(url: str) -> bool:
    """Whether an address could be a listing's at all."""
    path = split(url).path
    return path.strip("/") != "" and not _NO_LISTING.search(path) and not _A_FILE.search(path)
