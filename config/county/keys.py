"""How a county writes its parcels' ids: length, letters, and the order of range, township and section."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

KeyOrder = Literal["RTS", "STR", "TRS"]
"""The first three pairs of digits: R range, T township, S section."""


class Bounds(NamedTuple):
    """The least and the most that a pair of digits may say."""

    least: int
    most: int


class KeyRule(BaseModel):
    """The ids of one county's parcels, in the form by which records are joined.

    The order is the one that ids are brought to. Which one a source prints is a fact of the source: an id
    alone does not always show it, as 29-22-28 may be either.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    length: int | None = Field(None, ge=4, le=40, description="Letters and digits of an id; any, where null.")
    order: KeyOrder | None = Field(
        None, description="The order ids are brought to; null where they do not begin with these pairs."
    )
    letters: bool = Field(False, description="Whether an id may have letters; they are kept, in upper case.")
    pad: int = Field(
        1,
        ge=0,
        le=10,
        description="The most leading zeros that a spreadsheet may have dropped, and are restored.",
    )
    parts: tuple[int, ...] = Field(
        (), description="Lengths of the parts of a printed id, so that each gets its zeros back: 5-20-27 …"
    )
    ranges: Bounds | None = Field(None, description="The county's ranges: 27, 34.")
    townships: Bounds | None = Field(None, description="The county's townships: 20, 25.")
    sections: Bounds = Field(Bounds(1, 36), description="Sections of a township.")

    @model_validator(mode="after")
    def _fits(self) -> KeyRule:
        if self.parts and self.length is not None and sum(self.parts) != self.length:
            raise ValueError(f"parts add up to {sum(self.parts)}, and length is {self.length}")
        if self.order is not None and self.length is not None and self.length < 6:
            raise ValueError("order needs an id of six digits or more")
        for name in ("ranges", "townships", "sections"):
            bounds: Bounds | None = getattr(self, name)
            if bounds is not None and not 0 <= bounds.least <= bounds.most <= 99:
                raise ValueError(f"{name} has to be two numbers from 0 to 99, the lower first")
        return self

    def bounds(self, letter: str) -> Bounds | None:
        """What a pair may say: of "R", "T" or "S"."""
        return {"R": self.ranges, "T": self.townships, "S": self.sections}[letter]


class Place(Protocol):
    """What is said once of a county and holds for every record of it."""

    @property
    def state(self) -> str: ...
    @property
    def county_fips(self) -> str: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def key(self) -> KeyRule: ...


def _rule(**facts: Any) -> KeyRule:
    return KeyRule.model_validate(facts)


KEY_RULES: Final[dict[str, KeyRule]] = {
    "12095": _rule(  # Orange
        length=15, order="RTS", parts=(2, 2, 2, 4, 2, 3), ranges=(27, 34), townships=(20, 25)
    ),
    "12086": _rule(length=13, parts=(2, 4, 3, 4)),  # Miami-Dade: folio
    "12011": _rule(length=12),  # Broward: folio
    "12099": _rule(length=17),  # Palm Beach: PCN
    "12105": _rule(length=18, order="RTS"),  # Polk
    "12103": _rule(length=18, order="STR"),  # Pinellas
    "12097": _rule(length=18),  # Osceola
    "12117": _rule(length=17, letters=True),  # Seminole
    "12009": _rule(order="TRS", letters=True, pad=0),  # Brevard
    "12031": _rule(length=10),  # Duval: RE number
}
"""The rules of some counties of Florida, by FIPS code; a county's own file may say otherwise."""
