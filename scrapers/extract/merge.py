"""One row out of many facts: the recipe's, then what most places agree on, then the most trusted."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final

from parsing.text import digits, fold
from parsing.vocabulary.blank import is_blank, is_empty
from parsing.vocabulary.field_names import COUNT_FIELDS, QUANTITY_FIELDS
from scrapers.extract.facts import Fact, Trust

_VOTED: Final = COUNT_FIELDS | {"price", "operation_type", "latitude", "longitude"}
_HEADS: Final = frozenset({"h1", "og:title", "title", "twitter:title"})
_NUMBER: Final = re.compile(r"-?\d[\d.,\s’']*")


def merge(facts: list[Fact]) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """The row, where each of its values came from, and what contradicted it."""
    by_field: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if not is_blank(fact.value, fact.field):
            by_field[fact.field].append(fact)
    raw: dict[str, Any] = {}
    evidence: dict[str, str] = {}
    problems: list[str] = []
    for field, stated in by_field.items():
        chosen = choose(field, stated)
        raw[field], evidence[field] = chosen.value, chosen.where
        problems.extend(_doubts(field, chosen, stated))
    return raw, evidence, problems


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
    heads = [(fact, _words(fact.value)) for fact in stated if fact.where in _HEADS]
    for fact in stated:
        own = _words(fact.value)
        if fact.trust is Trust.RECIPE or any(
            2 * len(own & head) > min(len(own), len(head)) for other, head in heads if other is not fact
        ):
            return fact
    return stated[0]


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


def sameness(field: str, value: Any) -> str:
    """A key that two equal values of a field share, however they are written."""
    if field == "price":
        number = _NUMBER.search(str(value))
        plain = re.sub(r"[.,]\d{1,2}$", "", number[0].strip()) if number else ""
        return digits(plain) or fold(str(value))
    if field in COUNT_FIELDS:
        number = re.search(r"\d+(?:[.,]\d+)?", str(value))
        return number[0].replace(",", ".").removesuffix(".0") if number else fold(str(value))
    if field in {"latitude", "longitude"}:
        return str(value)[:6]
    return fold(str(value))


def _doubts(field: str, chosen: Fact, stated: list[Fact]) -> list[str]:
    """A problem where two well-trusted places disagree on a number."""
    if field not in COUNT_FIELDS | QUANTITY_FIELDS | {"price"} or chosen.trust is Trust.RECIPE:
        return []
    others = [
        f
        for f in stated
        if f.trust >= Trust.META and sameness(field, f.value) != sameness(field, chosen.value)
    ]
    return [
        f"{field}: {chosen.where} says {chosen.value!r}, {other.where} says {other.value!r}"
        for other in others[:1]
    ]
