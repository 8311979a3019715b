"""How a site's index pages follow one another where their links do not say it: the usual ways, tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from config.errors import ExtractionError, FetchError
from config.source import Pagination, Source
from scrapers.crawl.paging import read_index
from scrapers.draft import PageRead
from scrapers.extract import Index
from scrapers.extract.numbered import following_page
from scrapers.extract.sitemap import is_sitemap, read_sitemap
from scrapers.fetch import Fetcher

_USUAL: Final = ("page", "p", "pagina")
_NUMBERED: Final = frozenset(("page", "p", "pg", "pagina", "pag", "offset", "start", "skip", "from"))
_LEAST_NEW: Final = 0.5
"""Share of a further page's listings that the first page does not have."""
_MOST_FILES: Final = 3
_LEAST_NAMED: Final = 5
"""Listings that a sitemap must name to be worth telling of."""
_SITEMAP_LINE: Final = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def as_start(facts: Source, url: str) -> Source:
    """The facts with the pagination that a start address shows itself to need: a sitemap, or JSON."""
    parts = urlsplit(url)
    if re.search(r"sitemap[^/]*$|\.xml(?:\.gz)?$", parts.path, re.IGNORECASE):
        return facts.model_copy(update={"pagination": Pagination(kind="sitemap")})
    if not re.search(r"\.json$|(?:^|/)(?:api|graphql|ajax)(?:/|$)", parts.path, re.IGNORECASE):
        return facts
    for name, value in parse_qsl(parts.query):
        if name.lower() in _NUMBERED and value.isdecimal():
            template = re.sub(rf"([?&]{re.escape(name)}=)\d+", r"\g<1>{page}", url)
            declared = Pagination(kind="scroll", url=template, first=int(value))
            return facts.model_copy(update={"pagination": declared, "start": (url,)})
    return facts


async def onward(client: Fetcher, url: str, index: Index, facts: Source) -> Pagination | None:
    """The usual numbering that leads to other listings; None where links lead on, or nothing usual does."""
    is_whole = index.total is not None and index.total <= len(index.links)
    if index.next_url is not None or is_whole or index.blocks:
        return None
    for declared in _candidates(url):
        following = await _index(client, following_page(declared, url), facts)
        fresh = [link for link in following.links if link not in index.links] if following else []
        if following is not None and len(fresh) > _LEAST_NEW * len(following.links):
            return declared
    return None


def _candidates(url: str) -> list[Pagination]:
    query = [name for name, _ in parse_qsl(urlsplit(url).query)]
    given = [name for name in query if name.lower() in _NUMBERED]
    found = [Pagination(kind="pages", parameter=name) for name in given or _USUAL]
    path = urlsplit(url).path.rstrip("/")
    return [*found, Pagination(kind="pages", url=f"{path}/page/{{page}}")]


async def _index(client: Fetcher, url: str, facts: Source) -> Index | None:
    try:
        return read_index(await client.get(url, html_only=True), facts)
    except (FetchError, ExtractionError):
        return None  # it was a guess: nothing is there


async def listings_of_sitemap(
    client: Fetcher, url: str, read: Sequence[PageRead], facts: Source
) -> Pagination | None:
    """The sitemap of the site's robots.txt that names listings like those that were read."""
    pattern = pattern_of([page.url for page in read if page.error is None])
    if pattern is None:
        return None
    try:
        robots = await client.get(urljoin(url, "/robots.txt"))
    except FetchError:
        return None
    declared = Pagination(kind="sitemap", match=pattern)
    source = facts.model_copy(update={"pagination": declared})
    for named in _SITEMAP_LINE.findall(robots.text)[:_MOST_FILES]:
        waiting = [urljoin(url, named)]
        for _ in range(_MOST_FILES):
            index = await _sitemap(client, waiting.pop(0), source) if waiting else None
            if index is None:
                break
            if len(index.links) >= _LEAST_NAMED:
                return declared.model_copy(update={"url": urljoin(url, named)})
            waiting += index.more
    return None


async def _sitemap(client: Fetcher, url: str, source: Source) -> Index | None:
    try:
        fetched = await client.get(url)
        return read_sitemap(fetched.body, fetched.final_url, source) if is_sitemap(fetched.body) else None
    except (FetchError, ExtractionError):
        return None  # what robots.txt names need not be there


def pattern_of(urls: Sequence[str]) -> str | None:
    """What the addresses of these listings begin with, as a pattern; None where they have no such part."""
    heads = {urlsplit(url).path.strip("/").split("/")[0] for url in urls if urlsplit(url).path.count("/") > 1}
    return f"/{re.escape(heads.pop())}/" if len(heads) == 1 and len(urls) > 1 else None
