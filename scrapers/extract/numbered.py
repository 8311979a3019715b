"""Index pages whose addresses a source's file spells out: by a number, or by a cursor."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from config.source import Pagination

PLACES: Final = ("{page}", "{cursor}")
"""What stands in an address for what differs from page to page."""


def first_page(pagination: Pagination, start: str) -> str:
    """The first page of the list that a start page shows; without a template, the start page."""
    if pagination.url is None or pagination.kind == "pages":
        return start
    template = urljoin(start, pagination.url)
    if pagination.kind == "scroll" and _pattern(template).fullmatch(start):
        return start
    return template.replace("{page}", str(pagination.first)).replace("{cursor}", "")


def following_page(pagination: Pagination, url: str) -> str:
    """The page after one, by its number. A page whose address has none is the first."""
    if pagination.parameter is not None:
        return _with_parameter(url, pagination.parameter, _number(pagination, url) + pagination.step)
    template = urljoin(url, pagination.url or "")
    return template.replace("{page}", str(_number(pagination, url) + pagination.step))


def page_of_cursor(pagination: Pagination, url: str, cursor: str) -> str:
    """The page that a cursor leads to; one without a place in the template is an address itself."""
    template = urljoin(url, pagination.url or "")
    if "{cursor}" in template:
        return template.replace("{cursor}", quote(cursor, safe=""))
    return urljoin(url, cursor)


def _number(pagination: Pagination, url: str) -> int:
    if pagination.parameter is not None:
        given = dict(parse_qsl(urlsplit(url).query)).get(pagination.parameter, "")
    else:
        found = _pattern(urljoin(url, pagination.url or "")).fullmatch(url)
        given = found["page"] if found else ""
    return int(given) if given.isdecimal() and len(given) < 10 else pagination.first


def _with_parameter(url: str, name: str, number: int) -> str:
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != quote(name)]
    return urlunsplit(parts._replace(query="&".join([*pairs, urlencode({name: number})]), fragment=""))


@lru_cache(maxsize=100)
def _pattern(template: str) -> re.Pattern[str]:
    """What the addresses of a template look like."""
    parts = re.split(r"(\{page\}|\{cursor\})", template)
    kinds = {"{page}": r"(?P<page>\d+)", "{cursor}": r"[^&/]*"}
    return re.compile("".join(kinds.get(part, re.escape(part)) for part in parts))
