"""What speaks for a fact and what against it: words that are no known word, a sign beside the same amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from config.errors import DoubtError, ParseError
from parsing.operation import operation_of
from parsing.price import parse_price
from parsing.staged import Issue
from parsing.status import STANDARD, parse_standard_status
from parsing.vocabulary.blank import is_blank
from scrapers.extract.against import missing, overruled
from scrapers.extract.amounts import has_money
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.sameness import sameness

_WORDS: Final = ("operation_type", "property_type", "standard_status")


def known_words(facts: list[Fact]) -> tuple[list[Fact], list[Issue]]:
    """The facts without those whose words are no operation, type or status, and what was left out.

    A recipe and a label are the site's or the user's own word for it and stay.
    """
    kept: list[Fact] = []
    left_out: list[Fact] = []
    for fact in map(_as_status, [*facts, *_offered(facts)]):
        is_word = fact.field not in _WORDS or fact.trust is Trust.RECIPE or _is_known(fact)
        (kept if is_word else left_out).append(fact)
    known = {fact.field for fact in kept if not is_blank(fact.value, fact.field)}
    issues: dict[str, Issue] = {}
    for fact in left_out:
        if fact.field in known:
            issue = overruled(fact.field, fact.value, fact.where)
        else:
            issue = missing(fact.field, fact.value, f"{fact.where} has no known word for it")
        issues.setdefault(fact.field, issue)
    return kept, list(issues.values())


def _offered(facts: list[Fact]) -> list[Fact]:
    """The operation that a status names: `homeStatus: "FOR_SALE"`."""
    named = [fact for fact in facts if fact.field == "standard_status" and fact.trust > Trust.TEXT]
    return [
        replace(fact, field="operation_type", rank=fact.rank + 50)
        for fact in named
        if operation_of(str(fact.value)) is not None
    ]


def _as_status(fact: Fact) -> Fact:
    """`status: "SOLD"` in the page's data is a status, though sites call their operation so too."""
    if fact.field != "operation_type" or operation_of(text := str(fact.value)) is not None:
        return fact
    status = parse_standard_status(text)
    return replace(fact, field="standard_status") if status in STANDARD else fact


def _is_known(fact: Fact) -> bool:
    text = str(fact.value)
    if fact.field == "operation_type":
        return operation_of(text) is not None
    if fact.field == "property_type":
        return sum(mark.isalpha() for mark in text) > 2 or not text.strip()
    return fact.trust is Trust.TEXT or parse_standard_status(text) in STANDARD


def show_currency(raw: dict[str, Any], evidence: dict[str, str], facts: list[Fact]) -> None:
    """Take the amount as the page shows it, with its sign, where what was chosen is a bare number."""
    price = raw.get("price")
    if price is None or "currency" in raw or has_money(str(price)):
        return
    key = sameness("price", price)
    shown = (fact for fact in facts if fact.field == "price" and has_money(str(fact.value)))
    same = next((fact for fact in shown if sameness("price", fact.value) == key), None)
    if same is not None:
        raw["price"], evidence["price"] = same.value, same.where
    elif (currency := _only_currency(fact for fact in facts if fact.field == "price")) is not None:
        raw["currency"], evidence["currency"] = currency, "the amounts that the page shows"


def _only_currency(prices: Iterable[Fact]) -> str | None:
    """The currency of the amounts that the page shows with one, if it is the same of all."""
    found = set()
    for fact in prices:
        if has_money(text := str(fact.value)):
            try:
                found.add(parse_price(text).currency)
            except (ParseError, DoubtError):
                return None
    return found.pop() if len(found) == 1 else None
