"""What is scored again: only what changed, what a day moves, and everything under other weights."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.errors import UsageError
from services.county.scoring import (
    Scored,
    add_version,
    drop_score_years,
    entered_tier,
    replay,
    simulate,
    tier_counts,
    use_version,
)
from tests.catalogue import Catalogue
from tests.services.county.scoring.parcels import TODAY, County, county_of, day, told
from tests.services.county.scoring.test_scores import put_worked_parcels

SCORED = ("lead_scores", "lead_score_history")
KEPT = "select md5(string_agg(s::text || s.xmin::text, ',' order by s::text)) from county.{} s"


@pytest.fixture
async def county(catalogue: Catalogue) -> County:
    return await county_of(catalogue)


def counts(done: Scored) -> tuple[int, int, int, int]:
    return done.scored, done.new, done.changed, done.gone


async def cases_near(county: County, name: str) -> float | None:
    """How many open cases its score counted near a parcel."""
    return {each.signal: each.value for each in (await county.lead(name)).reasons}["open_cases_near"]


async def stored(county: County) -> list[str]:
    """What is stored of scores, and which transaction wrote each row."""
    return [await county.owner.fetchval(KEPT.format(table)) for table in SCORED]


async def test_a_scoring_looks_at_what_changed_and_writes_what_came_out_otherwise(county: County) -> None:
    await put_worked_parcels(county)
    assert counts(await county.score()) == (5, 5, 0, 0)
    before = await stored(county)
    assert counts(await county.score()) == (0, 0, 0, 0)
    assert counts(await county.score(every=True)) == (5, 0, 0, 0)
    assert await stored(county) == before

    # a record of one parcel; the values of a record that no signal reads
    sale = await county.put("tax_sales", "0BARE", status="scheduled", sale_date=day(400))
    assert counts(await county.score()) == (1, 0, 1, 0)
    await county.change("tax_sales", sale, opening_bid=1)
    assert counts(await county.score()) == (1, 0, 0, 0)
    # a record that waited is linked, and then to another parcel
    waiting = await county.put("tax_certificates", None, status="unpaid", tax_year=2023, issued_on=day(-228))
    assert counts(await county.score()) == (0, 0, 0, 0)
    link = "update county.tax_certificates set property_id = $2 where id = $1"
    await county.owner.execute(link, waiting, county.parcels["4PAID"])
    assert counts(await county.score()) == (1, 0, 1, 0)
    await county.owner.execute(link, waiting, county.parcels["1TAX"])
    assert counts(await county.score()) == (2, 0, 2, 0)
    # an open case near two parcels, one of them its own; it moves away
    near = await county.parcel("5NEAR", 28.502)
    case = await county.put("code_violations", None, status="open", latitude=28.5005, longitude=-81.4)
    assert counts(await county.score()) == (1, 1, 0, 0)
    assert "open_cases_near 12" in told(await county.lead("5NEAR"))
    await county.change("code_violations", case, latitude=28.9)
    assert counts(await county.score()) == (2, 0, 2, 0)
    assert "open_cases_near 12" in told(await county.lead("4PAID"))
    # one that says no place is where its parcel is, also once that has another
    by = await county.parcel("6BY", 28.901)
    await county.put("code_violations", "4PAID", status="open")
    assert counts(await county.score()) == (2, 1, 1, 0)
    assert await cases_near(county, "6BY") == 2
    await county.change("properties", county.parcels["4PAID"], latitude=28.75)
    assert counts(await county.score()) == (2, 0, 2, 0)
    assert (await cases_near(county, "6BY"), await cases_near(county, "4PAID")) == (1, 0)
    await county.change("properties", by, record_status="removed")
    assert counts(await county.score()) == (0, 0, 0, 1)
    # a parcel that is gone
    await county.change("properties", near, record_status="removed")
    assert counts(await county.score()) == (0, 0, 0, 1)


async def test_points_decay_and_deadlines_come_nearer_on_the_day_that_a_score_names(county: County) -> None:
    await county.parcel("1")
    await county.put("foreclosures", "1", status="scheduled", auction_date=day(31))
    await county.score()
    seen = []
    for _ in range(7):
        lead = await county.lead("1")
        seen.append(((lead.as_of - TODAY).days, lead.distress, lead.urgency))
        assert lead.next_change_on is not None
        eve = (lead.next_change_on - TODAY).days - 1
        assert counts(await county.score(eve))[2] == 0
        assert counts(await county.score(eve + 1)) == (1, 0, 1, 0)
    # 7.5 of what is not known; 45 halve after 180 days past the auction, in steps of 30
    assert seen == [
        *((0, 52.5, 30), (1, 52.5, 45), (24, 52.5, 60), (32, 52.5, 0)),
        *((61, 7.5 + 35.64 + 4.45, 0), (91, 7.5 + 31.75 + 3.97, 0), (121, 7.5 + 28.28 + 3.54, 0)),
    ]
    history = (await county.lead("1")).history
    assert [(each.day - TODAY).days for each in history] == [151, 121, 91, 61, 32, 24, 1, 0]
    # an earlier day than that of the scores is scored too
    assert counts(await county.score(1)) == (1, 0, 1, 0)
    assert (await county.lead("1")).urgency == 45


async def test_neighbours_are_counted_anew_when_more_than_a_tenth_has_changed(county: County) -> None:
    records = {}
    for number in range(20):
        await county.parcel(f"{number}", 28.501 + number / 10_000)
        records[number] = await county.put(
            *("property_records", f"{number}"),
            **{"market_value": 100_000 + number, "living_area_sqft": 1_000, "use_code": "0100"},
            **{"last_sale_date": day(-100 if number < 1 else -4000)},
        )
    await county.score()
    first = {each.signal: each.value for each in (await county.lead("0")).reasons}
    assert (first["below_neighbours"], first["turnover"]) == (0.0001, 0.05)
    await county.change("property_records", records[0], market_value=50_000)
    assert counts(await county.score()) == (1, 0, 1, 0)
    assert "below_neighbours 25" in told(await county.lead("0"))
    for number in range(1, 19):
        await county.change("property_records", records[number], market_value=50_000)
    assert counts(await county.score()) == (20, 0, 20, 0)
    assert "below_neighbours 0" not in told(await county.lead("0"))
    assert {each.signal: each.value for each in (await county.lead("19")).reasons}["below_neighbours"] < -0.9


async def test_a_move_between_tiers_is_told_once_and_one_of_other_weights_says_so(county: County) -> None:
    await put_worked_parcels(county)
    await county.score()
    (entered,) = await entered_tier(county.database, tier="A")
    assert (entered.parcel_id_normalized, entered.from_tier, entered.to_tier) == ("3ALL", None, "A")
    assert (entered.to_total, entered.by_version, entered.reasons is not None) == (86.25, False, True)
    assert await entered_tier(county.database, tier="A", after=entered.id) == []
    assert await entered_tier(county.database, tier="A", since=entered.at + timedelta(seconds=1)) == []
    await county.score(every=True)
    assert len(await entered_tier(county.database, tier="A")) == 1

    # urgency alone: the tax sale's parcel has 60 of it
    urgent = {"name": "urgent", "weights": {"distress": 0, "value": 0, "location": 0, "urgency": 1}}
    before = await stored(county)
    tried = await simulate(county.database, urgent)
    same = await simulate(county.database, {})
    assert (same.scores, same.moved, same.before) == (5, 0, {"A": 1, "C": 2, "D": 2})
    assert (tried.scores, tried.moved, tried.after) == (5, 2, {"A": 1, "B": 1, "D": 3})
    assert {each.parcel_id_normalized: (each.from_tier, each.to_tier) for each in tried.leads} == {
        "1TAX": ("C", "B"),
        "2COURT": ("C", "D"),
    }
    assert await stored(county) == before

    version = await add_version(county.database, urgent, actor="ana")
    assert await add_version(county.database, urgent, actor="ana") == version
    again = await replay(county.database, version)
    assert (again.moved, again.leads) == (tried.moved, tried.leads)
    assert (await replay(county.database, version, since=day(1))).scores == 0
    await use_version(county.database, version)
    moved = await county.score(1)
    assert (moved.version, moved.all, moved.tiers) == (version, True, {"A": 1, "B": 1, "C": 0, "D": 3})
    (by_version,) = await entered_tier(county.database, tier="B")
    assert (by_version.parcel_id_normalized, by_version.by_version) == ("1TAX", True)
    assert [(each.tier, each.leads, each.before) for each in await tier_counts(county.database)] == [
        *(("A", 1, 1), ("B", 1, 0), ("C", 0, 2), ("D", 3, 2))
    ]


async def test_each_year_of_the_history_stands_alone_and_is_dropped_as_a_whole(county: County) -> None:
    await county.parcel("1")
    await county.score()
    await county.score(365)
    assert [each.day.year for each in (await county.lead("1")).history] == [2027, 2026]
    with pytest.raises(UsageError, match="is not over"):
        await drop_score_years(county.database, 3000)
    assert await drop_score_years(county.database, 2026) == {}
    await county.score(-365)
    assert await drop_score_years(county.database, 2026, dry_run=True) == {2025: 1}
    assert await drop_score_years(county.database, 2026) == {2025: 1}
    assert [each.day.year for each in (await county.lead("1")).history] == [2027, 2026]
