"""What each layer of Palmetto County shows on each of three days: its rows, as its server sends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Any, Final

from demo.county.parcels import Parcel, parcels

Feature = dict[str, Any]
"""Of an ArcGIS answer: {attributes, geometry}."""

FALLS_DEEPER: Final = 18
"""Its owner lives away and a tax deed sale is near; from the second day on it is in foreclosure too."""
MERGED_ON_THE_SECOND: Final = 31
REVALUED_ON_THE_SECOND: Final = (5, 11, 23)
NOT_A_PARCEL: Final = "04-22-29-9999-00-010"
"""Printed by an auction; no parcel has it."""
LEFT_BY_THE_OUTAGE: Final = 5


class Day(IntEnum):
    """A day of the story."""

    FIRST = 0
    SECOND = 1
    THIRD = 2


def appraised(day: Day) -> list[Feature]:
    """The appraiser's parcels, with outlines in degrees."""
    shown = [
        parcel for parcel in parcels() if not (day >= Day.SECOND and parcel.number == MERGED_ON_THE_SECOND)
    ]
    if day == Day.THIRD:
        shown = shown[:LEFT_BY_THE_OUTAGE]
    return [_appraised(_valued(parcel, day)) for parcel in shown]


def _valued(parcel: Parcel, day: Day) -> Parcel:
    if day >= Day.SECOND and parcel.number in REVALUED_ON_THE_SECOND:
        return replace(parcel, market=parcel.market + 12_000, assessed=parcel.assessed + 4_000)
    return parcel


def _appraised(parcel: Parcel) -> Feature:
    year, price = parcel.sold
    street, city, state, code = parcel.mailing
    return {
        "attributes": {
            "PARCEL": parcel.rts,
            "SITUS": parcel.street.upper(),
            "SITUS_CITY": "PALMETTO",
            "SITUS_ZIP": parcel.zip,
            "NAME1": parcel.owner,
            "MAIL_ADDR": street.upper(),
            "MAIL_CITY": city.upper(),
            "MAIL_STATE": state,
            "MAIL_ZIP": code,
            "DOR_CODE": "0100",
            "ROLL_YEAR": 2026,
            "LIVING_AREA": parcel.living_area,
            "AYB": parcel.year_built,
            "BEDS": 2 + parcel.number % 3,
            "BATH": 1 + parcel.number % 2,
            "ACREAGE": parcel.acreage,
            "TOTAL_MKT": parcel.market,
            "TOTAL_ASSD": parcel.assessed,
            "TAXABLE": max(0, parcel.assessed - (50_000 if parcel.homestead else 0)),
            "HOMESTEAD": "Y" if parcel.homestead else "N",
            "SALE_DATE": _epoch_ms(date(year, 6, 1)),
            "SALE_ADJ_VALUE": price,
        },
        "geometry": {"rings": [parcel.ring]},
    }


_DEEDS: Final = (
    (1, 6, 40, "Active Sale"),
    (2, 12, 12, "Active Sale"),
    (3, FALLS_DEEPER, 18, "Active Sale"),
    (4, 25, -60, "Sold"),
    (5, 30, 55, "Active Sale"),
)
"""Nth application, parcel, days from the first day to the sale, status then."""
_REDEEMED_ON_THE_SECOND: Final = 1


def deeds(day: Day, first: date) -> list[Feature]:
    """Tax deed sales as a geocoder left them: the day as text, the parcel's id in the other order."""
    found = [
        _deed(f"2023-{100 + nth}", at.str_dashed, at, first + timedelta(days=days), status)
        for nth, number, days, status in _DEEDS
        for at in (parcels()[number],)
    ]
    if day >= Day.SECOND:
        found[_REDEEMED_ON_THE_SECOND - 1]["attributes"]["USER_Deed_Status"] = "Redeemed"
        found.append(
            _deed("2023-106", NOT_A_PARCEL, parcels()[40], first + timedelta(days=70), "Active Sale")
        )
    return found


def _deed(number: str, parcel: str, at: Parcel, sale: date, status: str) -> Feature:
    latitude, longitude = at.centre
    return {
        "attributes": {
            "USER_TDA_NUM": number,
            "USER_Sale_Date": f"{sale:%m/%d/%Y}",
            "USER_Deed_Status": status,
            "USER_PARCEL": parcel,
            "USER_SITUS": at.street.upper(),
        },
        "geometry": {"x": longitude, "y": latitude},
    }


def foreclosures(day: Day, first: date) -> list[Feature]:
    """Foreclosure cases with their auctions; a judicial foreclosure has no opening bid."""
    cases = [(1, 9, 33, 161_000), (2, 20, 47, 98_500)]
    if day >= Day.SECOND:
        cases.append((3, FALLS_DEEPER, 9, 143_200))
    return [
        {
            "attributes": {
                "CASE_NO": f"2026-CA-{2000 + nth:06}-P",
                "PARCEL": parcels()[number].rts,
                "SITUS": parcels()[number].street.upper(),
                "PLAINTIFF": "FIRST PALMETTO BANK",
                "DEFENDANT": parcels()[number].owner,
                "JUDGMENT": f"${judgment:,}.00",
                "AUCTION": f"{first + timedelta(days=days):%m/%d/%Y}",
                "STATUS": "Scheduled",
                "OPENING_BID": "Hidden",
            },
            "geometry": None,
        }
        for nth, number, days, judgment in cases
    ]


def code_cases(day: Day, first: date) -> list[Feature]:
    """Code enforcement cases, without a place of their own."""
    cases = [
        (number, 20 + 9 * number, "Lot" if number % 2 else "Housing") for number in (2, 6, 9, 12, 18, 27)
    ]
    if day >= Day.SECOND:
        cases += [(18, -1, "Housing"), (33, -1, "Lot")]
    return [
        {
            "attributes": {
                "apno": f"CEB-2026-{nth:04}",
                "casedt": _epoch_ms(first - timedelta(days=ago)),
                "caseinfostatus": "Closed" if number == 27 else "Open",
                "case_type": kind,
                "parcel_id": parcels()[number].rts,
                "derived_address": f"{parcels()[number].street.upper()} PALMETTO FL",
            },
            "geometry": None,
        }
        for nth, (number, ago, kind) in enumerate(cases, start=1)
    ]


def _epoch_ms(day: date) -> int:
    return round(datetime.combine(day, time(), UTC).timestamp() * 1000)
