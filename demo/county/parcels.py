"""The parcels of Palmetto County, each a pure function of its number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

PARCELS: Final = 48
_STREETS: Final = (
    "Heron Ln",
    "Live Oak Ave",
    "County Road 15",
    "Cypress Cir",
    "N Magnolia St",
    "Sandhill Dr",
)
_OWNERS: Final = (
    "ALVAREZ ROSA", "BAKER JOHN & MAY", "CYPRESS HOLDINGS LLC", "DIAZ PEDRO", "EVERGLADE TRUST", "FOSTER ANN",
)  # fmt: skip
_SOUTH, _WEST = 28.5012, -81.4010
_STEP, _SIDE = 0.0009, 0.0004  # degrees: from parcel to parcel, and half of a parcel's side
_ACRE_SQFT: Final = 43_560


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel as the appraiser's layer shows it. Money in US dollars, areas in square feet."""

    number: int
    market: int
    assessed: int
    homestead: bool
    owner: str
    mailing: tuple[str, str, str, str]
    """Street, city, state, ZIP of where the tax bill goes."""

    @property
    def rts(self) -> str:
        """Its id in the order range, township, section: fifteen digits."""
        return (
            f"2922{1 + self.number % 9:02}{4000 + self.number // 12:04}{self.number % 12:02}{self.number:03}"
        )

    @property
    def str_dashed(self) -> str:
        """The same id as auctions print it: section, township, range, with dashes."""
        rts = self.rts
        return "-".join((rts[4:6], rts[2:4], rts[0:2], rts[6:10], rts[10:12], rts[12:]))

    @property
    def street(self) -> str:
        """House number and street."""
        return f"{100 + 7 * self.number} {_STREETS[self.number % len(_STREETS)]}"

    @property
    def zip(self) -> str:
        return f"329{self.number % 4:02}"

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude of its middle, WGS 84."""
        row, column = divmod(self.number, 8)
        return round(_SOUTH + row * _STEP, 6), round(_WEST + column * _STEP, 6)

    @property
    def ring(self) -> list[list[float]]:
        """Its outline: [longitude, latitude], clockwise, closed."""
        latitude, longitude = self.centre
        corners = ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
        return [[round(longitude + x * _SIDE, 6), round(latitude + y * _SIDE, 6)] for x, y in corners]

    @property
    def living_area(self) -> int:
        return 980 + 37 * (self.number % 23)

    @property
    def acreage(self) -> float:
        return round((6_000 + 250 * (self.number % 17)) / _ACRE_SQFT, 4)

    @property
    def year_built(self) -> int:
        return 1958 + self.number

    @property
    def sold(self) -> tuple[int, int]:
        """Year and price of its last sale."""
        return 1994 + (5 * self.number) % 30, 42_000 + 3_900 * (self.number % 31)


@cache
def parcels() -> tuple[Parcel, ...]:
    """Every parcel, by its number from 0."""
    return tuple(_parcel(number) for number in range(PARCELS))


def _parcel(number: int) -> Parcel:
    market = 148_000 + 6_500 * (number % 29)
    homestead = number % 3 != 0
    away = not homestead and number % 2 == 0
    parcel = Parcel(number, market, 0, homestead, _OWNERS[number % len(_OWNERS)], ("", "", "", ""))
    assessed = round(market * (0.58 if homestead else 0.91))
    mailing = (
        ("PO BOX 88", "Savannah", "GA", "31402") if away else (parcel.street, "Palmetto", "FL", parcel.zip)
    )
    return Parcel(number, market, assessed, homestead, parcel.owner, mailing)
