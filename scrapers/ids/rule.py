"""A rule: where the id of a source's listings stands. It is data, kept with the source."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict

from scrapers.ids.parts import address, is_code, name, numbers, query_keys, segments
from scrapers.ids.seen import Seen

Kind = Literal[
    "page", "query", "code", "first number", "longest number", "last number", "name", "segment", "address"
]

_EXAMPLES: Final = {"query": "id", "page": "label 'Ref'"}
_ORDINALS: Final = {-1: "last", -2: "second last", -3: "third last", -4: "fourth last"}
_ORDINALS_FROM_START: Final = ("first", "second", "third", "fourth")


class Rule(BaseModel):
    """One place. `at` is a place on the page, a key of the query, or the number of a segment of the path.

    Segments count from 0 at the start of the path, or from -1 at its end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    at: str | int | None = None

    def read(self, seen: Seen) -> str | None:
        """The id of this page by the rule, None where the page or its address has none there."""
        if self.kind == "address":
            return address(seen.url)
        if self.kind == "page":
            return seen.stated.get(str(self.at))
        if self.kind == "query":
            return query_keys(seen.url).get(str(self.at))
        found = segments(seen.url)
        at = int(self.at or 0)
        if not -len(found) <= at < len(found):
            return None
        return self._of_segment(found[at], seen)

    def _of_segment(self, segment: str, seen: Seen) -> str | None:
        if self.kind == "segment":
            return segment
        if self.kind == "name":
            return name(segment, seen.price_numbers) or None
        if self.kind == "code":
            return segment if is_code(segment) else None
        inside = numbers(segment)
        if not inside:
            return None
        if self.kind == "longest number":
            return max(inside, key=len)
        return inside[0 if self.kind == "first number" else -1]

    def __str__(self) -> str:
        """The rule in words: "the id is …"."""
        match self.kind:
            case "address":
                return "the whole address"
            case "page":
                return f"what the page states ({self.at})"
            case "query":
                return f"{self.at}= in the address"
        at = int(self.at or 0)
        place = f"the {_ORDINALS[at] if at < 0 else _ORDINALS_FROM_START[at]} part of the address"
        if self.kind == "name":
            return f"{place} without the price"
        return place if self.kind in ("segment", "code") else f"the {self.kind} in {place}"

    @property
    def text(self) -> str:
        """The rule as a person gives it to a command: its kind, and after a colon where: "query:id"."""
        return self.kind if self.at is None else f"{self.kind}:{self.at}"

    @classmethod
    def parsed(cls, text: str) -> Rule:
        """The rule that `text` stands for. Raises ValueError, whose message says what is wrong."""
        kind, colon, at = text.partition(":")
        kind = kind.strip().lower()
        if kind not in get_args(Kind):
            raise ValueError(f'"{kind}" is no kind of rule; the kinds are {", ".join(get_args(Kind))}')
        if kind == "address":
            return cls(kind=kind)
        if not colon or not at.strip():
            raise ValueError(f'a rule of the kind "{kind}" says where: {kind}:{_EXAMPLES.get(kind, "-1")}')
        if kind in ("page", "query"):
            return cls(kind=cast(Kind, kind), at=at.strip())
        if not re.fullmatch(r"-?\d{1,2}", at.strip()):
            raise ValueError(f'"{at.strip()}" is no part of an address: -1 is the last one, 0 the first')
        return cls(kind=cast(Kind, kind), at=int(at))

    @property
    def is_last_resort(self) -> bool:
        """Whether the rule takes a text as it is, for want of anything that looks like an id."""
        return self.kind in ("segment", "name", "address")

    def as_json(self) -> dict[str, Any]:
        """The rule as it is stored."""
        return self.model_dump()
