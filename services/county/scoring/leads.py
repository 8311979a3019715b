"""Leads as they were scored: listed, one in full with its reasons, and how their tiers moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records

TIERS: Final = ("A", "B", "C", "D")
"""The best first."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead in a list; `best` says in words what gives it the most."""

    property_id: UUID
    state: str
    county_fips: str
    parcel_id: str | None
    parcel_id_normalized: str
    address: str | None
    city: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None
    total: float
    tier: str
    distress: float
    value: float
    location: float
    urgency: float
    confidence: float
    best: list[str]
    as_of: date
    score_version: int
    scored_at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of a score: the `points` of a component's lines sum to it, all `adds` sum to the total."""

    signal: str
    component: str
    category: str | None
    says: str
    points: float
    adds: float
    """What it adds to the total, by the component's weight."""
    value: float | None
    day: date | None
    kind: str | None
    record: UUID | None
    """The record that says so, of that kind."""
    missing: str | None
    """Why the input is not known; its points are neutral then."""


@dataclass(frozen=True, slots=True)
class ScoreDay:
    """A day on which the score of a lead changed."""

    day: date
    total: float
    tier: str
    distress: float
    value: float
    location: float
    urgency: float
    confidence: float
    score_version: int


@dataclass(frozen=True, slots=True)
class Move:
    """A move from one tier to another."""

    from_tier: str | None
    to_tier: str | None
    from_total: float | None
    to_total: float | None
    by_version: bool
    """Whether other weights moved it, and not what is known of it."""
    score_version: int
    as_of: date
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadDetails:
    """A lead in full. Market, assessed and taxable value are three things; none of them is what is owed."""

    property_id: UUID
    state: str
    county_fips: str
    parcel_id: str | None
    parcel_id_normalized: str
    address: str | None
    city: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None
    roll_year: int | None
    market_value: float | None
    assessed_value: float | None
    taxable_value: float | None
    lien_amount: float | None
    total: float
    tier: str
    distress: float
    value: float
    location: float
    urgency: float
    confidence: float
    weights: Mapping[str, Any]
    score_version: int
    as_of: date
    next_change_on: date | None
    """The first day on which it changes by itself: points decay, a deadline comes nearer."""
    scored_at: datetime
    reasons: tuple[Reason, ...]
    history: tuple[ScoreDay, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class TierCount:
    """How many leads a tier has after the last day that scored, and had after the one before it."""

    tier: str
    leads: int
    before: int | None
    day: date
    day_before: date | None
    score_version: int


@dataclass(frozen=True, slots=True)
class TierDay:
    """How many leads a tier had after a day that scored."""

    day: date
    tier: str
    leads: int


@dataclass(frozen=True, slots=True)
class EnteredTier:
    """A lead that entered a tier: once for each time that it did; `id` is where the next ones begin."""

    id: int
    property_id: UUID
    state: str
    county_fips: str
    parcel_id: str | None
    parcel_id_normalized: str
    address: str | None
    city: str | None
    from_tier: str | None
    to_tier: str
    from_total: float | None
    to_total: float
    by_version: bool
    score_version: int
    as_of: date
    at: datetime
    tier_now: str | None
    best: list[str]
    reasons: list[Any] | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that a text names; its county as its file is named."""

    property_id: UUID
    county: str
    state: str
    county_fips: str
    parcel_id: str | None
    parcel_id_normalized: str


async def list_leads(
    database: Database,
    *,
    county: str | None = None,
    tier: str | None = None,
    least: float | None = None,
    most: float | None = None,
    city: str | None = None,
    after: tuple[float, UUID] | None = None,
    limit: int = 50,
) -> list[Lead]:
    """Leads after one (its total and property id), the most promising first; of a county by its name."""
    total, last = after or (None, None)
    found = await database.rows(
        "leads", county, tier, _exact(least), _exact(most), city, _exact(total), last, limit
    )
    return records(Lead, found)


def _exact(number: float | None) -> Decimal | None:
    """A number as people write it: 0.1 is no fraction of two."""
    return None if number is None else Decimal(str(number))


async def find_parcel(database: Database, text: str, county: str | None = None) -> Parcel:
    """The parcel of that id, printed or normalised, or whose database id begins so. Raises NotFoundError."""
    found = records(Parcel, await database.rows("find_parcels", text.strip(), county))
    if not found:
        where = f" in {county}" if county else ""
        raise NotFoundError(f'there is no parcel "{text}"{where}', next_step="see leads list")
    if len(found) > 1:
        said = ", ".join(f"{each.county} ({str(each.property_id)[:8]})" for each in found)
        apart = len({each.county for each in found}) == len(found)
        raise NotFoundError(
            f'"{text}" names more than one parcel: {said}',
            next_step="give the id in brackets" + (f", or --county {found[0].county}" if apart else ""),
        )
    return found[0]


async def show_lead(database: Database, property_id: UUID, *, days: int = 30) -> LeadDetails:
    """A lead in full, with the last days on which it changed. Raises NotFoundError."""
    found = await database.value("lead", property_id, days)
    if found is None:
        raise NotFoundError(
            "the parcel has no score",
            next_step="run leads score; a parcel that its layer shows no more has none",
        )
    return record(LeadDetails, found)


async def tier_counts(database: Database) -> list[TierCount]:
    """The tiers, the best first; none before the first scoring."""
    return records(TierCount, await database.rows("tier_counts"))


async def tier_days(database: Database, *, days: int = 60) -> list[TierDay]:
    """The tiers on each of the last days that scored, the oldest first."""
    return records(TierDay, await database.rows("tier_days", days))


async def entered_tier(
    database: Database,
    *,
    tier: str = "A",
    since: datetime | None = None,
    after: int | None = None,
    limit: int = 1000,
) -> list[EnteredTier]:
    """Leads that entered a tier since a moment, after a change, in the order in which they did."""
    return records(EnteredTier, await database.rows("entered_tier", tier, since, after, limit))


async def drop_score_years(database: Database, before: int, *, dry_run: bool = False) -> dict[int, int]:
    """Drop the history of the years before one. Gives the scores of each of them."""
    rows = await database.rows("drop_score_years", before, dry_run)
    return {row["year"]: row["scores"] for row in rows}
