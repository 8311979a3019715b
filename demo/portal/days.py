"""What the sample portal shows on each of the four days, and on the evening of the last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from typing import Final

from demo.portal.homes import Home, Price, homes


class Day(IntEnum):
    """A day of the story."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    EVE = 4
    """The evening of Thursday, when only the index is looked at."""


SCRAPED: Final = (Day.MON, Day.TUE, Day.WED, Day.THU)
"""The days on which the whole portal is scraped."""

ADDED_ON_TUESDAY: Final = frozenset({"TK-1064", "TK-1065", "TK-1066", "TK-1067"})
CUTS_ON_TUESDAY: Final = {
    "TK-1008": 39_900,
    "TK-1012": 4_350,
    "TK-1034": 7_400_000,
    "TK-1046": 1_890_000,
    "TK-1047": 4_400_000,
}
CUTS_ON_THE_EVENING: Final = {"TK-1018": 2_890_000, "TK-1024": 31_500}
GONE_ON_THE_EVENING: Final = "TK-1021"
GONE_SINCE_TUESDAY: Final = "TK-1019"  # until the evening of Thursday
SOLD_UNTIL_THURSDAY: Final = "TK-1030"  # still shown, marked sold; the sale falls through
MISPLACED: Final = "TK-1049"  # a decimal point slipped: ten times the longitude
MISTYPED: Final = "TK-1038"  # 400 bedrooms
REPEATED: Final = "TK-1004"  # also in the featured slot, under a url of its own
BROKEN: Final = frozenset({MISPLACED, MISTYPED})

_LEFT_BY_THE_OUTAGE: Final = 6
_SIMILAR: Final = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One card of the portal's index."""

    home: Home
    featured: bool = False

    @property
    def path(self) -> str:
        return f"/inmueble/{self.home.slug}{'?anuncio=destacado' if self.featured else ''}"


@cache
def on_offer(day: Day) -> dict[str, Home]:
    """Return the homes that have a page on `day`, by id, newest first."""
    return {home.id: _as_of(home, day) for home in reversed(homes()) if _has_a_page(home, day)}


@cache
def cards(day: Day) -> tuple[Card, ...]:
    """Return the cards of the index of `day`, in order; on Wednesday most are missing."""
    offered = on_offer(day)
    if day is Day.WED:
        return tuple(Card(home) for home in list(offered.values())[:_LEFT_BY_THE_OUTAGE])
    return Card(offered[REPEATED], featured=True), *map(Card, offered.values())


def similar(home: Home, day: Day) -> tuple[Home, ...]:
    """Return the homes that the page of `home` shows as similar; their facts are not its own."""
    offered = tuple(on_offer(day).values())
    place = offered.index(home)
    return tuple(offered[(place + step) % len(offered)] for step in range(1, _SIMILAR + 1))


def _has_a_page(home: Home, day: Day) -> bool:
    if home.id in ADDED_ON_TUESDAY:
        return day >= Day.TUE
    if home.id == GONE_ON_THE_EVENING:
        return day < Day.EVE
    return home.id != GONE_SINCE_TUESDAY or day not in (Day.TUE, Day.WED, Day.THU)


def _as_of(home: Home, day: Day) -> Home:
    if home.id == MISPLACED:
        return replace(home, longitude=round(home.longitude * 10, 6))
    if home.id == MISTYPED:
        return replace(home, bedrooms=400)
    if home.id == SOLD_UNTIL_THURSDAY:
        return replace(home, sold=day < Day.THU)
    cuts = {**(CUTS_ON_TUESDAY if day >= Day.TUE else {}), **(CUTS_ON_THE_EVENING if day >= Day.EVE else {})}
    if home.id in cuts:
        return replace(home, price=_cut(home.price, cuts[home.id]), former_price=home.price)
    return home


def _cut(price: Price, amount: int) -> Price:
    return replace(price, amount=amount)
