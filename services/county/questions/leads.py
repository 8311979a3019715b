"""Leads by the names that users know: of a tier, of a range of scores, the first n; tiers counted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Handle, database_of
from services.county.scoring import Lead, LeadDetails, list_leads, show_lead, tier_counts

_LIMIT = 50


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads, the most promising first; `after` continues behind them, None at the end."""

    leads: tuple[Lead, ...]
    after: tuple[float, UUID] | None


class LeadScoreRepository:
    """What can be asked of lead scores. Async; built with one `Database`, or a supabase AsyncClient.

    Scores are written by `leads score`, which keeps each day's as history.
    """

    def __init__(self, database: Handle) -> None:
        self._database = database_of(database)

    async def get_by_id(self, property_id: UUID) -> LeadDetails | None:
        """A parcel's score with its reasons and history; None where it was never scored."""
        try:
            return await show_lead(self._database, property_id)
        except NotFoundError:
            return None

    async def get_all(
        self, *, city: str | None = None, limit: int = _LIMIT, after: tuple[float, UUID] | None = None
    ) -> LeadPage:
        """All leads, the most promising first."""
        return await self._page(city=city, limit=limit, after=after)

    async def get_by_tier(
        self, tier: str, *, limit: int = _LIMIT, after: tuple[float, UUID] | None = None
    ) -> LeadPage:
        """The leads of a tier, the most promising first."""
        return await self._page(tier=tier, limit=limit, after=after)

    async def get_tier_a_leads(
        self, *, limit: int = _LIMIT, after: tuple[float, UUID] | None = None
    ) -> LeadPage:
        """The leads of the best tier."""
        return await self.get_by_tier("A", limit=limit, after=after)

    async def get_by_score_range(
        self,
        least: float,
        most: float = 100,
        *,
        limit: int = _LIMIT,
        after: tuple[float, UUID] | None = None,
    ) -> LeadPage:
        """Leads whose total is from one score to another, both included."""
        return await self._page(least=least, most=most, limit=limit, after=after)

    async def get_top_n_leads(self, n: int) -> tuple[Lead, ...]:
        """The n most promising leads."""
        return (await self._page(limit=n)).leads

    async def get_tier_counts(self) -> dict[str, int]:
        """How many leads each tier has after the last day that scored; empty before the first."""
        return {each.tier: each.leads for each in await tier_counts(self._database)}

    async def count(self) -> int:
        """How many parcels have a score."""
        return sum((await self.get_tier_counts()).values())

    async def _page(
        self,
        *,
        tier: str | None = None,
        least: float | None = None,
        most: float | None = None,
        city: str | None = None,
        limit: int,
        after: tuple[float, UUID] | None = None,
    ) -> LeadPage:
        found = await list_leads(
            self._database, tier=tier, least=least, most=most, city=city, after=after, limit=limit + 1
        )
        shown = tuple(found[:limit])
        return LeadPage(shown, (shown[-1].total, shown[-1].property_id) if len(found) > limit else None)
