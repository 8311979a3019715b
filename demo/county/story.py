"""Three days of Palmetto County, run through the real program on a clock of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from config.county.layout import County, load_county
from database.handle import Database
from demo.county.days import Day
from demo.county.server import MapServer
from services.alerts import Policy, alert_kinds, send_alerts
from services.alerts.message import Message
from services.county.scoring import TIERS, LeadDetails, Scored, list_leads, score_leads, show_lead
from services.pipeline import SyncOptions
from services.workflows.access import Access
from services.workflows.county import CountyLoader
from services.workflows.county_loaded import CountyLoad

NAME: Final = "palmetto"
_DESCRIBED: Final = Path(__file__).with_name("palmetto.toml")
_ADDRESSES: Final = {"code-cases": "code_cases"}
"""Layers that the server calls otherwise."""
_TOLD: Final = "tier_a"
_FIRST_FIPS: Final = 12901
"""Of no real county; every run of the demo is a county of its own …"""
_APART: Final = 0.5
"""… so many degrees north of the one before, as what is near a parcel counts for it."""


@dataclass(frozen=True, slots=True)
class CountyDay:
    """One day of the story: what was loaded, how the leads were scored then, and who was told."""

    day: Day
    date: datetime
    loaded: CountyLoad
    scored: Scored
    tiers: dict[str, int]
    """How many of the county's leads each tier has."""
    best: LeadDetails
    """The lead with the highest score."""
    told: tuple[Message, ...]


@dataclass(slots=True)
class Told:
    """A channel for alerts that keeps what it is told, where others would send it on."""

    name: str = "demo"
    target: str = "this terminal"
    messages: list[Message] = field(default_factory=list)

    async def deliver(self, message: Message) -> str | None:
        self.messages.append(message)
        return None


async def run_county_story(
    database: Database,
    *,
    today: datetime | None = None,
    on_progress: Callable[[str, int], None] = lambda layer, rows: None,
) -> AsyncGenerator[CountyDay]:
    """Load the county on the three days before today, score its leads, tell of those that entered tier A.

    On the second day layers have changed; on the third one is cut short and one is out of order. Every run
    is a county of its own (palmetto, palmetto-2 …), so that it begins from nothing.
    """
    first = (today or datetime.now(UTC)).date() - timedelta(days=len(Day))
    described = await _new_county(database)
    channel = Told()
    without = tuple(kind.name for kind in await alert_kinds(database) if kind.name != _TOLD)
    north = _APART * (int(described.county_fips) - _FIRST_FIPS)
    async with MapServer(first, north=north) as server:
        county = _served(described, server)
        for day in Day:
            server.day = day
            now = datetime.combine(first + timedelta(days=day), time(6), UTC)
            loader = CountyLoader(
                database,
                access=Access(allow_private=True),
                options=SyncOptions(clock=partial(_at, now)),
                on_progress=on_progress,
            )
            loaded = await loader.load(county)
            scored = await score_leads(database, as_of=now.date(), at=now)
            channel.messages.clear()
            await send_alerts(database, [channel], Policy(gap_seconds=0, without=without), at_once=True)
            leads = await list_leads(database, county=county.name, limit=1_000)
            tiers = {tier: sum(lead.tier == tier for lead in leads) for tier in TIERS}
            best = await show_lead(database, leads[0].property_id)
            yield CountyDay(day, now, loaded, scored, tiers, best, tuple(channel.messages))


def _served(county: County, server: MapServer) -> County:
    """The county with the addresses of its layers on the server."""
    layers = [
        layer.model_copy(update={"url": server.url(_ADDRESSES.get(layer.name, layer.name))})
        for layer in county.layers
    ]
    return county.model_copy(update={"layers": tuple(layers)})


async def _new_county(database: Database) -> County:
    """The county under a name and a FIPS code that no earlier run has."""
    taken = {str(row["name"]).partition(".")[0] for row in await database.rows("source_names")}
    number = next(n for n in range(1, len(taken) + 2) if (NAME if n == 1 else f"{NAME}-{n}") not in taken)
    named = NAME if number == 1 else f"{NAME}-{number}"
    return load_county(_DESCRIBED).model_copy(
        update={"name": named, "county_fips": str(_FIRST_FIPS + number - 1)}
    )


def _at(moment: datetime) -> datetime:
    """Return the same time always: a clock that stands still."""
    return moment
