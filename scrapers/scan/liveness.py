"""Whether a listing is still there, as its own page says: alive, gone, or unknown, which proves nothing.

Gone is only what a site says of listings that do not exist: 404 or 410, or what it answers for ids that were
made up. A refusal, an error, a challenge, an empty page and a page that cannot be read are unknown.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from config.errors import ExtractionError, FetchError, HTTPStatusError, RedirectRefusedError
from config.source import Source
from parsing.text import squeeze
from scrapers.extract import Page, Recipe, extract_listing, page_kind
from scrapers.extract.content import content
from scrapers.extract.links import id_of
from scrapers.fetch import FetchResult

GONE_STATUSES: Final = frozenset({404, 410})
_DIGITS: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"\d+")
_LEAST_DIGITS: Final = 6
_LINES: Final = 40
_MATCHING: Final = 0.9

Said = Literal["alive", "gone", "unknown"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says of its listing, and what that was read from."""

    said: Said
    sign: str
    status: int | None = None
    page_hash: str | None = None


class GoneSign(BaseModel):
    """How a site answers for a listing that never was.

    `status`: 404 or 410. `redirect`: to the path `target`. `page`: a page of the title `title` with the lines
    whose hashes are `lines`, none of which a listing's page has. `none`: nothing that tells it apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["status", "redirect", "page", "none"]
    status: int | None = None
    target: str | None = None
    title: str | None = None
    lines: tuple[str, ...] = ()
    why: str | None = None


Fetch = Callable[[str], Awaitable[FetchResult]]


def made_up(url: str, property_id: str, chance: random.Random) -> str | None:
    """The address of a listing that is not there: this one's with another number; None where it has none."""
    known = property_id if property_id and property_id in url else id_of(url)
    if known is None or not _DIGITS.search(known):
        return None
    before, _, after = url.rpartition(known)
    number = _NUMBER.findall(known)[-1]
    length = max(len(number), _LEAST_DIGITS)
    other = str(chance.randint(9 * 10 ** (length - 1), 10**length - 1))
    start, _, end = known.rpartition(number)
    return f"{before}{start}{other}{end}{after}"


async def measure(fetch: Fetch, url: str, property_id: str) -> GoneSign:
    """Ask for two made-up listings and for a known one, and return what tells them apart."""
    chance = random.Random(url)  # noqa: S311  # the same address is asked for again next time
    asked = [made_up(url, property_id, chance) for _ in range(2)]
    if any(each is None for each in asked):
        return GoneSign(kind="none", why="the addresses of its listings have no number to change")
    answers = [await _ask(fetch, str(each)) for each in asked]
    if all(isinstance(each, HTTPStatusError) and each.status in GONE_STATUSES for each in answers):
        return GoneSign(kind="status", status=getattr(answers[0], "status", None))
    targets = [_target(each) for each in answers]
    if targets[0] is not None and targets[0] == targets[1]:
        return GoneSign(kind="redirect", target=targets[0])
    if any(not isinstance(each, FetchResult) or each.hops for each in answers):
        return GoneSign(kind="none", why="made-up listings are answered differently")
    known = await _ask(fetch, url)
    if not isinstance(known, FetchResult):
        return GoneSign(kind="none", why="the page of a known listing could not be fetched")
    return _page_sign([each for each in answers if isinstance(each, FetchResult)], known)


def answer_of(answer: FetchResult | FetchError, url: str, sign: GoneSign, source: Source) -> Answer:
    """Read what the page of a listing says."""
    if isinstance(answer, HTTPStatusError) and answer.status in GONE_STATUSES:
        return Answer("gone", str(answer.status), answer.status, answer.page_hash)
    target = _target(answer)
    if sign.kind == "redirect" and target is not None and target == sign.target:
        return Answer("gone", f"redirect to {target}, as for listings that never were", _status(answer))
    if isinstance(answer, FetchError):
        return Answer("unknown", answer.error_type, answer.status)
    said, why = _said(answer, url, sign, source)
    return Answer(said, why, answer.status, answer.digest)


def _said(answer: FetchResult, url: str, sign: GoneSign, source: Source) -> tuple[Said, str]:
    """What a page that was given says, and why."""
    if not answer.body.strip():
        return "unknown", "an empty page"
    try:
        page = Page(answer.text, answer.final_url)
        if page_kind(page) == "blocked":
            return "unknown", "a challenge or block page"
        if sign.kind == "page" and _shows(page, sign):
            return "gone", "the page that the site has for listings that never were"
        if _is_listing(page, url, source):
            return "alive", "its page shows the listing"
    except ExtractionError as error:
        return "unknown", error.message
    return "unknown", "no listing could be read from its page"


async def _ask(fetch: Fetch, url: str) -> FetchResult | FetchError:
    try:
        return await fetch(url)
    except FetchError as error:
        return error


def _is_listing(page: Page, url: str, source: Source) -> bool:
    """Whether the page is that of the listing: of its address, or of its id where it led elsewhere."""
    recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
    if urlsplit(page.url).path.rstrip("/") != urlsplit(url).path.rstrip("/"):
        own = id_of(url)
        if own is None or own != id_of(page.url):
            return False
    if recipe is None and page_kind(page) != "detail":
        return False
    extract_listing(page, source, recipe)
    return True


def _target(answer: FetchResult | FetchError) -> str | None:
    """Where an answer led: the path of another page of the site, or another site's address."""
    if isinstance(answer, RedirectRefusedError):
        return answer.target
    if isinstance(answer, FetchResult) and answer.hops and answer.final_url != answer.url:
        return urlsplit(answer.final_url).path or "/"
    return None


def _status(answer: FetchResult | FetchError) -> int | None:
    return answer.hops[0].status if isinstance(answer, FetchResult) and answer.hops else answer.status


def _page_sign(made: list[FetchResult], known: FetchResult) -> GoneSign:
    try:
        pages = [Page(each.text, each.final_url) for each in (*made, known)]
    except ExtractionError as error:
        return GoneSign(kind="none", why=error.message)
    if any(page_kind(page) == "blocked" for page in pages):
        return GoneSign(kind="none", why="a challenge or block page came instead")
    titles = [_title(page) for page in pages]
    own = _lines(pages[0]) & _lines(pages[1]) - _lines(pages[2])
    if titles[0] != titles[1] or titles[0] == titles[2] or not own:
        return GoneSign(kind="none", why="made-up listings have no page of their own")
    return GoneSign(kind="page", title=titles[0], lines=tuple(sorted(own)[:_LINES]))


def _shows(page: Page, sign: GoneSign) -> bool:
    found = _lines(page)
    return _title(page) == sign.title and sum(line in found for line in sign.lines) >= _MATCHING * len(
        sign.lines
    )


def _title(page: Page) -> str:
    node = page.tree.css_first("title")
    return _NUMBER.sub("#", squeeze(node.text())) if node is not None else ""


def _lines(page: Page) -> frozenset[str]:
    """Hashes of the lines of a page's text, whatever numbers are in them."""
    texts = {_NUMBER.sub("#", squeeze(line)) for line in content(page).text.splitlines()}
    return frozenset(hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts if len(text) > 3)
