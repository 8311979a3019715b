"""One page of a scrape, as far as its id is concerned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from parsing.text import fold, squeeze

_DIGITS = re.compile(r"\d+")


CANONICAL: Final = "canonical address"
"""Among what a page states: the address that it gives itself."""


@dataclass(frozen=True)
class Seen:
    """A page's address, the ids that the page states, and the facts that an id must not be mistaken for.

    `stated` maps where an id was read ("label 'Ref'", "json-ld House.sku") to the id. `facts` are staged
    columns. `known` is the id under which the catalogue has this address already.
    """

    url: str
    stated: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    known: str | None = None

    @cached_property
    def other_numbers(self) -> frozenset[str]:
        """The digits of its postal code, street number, price, year, phone and areas."""
        return frozenset(number for number in self._numbers() if len(number) > 1)

    def _numbers(self) -> Iterator[str]:
        facts = self.facts
        for name in ("postal_code", "construction_year", "agent_phone"):
            if facts.get(name) is not None:
                yield "".join(_DIGITS.findall(str(facts[name])))
        yield from _DIGITS.findall(str(facts.get("address") or ""))
        for name in ("price", "price_max", "covered_area_m2", "total_area_m2", "lot_size_m2"):
            if facts.get(name) is not None:
                yield str(facts[name]).partition(".")[0]

    @cached_property
    def price_numbers(self) -> frozenset[str]:
        """The digits of its price, as an address may repeat them."""
        price = self.facts.get("price")
        return frozenset() if price is None else frozenset({str(price).partition(".")[0]})

    @cached_property
    def likeness(self) -> tuple[str, str, str] | None:
        """What two addresses of one home have in common: title, address and price; None without a price."""
        if self.facts.get("price") is None:
            return None
        title, address = (fold(squeeze(str(self.facts.get(name) or ""))) for name in ("title", "address"))
        return title, address, str(self.facts["price"])
