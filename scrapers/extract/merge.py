"""One row out of many facts: the recipe's, then what most places agree on, then the most trusted."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final

from parsing.staged import Issue
from parsing.text import fold
from parsing.vocabulary.blank import is_blank, is_empty
from parsing.vocabulary.field_names import COUNT_FIELDS
from parsing.vocabulary.sections import HEADINGS
from scrapers.extract.against import disagreement
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.sameness import sameness

_VOTED: Final = COUNT_FIELDS | {"price", "operation_type", "latitude", "longitude"}
_CODED: Final = frozenset({"floor_number", "age_years"})
"""Fields for which sites' data has numbers of their own: 6 stands for "30 to 50 years"."""
_HEADS: Final = frozenset({"h1", "og:title", "title", "twitter:title"})


def merge(facts: list[Fact]) -> tuple[dict[str, Any], dict[str, str], list[Issue]]:
    """The row, where each of its values came from, and what speaks against them."""
    by_field: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if not is_blank(fact.value, fact.field):
            by_field[fact.field].append(fact)
    raw: dict[str, Any] = {}
    evidence: dict[str, str] = {}
    issues: list[Issue] = []
    for field, stated in by_field.items():
        chosen = choose(field, stated)
        raw[field], evidence[field] = chosen.value, chosen.where
        if issue := disagreement(field, chosen, stated):
            issues.append(issue)
    return raw, evidence, issues


def blank_cells(facts: list[Fact]) -> dict[str, Fact]:
    """By field, the first of its facts where all are blank: what that means is the source's policy."""
    found: dict[str, Fact] = {}
    for fact in facts:
        if not is_empty(fact.value):
            found.setdefault(fact.field, fact)
    stated = {fact.field for fact in facts if not is_blank(fact.value, fact.field)}
    return {field: fact for field, fact in found.items() if field not in stated}


def choose(field: str, stated: list[Fact]) -> Fact:
    """The fact to believe."""
    stated = sorted(stated, key=lambda fact: (-fact.trust, fact.rank))
    if field == "title":
        return _title(stated)
    if field in _CODED and (shown := [fact for fact in stated if fact.trust is Trust.TEXT]):
        others = [fact for fact in stated if fact.trust > Trust.TEXT]
        if others and all(sameness(field, fact.value) != sameness(field, shown[0].value) for fact in others):
            return shown[0] if stated[0].trust is not Trust.RECIPE else stated[0]
    if field == "price" and stated[0].trust is not Trust.RECIPE:
        stated = [
            fact for fact in stated if sameness(field, fact.value).strip("0") not in ("", "1")
        ] or stated
    if field not in _VOTED:
        return _fuller(field, stated)
    votes: dict[str, dict[str, int]] = defaultdict(dict)
    for fact in stated:
        place = fact.where.split(" ")[0]
        key = sameness(field, fact.value)
        votes[key][place] = max(votes[key].get(place, 0), int(fact.trust))
    best = max(votes, key=lambda key: sum(votes[key].values()))
    return next(fact for fact in stated if sameness(field, fact.value) == best)


def _title(stated: list[Fact]) -> Fact:
    """The most trusted title that the page's heads bear out, else the most trusted.

    A name in the page's data may be a type, a quarter or a broker's; the heads are what a reader sees.
    """
    stated = [fact for fact in stated if not _says_nothing(fact)] or stated
    heads = [(fact, _words(fact.value)) for fact in stated if fact.where in _HEADS]
    for fact in stated:
        own = _words(fact.value)
        if fact.trust is Trust.RECIPE or any(
            2 * len(own & head) > min(len(own), len(head)) for other, head in heads if other is not fact
        ):
            return fact
    return stated[0]


def _says_nothing(fact: Fact) -> bool:
    """Whether a heading stands on the page of every home: "Property details"."""
    return fact.trust is not Trust.RECIPE and fold(str(fact.value)).strip(" :.") in HEADINGS


def _words(title: Any) -> set[str]:
    return set(re.findall(r"\w+", fold(str(title))))


def _fuller(field: str, stated: list[Fact]) -> Fact:
    """Of picture lists and descriptions the fuller: a page's head often gives only the beginning."""
    if stated[0].trust is Trust.RECIPE or field not in {"image_urls", "description"}:
        return stated[0]
    if field == "image_urls":
        named = [fact for fact in stated if fact.trust > Trust.GUESS] or stated
        return max(
            named, key=lambda fact: (len(fact.value) if isinstance(fact.value, list) else 1, fact.trust)
        )
    return max(stated, key=lambda fact: (min(len(str(fact.value)), 250), fact.trust, len(str(fact.value))))
