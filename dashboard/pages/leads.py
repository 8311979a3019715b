"""Leads: the tiers and how they moved, leads in their order, and one lead with its reasons and its days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from dashboard.page import Asked, Data, Page
from services.county.scoring import (
    TIERS,
    TierDay,
    find_parcel,
    list_leads,
    show_lead,
    tier_counts,
    tier_days,
)

_ROWS: Final = 50
_DAYS: Final = 60
_COMPONENTS: Final = ("distress", "value", "location", "urgency")


async def leads(asked: Asked) -> Data:
    """The tiers, and a page of leads that meet the conditions of the address; only staff reads of parcels."""
    if not asked.user.is_staff:
        return {"allowed": False}
    database, tier, city = asked.database, asked.one_of("tier", TIERS), asked.text("city")
    after = None
    if (last := asked.uuid("after")) is not None:
        after = ((await show_lead(database, last, days=1)).total, last)
    counts = await tier_counts(database)
    found = await list_leads(database, tier=tier, city=city, after=after, limit=_ROWS + 1) if counts else []
    shown = found[:_ROWS]
    return {
        "allowed": True,
        "counts": counts,
        "days": _by_day(await tier_days(database, days=_DAYS)),
        "leads": shown,
        "tier": tier,
        "city": city,
        "after": shown[-1].property_id if len(found) > _ROWS else None,
    }


async def lead(asked: Asked) -> Data:
    """One lead: its score, each reason, its three values and how it moved."""
    if not asked.user.is_staff:
        return {"allowed": False}
    property_id: UUID = asked.path["parcel"]
    found = await show_lead(asked.database, property_id, days=_DAYS)
    return {
        "allowed": True,
        "lead": found,
        "components": [
            {
                "name": part,
                "points": getattr(found, part),
                "weight": float(found.weights[part]),
                "reasons": [
                    each for each in found.reasons if each.component == part and (each.points or each.missing)
                ],
            }
            for part in _COMPONENTS
        ],
        "days": [(each.day, each.total) for each in reversed(found.history)],
    }


async def named(asked: Asked) -> Data:
    """The lead of a parcel's id, as anybody prints it: what the search field asks."""
    text = asked.text("parcel")
    if not asked.user.is_staff or text is None:
        return {"allowed": asked.user.is_staff, "parcel": None}
    return {"allowed": True, "parcel": await find_parcel(asked.database, text)}


def _by_day(days: list[TierDay]) -> list[tuple[Any, ...]]:
    """(day, leads of each tier) from the oldest on."""
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for each in days:
        found[each.day][each.tier] = each.leads
    return [(day, *(of.get(tier) for tier in TIERS)) for day, of in sorted(found.items())]


PAGES = (
    Page("/leads", "leads.html", leads, title="Leads", menu="Leads", topics=("feed", "jobs")),
    Page("/leads/find", "lead_found.html", named, title="Find a parcel", within="Leads"),
    Page("/leads/{parcel:uuid}", "lead.html", lead, title="A lead", within="Leads", topics=("feed", "jobs")),
)
