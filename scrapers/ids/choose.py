"""Chooses a source's rule over all pages of a scrape, and gives each page its id."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from parsing.text import compact, words
from scrapers.ids.parts import LONGEST, address, query_keys, segments
from scrapers.ids.rule import Kind, Rule
from scrapers.ids.seen import CANONICAL, Seen

LARGEST_ID: Final = LONGEST
_LEAST_COVERED: Final = 0.9
"""Share of the pages that must have an id by a rule; the others are named by their address."""
_MOST_CLASHES: Final = 0.02
"""Share of the pages whose id another home has too; they are named by their address."""
_MOST_MISTAKEN: Final = 0.3
"""Share of the pages whose id is their postal code, street number, price, year, phone or area."""
_LEAST_SHOWN: Final = 0.5
"""Share of the pages' ids that are listings of the source already: then the rule is the one it had."""
_LEAST_REPEATED: Final = 4
_SEGMENTS: Final = (-1, -2, -3, -4, 0, 1, 2, 3)
_TRUSTED: Final = ("recipe", "label", "json-ld", "microdata", "meta", "product:")
_NAMED_KEYS: Final = words(
    "id listingid propertyid listing property ref reference adid pid code inmueble clave objectid mls"
)
_NUMBER: Final = re.compile(r"\d+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Choice:
    """The rule of a scrape, the id of each page, and why an earlier rule was given up."""

    rule: Rule
    ids: list[str]
    instead_of: Rule | None = None
    better: Rule | None = None
    """A rule that would tell these homes apart by more than a text taken as it is."""


@dataclass(frozen=True)
class Surveyed:
    """What a rule reads of a source's pages: how many ids, how many of them on several homes, the first."""

    rule: Rule
    read: int
    clashing: int
    fit: bool
    example: str | None


def survey(pages: Sequence[Seen], previous: Rule | None = None) -> list[Surveyed]:
    """Every rule that may read ids of these pages, the preferred ones first."""
    found = []
    for rule in candidates(pages, previous):
        read = [(page, value) for page in pages if (value := id_by(rule, page)) is not None]
        if read:
            clashing = len(_clashing(read))
            found.append(Surveyed(rule, len(read), clashing, _is_fit(rule, pages), read[0][1]))
    return found


def choose(
    pages: Sequence[Seen], previous: Rule | None = None, shown: Collection[str] = frozenset()
) -> Choice:
    """Choose the rule that tells the homes of these pages apart, and read their ids by it.

    `shown` are the ids, of those that any rule reads, that the source's listings have. A page whose address
    the catalogue knows keeps its id, whatever the rule: a new rule makes no second catalogue.
    """
    fit = [rule for rule in candidates(pages, previous) if _is_fit(rule, pages)]
    rule = max(fit, key=lambda rule: _worth(rule, pages, previous, shown))
    meant = previous or next((other for other in candidates(pages) if _is_recipes(other)), None)
    changed = meant if meant is not None and meant != rule else None
    better = next((other for other in fit if not other.is_last_resort), None) if rule.is_last_resort else None
    return Choice(rule, _ids(rule, pages), changed, better)


def candidates(pages: Sequence[Seen], previous: Rule | None = None) -> list[Rule]:
    """Every rule that may read an id of these pages, the preferred ones first; the last reads all of them."""
    agreed, named = _on_the_page(pages)
    inside = list(_in_the_address(pages))
    found = [previous] if previous is not None else []
    found += [rule for rule in named if _is_recipes(rule)]
    found += [*agreed, *(rule for rule in inside if _is_confirmed(rule, pages)), *named, *inside]
    return list(dict.fromkeys([*found, Rule(kind="address")]))


def _is_recipes(rule: Rule) -> bool:
    """Whether the source's recipe says where the id stands: its user means that one."""
    return rule.kind == "page" and str(rule.at).startswith("recipe")


def _on_the_page(pages: Sequence[Seen]) -> tuple[list[Rule], list[Rule]]:
    """The places where pages state an id: those whose ids the addresses repeat, and those with a label."""
    places = Counter(place for page in pages for place in page.stated if place != CANONICAL)
    often = [place for place, count in places.most_common() if count >= _LEAST_COVERED * len(pages)]
    agreed = [
        place
        for place in often
        if sum(_repeats(page.url, page.stated.get(place, "")) for page in pages)
        >= _LEAST_COVERED * len(pages)
    ]
    named = [place for place in often if place.startswith(_TRUSTED)]
    return [Rule(kind="page", at=at) for at in agreed], [Rule(kind="page", at=at) for at in named]


def _is_confirmed(rule: Rule, pages: Sequence[Seen]) -> bool:
    """Whether the pages' own addresses have the number too: then it is no session's or visit's."""
    if rule.kind not in ("code", "query"):
        return False
    read = ((page, rule.read(page)) for page in pages)
    confirmed = sum(
        value is not None
        and len(value) >= _LEAST_REPEATED
        and _repeats(page.stated.get(CANONICAL, ""), value)
        for page, value in read
    )
    return confirmed >= _LEAST_COVERED * len(pages)


def _repeats(url: str, stated: str) -> bool:
    """Whether an address has this id in it."""
    text = compact(stated)
    if len(text) < _LEAST_REPEATED:
        return text != "" and text in {compact(part) for part in (*segments(url), *query_keys(url).values())}
    return text in compact(address(url))


def _in_the_address(pages: Sequence[Seen]) -> Iterator[Rule]:
    """Keys of the query that are called an id, codes and numbers of the path, whole segments, other keys."""
    keys = Counter(key for page in pages for key in query_keys(page.url))
    named = [key for key in keys if compact(key) in _NAMED_KEYS]
    depths = {len(segments(page.url)) for page in pages}
    places = [at for at in _SEGMENTS if at < 0 or len(depths) > 1]
    yield from (Rule(kind="query", at=key) for key in named)
    yield from (Rule(kind="code", at=at) for at in places)
    numbered: tuple[Kind, ...] = ("last number", "longest number", "first number")
    yield from (Rule(kind=kind, at=at) for at in places for kind in numbered)
    if sum(bool(page.price_numbers & set(_NUMBER.findall(page.url))) for page in pages) > len(pages) / 2:
        yield from (Rule(kind="name", at=at) for at in places)
    yield from (Rule(kind="segment", at=at) for at in places)
    yield from (Rule(kind="query", at=key) for key in keys if key not in named)


def _is_fit(rule: Rule, pages: Sequence[Seen]) -> bool:
    """Whether the rule reads an id of nearly every page that no other home has, and that is nothing else."""
    if rule.kind == "address":
        return True
    read = [(page, value) for page in pages if (value := id_by(rule, page)) is not None]
    if not read or len(read) < _LEAST_COVERED * len(pages):
        return False
    if rule.kind not in ("segment", "name"):
        if all(_YEAR.fullmatch(value) for _, value in read):
            return False
        mistaken = sum(re.sub(r"\D", "", value) in page.other_numbers for page, value in read)
        if mistaken > _MOST_MISTAKEN * len(read):
            return False
    clashing = _clashing([(page, value) for page, value in read])
    return len(clashing) <= _MOST_CLASHES * len(pages)


def id_by(rule: Rule, page: Seen) -> str | None:
    """The id of a page by a rule; None where it has none there, or one that is too long."""
    value = rule.read(page)
    return value if value and len(value) <= LARGEST_ID else None


def _clashing(read: Sequence[tuple[Seen, str]]) -> set[str]:
    """The addresses whose id another home has too. Two addresses of one home are no clash."""
    by_id: dict[str, dict[str, Seen]] = defaultdict(dict)
    for page, value in read:
        by_id[value].setdefault(page.url, page)
    return {
        url
        for pages in by_id.values()
        if len(pages) > 1 and not _one_home(list(pages.values()))
        for url in pages
    }


def _one_home(pages: list[Seen]) -> bool:
    return pages[0].likeness is not None and all(page.likeness == pages[0].likeness for page in pages)


def _worth(
    rule: Rule, pages: Sequence[Seen], previous: Rule | None, shown: Collection[str]
) -> tuple[bool, bool]:
    """The rule that the source's listings were named by comes first, then the one that was remembered."""
    held = sum(rule.read(page) in shown for page in pages) if shown else 0
    return held >= _LEAST_SHOWN * len(pages), rule == previous


def _ids(rule: Rule, pages: Sequence[Seen]) -> list[str]:
    """Each page's id: the one it is known by, else the rule's, else its address."""
    last_resort = Rule(kind="address")
    read = [(page, page.known or id_by(rule, page) or str(last_resort.read(page))) for page in pages]
    clashing = _clashing(read)
    return [
        str(last_resort.read(page)) if page.url in clashing and page.known is None else value
        for page, value in read
    ]
