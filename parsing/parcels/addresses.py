"""Addresses of parcels in the form of USPS Publication 28, the unit apart from the street."""

from __future__ import annotations

from typing import NamedTuple

from parsing.address import normal_address


class Situs(NamedTuple):
    """A street line and the unit in it."""

    line: str
    unit: str | None = None


def usps(text: str, *, unit: str | None = None, city: str | None = None) -> Situs | None:
    """The street line and unit of an address; None where there is no address."""
    normal = normal_address(text, country="US", unit=unit)
    return None if normal is None else Situs(normal.partition(",")[0])


def same_place(one: Situs, other: Situs) -> bool:
    """Whether two addresses are the same door, or one of them is the house of the other."""
    return one.line == other.line
