"""Reads robots.txt by RFC 9309; it cannot be ignored."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property

from protego import Protego
from yarl import URL

from config.errors import (
    AddressRefusedError,
    BlockedError,
    FetchError,
    FetchTimeoutError,
    RobotsDisallowedError,
    UnreachableError,
)
from scrapers.fetch.address import origin, redacted, redirect_target
from scrapers.fetch.pace import Monotonic
from scrapers.fetch.wire import Answer

log = logging.getLogger(__name__)

SIZE_LIMIT = 500 * 1024
_MOST_REDIRECTS = 5
_KEEP = 24 * 3600.0
_KEEP_FAILURE = 600.0
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_AGENT_LINE = re.compile(r"user[ -]?agent\s*:\s*(.*)", re.IGNORECASE)
_SITE_WIDE = re.compile(r"(?:sitemaps?|site-map|host)\s*:", re.IGNORECASE)
_TOKEN = re.compile(r"\*|[A-Za-z_-]+")


class Rules:
    """The rules of one robots.txt for one crawler."""

    def __init__(self, text: str, token: str) -> None:
        self._lines = _group(text, token)
        self._parsed = _parse(self._lines)

    def allows(self, url: URL) -> bool:
        return self._parsed.can_fetch(str(url), "*")

    @property
    def crawl_delay(self) -> float:
        return self._parsed.crawl_delay("*") or 0.0

    def rule_against(self, url: URL) -> str:
        """Return the longest line that forbids this url, for the message."""
        guilty = [line for line, rule in self._each if not rule.can_fetch(str(url), "*")]
        return max(guilty, key=len, default="Disallow")

    @cached_property
    def _each(self) -> list[tuple[str, Protego]]:
        return [(line, _parse([line])) for line in dict.fromkeys(self._lines)]


def _parse(lines: list[str]) -> Protego:
    return Protego.parse("\n".join(["User-agent: *", *lines]))


def _group(text: str, token: str) -> list[str]:
    """Return the lines of every group that names the token, else of every group for `*`.

    Protego would also return groups whose name is a prefix of the token; the RFC compares the whole token.
    """
    groups: dict[str, list[str]] = {}
    current: list[str] = []
    in_heading = False
    for raw in _LINE_BREAK.split(text):
        line = raw.partition("#")[0].strip()
        if not line or _SITE_WIDE.match(line):
            continue
        if heading := _AGENT_LINE.match(line):
            name = _TOKEN.match(heading[1].strip())
            current = [*(current if in_heading else []), name[0].lower() if name else ""]
            groups.setdefault(current[-1], [])
        else:
            for named in dict.fromkeys(current):
                groups[named].append(line)
        in_heading = heading is not None
    return groups.get(token.lower(), groups.get("*", []))


@dataclass(frozen=True)
class _Known:
    """The rules of one origin, or why all of it is off limits, until `expires`."""

    expires: float
    rules: Rules | None = None
    refusal: str = ""
    failure: FetchError | None = None


class Robots:
    """Fetches the robots.txt of each origin once a day and checks urls against it."""

    def __init__(self, token: str, fetch: Callable[[URL], Awaitable[Answer]], *, clock: Monotonic) -> None:
        self._token = token
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: URL) -> float:
        """Return the crawl delay in seconds. Raises RobotsDisallowedError if the url may not be fetched."""
        known = await self._about(url)
        if known.failure is not None:
            raise known.failure.with_traceback(None)
        if known.rules is None:
            raise RobotsDisallowedError(
                f"{redacted(url)} was not fetched: {url.host}'s {known.refusal}, so all of it is off limits",
                url=str(url),
                rule=known.refusal,
            )
        if not known.rules.allows(url):
            rule = known.rules.rule_against(url)
            raise RobotsDisallowedError(
                f"{redacted(url)} was not fetched: {url.host}'s robots.txt forbids it ({rule})",
                url=str(url),
                rule=rule,
            )
        return known.rules.crawl_delay

    async def _about(self, url: URL) -> _Known:
        key = origin(url)
        async with self._locks.setdefault(key, asyncio.Lock()):
            known = self._known.get(key)
            if known is None or known.expires <= self._clock():
                known = self._known[key] = await self._ask(url.origin() / "robots.txt")
            return known

    async def _ask(self, url: URL) -> _Known:
        try:
            answer = await self._follow(url)
        except (UnreachableError, FetchTimeoutError, AddressRefusedError, BlockedError) as error:
            # Off limits too, but this error explains why; it was retried already.
            error.transient = False
            return _Known(self._clock() + _KEEP_FAILURE, failure=error)
        except FetchError as error:
            return self._refused(url, f"could not be read ({error.error_type})")
        return self._rules_of(url, answer)

    async def _follow(self, url: URL) -> Answer:
        """Follow up to five redirects, also to another host, and return the answer."""
        answer = await self._fetch(url)
        for _ in range(_MOST_REDIRECTS):
            if (location := answer.redirects_to) is None:
                break
            answer = await self._fetch(redirect_target(answer.url, location))
        return answer

    def _rules_of(self, url: URL, answer: Answer) -> _Known:
        if answer.status == 429 or answer.status >= 500:
            return self._refused(url, f"answered {answer.status}")
        given = 200 <= answer.status < 300
        text = answer.body.decode("utf-8-sig", "replace") if given else ""
        if text.lstrip().startswith("<"):
            return self._refused(url, "is a web page")
        return _Known(self._clock() + _KEEP, rules=Rules(text, self._token))

    def _refused(self, url: URL, why: str) -> _Known:
        log.warning("%s %s: the site is off limits for now", url, why)
        return _Known(self._clock() + _KEEP_FAILURE, refusal=f"robots.txt {why}")
