"""Each tier is due at its own pace, which follows how much of a source moves; one call does what is due."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from database.handle import Database
from services.scans import TierState, tier_states
from services.workflows.tiers import Tiered
from tests.catalogue import Catalogue, at, on
from tests.services.scans.portal import ACCESS, Kept, Portal


async def _scanned(
    catalogue: Catalogue,
    tier: str,
    hours: list[float],
    *,
    moved: int,
    finished: bool = True,
    verdict: str = "partial",
) -> None:
    """Let scans of 100 listings have ended at these hours, so many of them moved in each."""
    for hour in hours:
        session = await catalogue.superuser.fetchval(
            "select api.open_session($1, 'all', 'index', null, null, '{}', $2, $3)",
            *(catalogue.source.name, uuid4(), at(hour / 24)),
        )
        await catalogue.superuser.execute(
            "insert into property_manager.scans select s.id, s.source_id, s.scope_id, $2, $3, $6, 3,"
            " 100, $4, jsonb_build_object('finished', $5::boolean)"
            " from public.scraping_sessions s where s.id = $1",
            *(session, tier, at(hour / 24), moved, finished, verdict),
        )


async def _state(catalogue: Catalogue, tier: str, hour: float) -> TierState:
    states = await tier_states(catalogue.database, catalogue.source.name, at(hour / 24))
    return next(state for state in states if state.tier == tier)


@pytest.mark.parametrize(
    ("moved", "every", "why"),
    [
        (0, 24, "nothing moved in 4 scans: four times as rarely as declared"),
        (15, 4, "15.0 of 100 listings a scan moved in 6.0 h: a tenth moves in 4.0 h"),
        (
            80,
            1.5,
            "80.0 of 100 listings a scan moved in 6.0 h: a tenth moves in 0.8 h,"
            " at most four times as often as declared",
        ),
    ],
)
async def test_the_pace_of_a_tier_follows_what_moves(
    catalogue: Catalogue, moved: int, every: float, why: str
) -> None:
    fresh = await _state(catalogue, "newest", 0)
    assert (fresh.is_due, fresh.every_hours) == (True, 6)
    assert fresh.why == "as declared, until three scans have measured how much moves (0 so far)"

    await _scanned(catalogue, "newest", [0, 6, 12, 18, 24], moved=moved)

    state = await _state(catalogue, "newest", 24 + every - 0.1)
    assert (state.every_hours, state.why, state.is_due) == (every, why, False)
    assert (await _state(catalogue, "newest", 24 + every + 0.1)).is_due


@pytest.mark.parametrize(("finished", "verdict"), [(False, "partial"), (True, "suspect")])
async def test_a_wider_scan_counts_for_narrower_tiers_and_one_that_proves_little_is_due_sooner(
    catalogue: Catalogue, finished: bool, verdict: str
) -> None:
    await _scanned(catalogue, "whole", [0], moved=1, finished=finished, verdict=verdict)

    due = {tier: (await _state(catalogue, tier, 0)).due_at for tier in ("newest", "front", "whole")}

    assert due == {"newest": at(1.5 / 24), "front": at(6 / 24), "whole": at(42 / 24)}


async def test_one_call_does_what_is_due(database: Database, superuser: asyncpg.Connection) -> None:
    async with Portal.up() as portal:
        kept = await Kept(database, portal, tiers={"stale": {"every_hours": 24}}).scraped()
        portal.homes.pop(7)

        async def run(day: float) -> tuple[str | None, int, int, int | None]:
            (turn,) = await Tiered(database, ACCESS, on(day)).run_due()
            assert turn.error is None
            verified = turn.verification.gone if turn.verification is not None else 0
            return turn.tier, sum(each.found.missing for each in turn.scans), verified, turn.stale

        assert await run(0.5) == ("whole", 1, 0, 0)
        assert await run(0.6) == (None, 0, 0, None)
        assert await run(0.8) == ("newest", 0, 0, None)
        assert await run(2) == (
            "front",
            0,
            0,
            12,
        )  # read on day 0; the first day's other turn found none stale
        assert await run(8) == ("whole", 1, 1, 0)
        assert await run(8.6) == ("newest", 0, 1, None)
        assert kept.source.start
    assert (
        await superuser.fetchval("select count(*) from public.properties_live where status = 'removed'") == 1
    )


async def test_an_error_of_one_source_does_not_stop_the_others(
    database: Database, catalogue: Catalogue
) -> None:
    await catalogue.register(start=("http://127.0.0.1:9/homes",))
    async with Portal.up() as portal:
        await Kept(database, portal).scraped()

        broken, whole = await Tiered(database, ACCESS, on(1)).run_due()

    assert (broken.source, broken.scans) == ("acme", [])
    assert broken.error is not None
    assert (whole.source, whole.error, len(whole.scans)) == ("portal", None, 1)
    (again,) = [state for state in await tier_states(database, "acme", at(1.01)) if state.tier == "whole"]
    assert not again.is_due  # one that failed is not tried again within the hour
