"""What is wrong with a description of a source that its model alone cannot see: found before any fetch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from zoneinfo import available_timezones

from config.errors import UsageError
from config.listing import FIELD
from config.source import Pagination, Source
from parsing.nearest import UnknownName, nearest
from scrapers.extract import jsonpath
from scrapers.extract.lookup import checked, regex
from scrapers.extract.scroll import PATHS
from scrapers.ids import Rule
from services.schedule.times import Times

Fault = tuple[tuple[str, ...], str]
"""The key that is wrong, and why."""

_KEYS: Final = {
    "pages": frozenset(("url", "parameter", "first", "step", "most")),
    "next": frozenset(("next", "most")),
    "scroll": frozenset(("url", "first", "step", "items", "link", "cursor", "total", "most")),
    "sitemap": frozenset(("url", "match", "most")),
}
"""Kind of pagination → the keys that mean something for it."""
_HOST: Final = re.compile(r"[^\s/?#@]+")


def source_faults(source: Source) -> Iterator[Fault]:
    """What is wrong, each with its key; nothing where the description can be followed."""
    yield from _volatile(source)
    yield from _times(source)
    yield from _ids(source)
    yield from _hosts(source)
    if source.pagination is not None:
        yield from (((("pagination", *key), why)) for key, why in _pagination(source.pagination))


def _volatile(source: Source) -> Iterator[Fault]:
    compared = [name for name, field in FIELD.items() if field.compared]
    for name in source.volatile:
        if name not in compared:
            yield ("volatile",), str(UnknownName("field", name, compared))


def _times(source: Source) -> Iterator[Fault]:
    if source.time_zone is not None and source.time_zone not in (known := available_timezones()):
        near = nearest(source.time_zone, known)
        hint = f"; did you mean {near!r}?" if near else ", such as America/Mexico_City"
        yield ("time_zone",), f"{source.time_zone!r} is not the IANA name of a time zone{hint}"
    if source.schedule is not None:
        try:
            Times.parse(source.schedule, source.time_zone)
        except UsageError as error:
            yield ("schedule",), f"{error.message}; {error.next_step}"
    if source.schedule is not None and not source.start:
        yield ("schedule",), 'there is no page to begin at: write start = ["https://…"] too'


def _ids(source: Source) -> Iterator[Fault]:
    if source.id_rule is None:
        return
    if (source.recipe or {}).get("id"):
        yield ("id_rule",), "the recipe says what the id is too: keep one of them"
    yield from _raised(("id_rule",), Rule.parsed, source.id_rule)


def _hosts(source: Source) -> Iterator[Fault]:
    for at, host in enumerate(source.hosts):
        if not _HOST.fullmatch(host):
            yield ("hosts", str(at)), f"{host!r} is not a host, such as example.com"
    for alias, host in source.urls.aliases.items():
        if not (_HOST.fullmatch(alias) and _HOST.fullmatch(host)):
            yield ("urls", "aliases", alias), 'it maps a host to a host: "m.example.com" = "example.com"'
    if source.urls.drop and source.urls.keep is not None:
        yield ("urls", "drop"), "keep names all parameters that count, so drop says nothing: keep one of them"


def _pagination(given: Pagination) -> Iterator[Fault]:
    for key in sorted(given.model_fields_set - _KEYS[given.kind] - {"kind"}):
        yield (key,), f'it means nothing where kind = "{given.kind}"'
    match given.kind:
        case "pages":
            yield from _numbered(given)
        case "next":
            if given.next is None:
                yield (), 'next is missing: the place of the link, such as next = "a.next"'
            else:
                yield from _raised(("next",), checked, given.next)
        case "scroll":
            yield from _scrolled(given)
        case "sitemap":
            yield from _raised(("match",), regex, given.match or "")
            if given.url is not None and "{" in given.url:
                yield ("url",), "the address of a sitemap has no braces"


def _numbered(given: Pagination) -> Iterator[Fault]:
    if given.url is None and given.parameter is None:
        yield (), 'it has neither a parameter, such as "page", nor a url with {page} in it'
    elif given.url is not None and given.parameter is not None:
        yield ("parameter",), "the url says where the number is: keep one of them"
    elif given.url is not None and "{page}" not in given.url:
        yield ("url",), "{page} is missing in it, where the number of the page stands"


def _scrolled(given: Pagination) -> Iterator[Fault]:
    if given.url is None:
        yield (), "url is missing: the address that a script of the site asks"
    elif given.cursor is None and "{page}" not in given.url:
        yield ("url",), "it has no {page} in it, and no cursor says which part comes next"
    elif "{cursor}" in given.url and given.cursor is None:
        yield ("url",), "cursor is missing: the JSON path of the next cursor"
    for key, path in (("items", given.items), ("cursor", given.cursor), ("total", given.total)):
        yield from _raised((key,), jsonpath.compiled, path or "$")
    for path in PATHS.findall(given.link or "") if "{" in (given.link or "") else [given.link or "$"]:
        yield from _raised(("link",), jsonpath.compiled, path)


def _raised(key: tuple[str, ...], check: Callable[[str], object], value: str) -> Iterator[Fault]:
    try:
        check(value)
    except ValueError as error:
        yield key, str(error)
