"""A scorer as one writes it in a loop: a parcel at a time, its records by a query each.

It gives the totals and the tiers that ours does, and writes neither reasons nor history.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

_OVER: Final = {"sold", "redeemed", "canceled"}
_WEIGHTS: Final = {"distress": "0.35", "value": "0.30", "location": "0.20", "urgency": "0.15"}

Scores = tuple[UUID, Decimal, Decimal, Decimal, Decimal, Decimal, str]


async def score_rows(conn: asyncpg.Connection, ids: Sequence[UUID], as_of: date) -> list[Scores]:
    """Score parcels one by one, each in a transaction of its own; gives what was written."""
    await conn.execute(
        "create table rows_scores (id uuid primary key, distress numeric, value numeric, location numeric,"
        " urgency numeric, total numeric, tier text)"
    )
    rows = []
    for each in ids:
        row = await _score(conn, each, as_of)
        await conn.execute("insert into rows_scores values ($1, $2, $3, $4, $5, $6, $7)", *row)
        rows.append(row)
    return rows


async def _score(conn: asyncpg.Connection, parcel: UUID, as_of: date) -> Scores:
    place = await conn.fetchrow("select * from county.properties where id = $1", parcel)
    record = await conn.fetchrow(
        "select * from county.property_records where property_id = $1 and is_active"
        " order by roll_year desc, id limit 1",
        parcel,
    )
    found = {
        kind: await conn.fetch(f"select * from county.{kind} where property_id = $1 and is_active", parcel)
        for kind in ("tax_sales", "foreclosures", "code_violations", "tax_certificates")
    }
    near = await _cases_near(conn, place)
    around = await conn.fetchrow(
        "select price_per_sqft, turnover from property_manager.neighbourhoods"
        " where state = 'FL' and county_fips = '12095' and latitude = $1 and longitude = $2"
        " and use_code = $3",
        math.floor(float(place["latitude"]) * 100),
        math.floor(float(place["longitude"]) * 100),
        record["use_code"],
    )
    distress, urgency = _trouble(found, record, as_of)
    value = _value(record, around)
    location = Decimal(50) + _band(near, (1, 0), (3, 12), (None, 25))
    if around and around["turnover"] is not None:
        location += _band(around["turnover"], (Decimal("0.02"), 0), (Decimal("0.05"), 12), (None, 25))
    parts = {"distress": distress, "value": value, "location": location, "urgency": urgency}
    total = _cents(sum((parts[name] * Decimal(weight) for name, weight in _WEIGHTS.items()), Decimal(0)))
    tier = "A" if total >= 75 else "B" if total >= 60 else "C" if total >= 40 else "D"
    return (parcel, distress, value, location, urgency, total, tier)


def _trouble(found: dict[str, list[Any]], record: Any, as_of: date) -> tuple[Decimal, Decimal]:
    """Distress and urgency."""
    tax = court = code = auction = due = recent = old = Decimal(0)
    for sale in found["tax_sales"]:
        if sale["status"] not in _OVER:
            tax += _decayed(40, sale["sale_date"], 365, as_of)
            auction += _until(sale["sale_date"], as_of)
    for case in found["foreclosures"]:
        if case["status"] not in _OVER:
            day = case["auction_date"]
            court += _decayed(40, day, 180, as_of)
            court += _decayed(10, day, 180, as_of) if (case["default_amount"] or 0) >= 100_000 else 0
            court += _decayed(5, day, 180, as_of) if day else 0
            auction += _until(day, as_of) if day else 0
    for case in found["code_violations"]:
        code += 10 if (case["lien_amount"] or 0) >= Decimal("0.01") else 0
        if case["status"] != "open":
            code += _decayed(5, case["closed_on"], 180, as_of)
            continue
        code += _decayed(15, case["opened_on"], 365, as_of)
        recent += _band((as_of - case["opened_on"]).days, (30, 10), (91, 5), (None, 0))
        if case["due_on"]:
            due += _band((case["due_on"] - as_of).days, (0, 20), (31, 15), (None, 0))
    unpaid = [each for each in found["tax_certificates"] if each["status"] == "unpaid"]
    if unpaid:
        newest, oldest = max(each["issued_on"] for each in unpaid), min(each["issued_on"] for each in unpaid)
        years = len({each["tax_year"] for each in unpaid})
        tax += _decayed({1: 25, 2: 40}.get(years, 50), newest, 1095, as_of)
        recent += _band((as_of - newest).days, (30, 10), (91, 5), (None, 0))
        old += _band(_years(oldest, as_of), (2, 0), (7, 15), (None, 0))
    kinds = sum(each > 0 for each in (tax, court, code))
    owner = {True: Decimal(10), False: Decimal(0), None: Decimal(5)}[record["absentee"]]
    sold = record["last_sale_date"]
    owner += Decimal("2.5") if sold is None else _band(_years(sold, as_of), (10, 0), (15, 3), (None, 5))
    distress = (
        min(tax, Decimal(60))
        + min(court, Decimal(60))
        + min(code, Decimal(35))
        + owner
        + (0, 0, 10, 15)[kinds]
    )
    urgency = min(auction, Decimal(70)) + min(due, Decimal(25)) + min(recent, Decimal(10)) + old
    return min(distress, Decimal(100)), min(urgency, Decimal(100))


def _value(record: Any, around: Any) -> Decimal:
    market, area = record["market_value"], record["living_area_sqft"]
    if market is None:
        return Decimal(50)
    points = _band(market, (50_000, 5), (100_000, 15), (400_000, 30), (750_000, 15), (None, 5))
    if record["lien_amount"] is None:
        points += 15
    else:
        equity = _rounded((market - record["lien_amount"]) / market)
        points += _band(equity, (0, 0), (Decimal("0.3"), 10), (Decimal("0.5"), 20), (None, 30))
    if area is None or around is None or around["price_per_sqft"] is None:
        points += Decimal("12.5")
    else:
        below = _rounded(1 - market / area / around["price_per_sqft"])
        points += _band(below, (0, 0), (Decimal("0.1"), 8), (Decimal("0.25"), 16), (None, 25))
    return points + _band(_rounded(record["taxes"] / market), (Decimal("0.015"), 15), (None, 0))


async def _cases_near(conn: asyncpg.Connection, place: Any) -> int:
    latitude, longitude = float(place["latitude"]), float(place["longitude"])
    high, wide = 250 / 110_574, 250 / (111_319 * math.cos(math.radians(latitude)))
    cells = [
        (a, o)
        for a in range(math.floor((latitude - high) * 400), math.floor((latitude + high) * 400) + 1)
        for o in range(math.floor((longitude - wide) * 400), math.floor((longitude + wide) * 400) + 1)
    ]
    cases = await conn.fetch(
        "select o.* from unnest($1::integer[], $2::integer[]) c (latitude, longitude)"
        " join property_manager.open_cases o on o.cell_latitude = c.latitude"
        " and o.cell_longitude = c.longitude",
        [a for a, _ in cells],
        [o for _, o in cells],
    )
    return sum(
        _metres(latitude, longitude, case["latitude"], case["longitude"]) <= 250
        for case in cases
        if case["property_id"] != place["id"]
    )


def _metres(latitude: float, longitude: float, other: float, along: float) -> float:
    """Between two near places on WGS 84, by the middle latitude."""
    cosine = math.cos(math.radians(latitude + other))
    bulge = 0.9966528100049293 + 0.0033471899950707 * cosine
    north = (latitude - other) ** 2 * 0.9866560547431698 / bulge / bulge
    return 111_319.49079327358 * math.sqrt((north + (longitude - along) ** 2 * (1 + cosine) / 2) / bulge)


def _decayed(points: int, day: date | None, half_life: int, as_of: date) -> Decimal:
    age = 0 if day is None else max(0, (as_of - day).days) // 30 * 30
    return _cents(Decimal(f"{points * 0.5 ** (age / half_life):.15g}"))


def _until(day: date, as_of: date) -> Decimal:
    return _band((day - as_of).days, (0, 0), (8, 60), (31, 45), (91, 30), (None, 15))


def _years(day: date, as_of: date) -> int:
    return as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day))


def _band(value: Any, *bands: tuple[Any, int]) -> Decimal:
    return Decimal(_first(points for upper, points in bands if upper is None or value < upper))


def _first(points: Iterable[int]) -> int:
    return next(iter(points))


def _cents(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.0001"), ROUND_HALF_UP)
