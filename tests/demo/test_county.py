"""The county demo's three days, run through the real program, end as expected."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime

from demo.county.days import FALLS_DEEPER, LEFT_BY_THE_OUTAGE, NOT_A_PARCEL, Day
from demo.county.parcels import PARCELS, parcels
from demo.county.story import CountyDay, run_county_story
from services.results import Metrics
from services.workflows.county_loaded import KindLoad
from tests.catalogue import Catalogue

TODAY = datetime.now(UTC).replace(hour=12)
EXPECTED = {
    Day.FIRST: {
        "properties": Metrics(PARCELS, new_properties=PARCELS),
        "property_records": Metrics(PARCELS, new_properties=PARCELS),
        "tax_sales": Metrics(5, new_properties=5),
        "foreclosures": Metrics(2, new_properties=2),
        "code_violations": Metrics(6, new_properties=6),
    },
    Day.SECOND: {
        "properties": Metrics(47, unchanged_properties=47, missing_properties=1),
        "property_records": Metrics(47, updated_properties=3, unchanged_properties=44, missing_properties=1),
        "tax_sales": Metrics(6, new_properties=1, updated_properties=1, unchanged_properties=4),
        "foreclosures": Metrics(3, new_properties=1, unchanged_properties=2),
        "code_violations": Metrics(8, new_properties=2, unchanged_properties=6),
    },
    Day.THIRD: {
        "properties": Metrics(
            LEFT_BY_THE_OUTAGE, unchanged_properties=5, missing_properties=42, removed_properties=1
        ),
        "property_records": Metrics(
            LEFT_BY_THE_OUTAGE, unchanged_properties=5, missing_properties=42, removed_properties=1
        ),
        "foreclosures": Metrics(3, unchanged_properties=3),
        "code_violations": Metrics(8, unchanged_properties=8),
    },
}
"""What a correct sync of each day's layers counts; on the third day the first two are held."""


def kinds(day: CountyDay) -> dict[str, KindLoad]:
    return {kind.kind: kind for layer in day.loaded.layers for kind in layer.kinds}


def outcomes(metrics: Metrics) -> Metrics:
    return Metrics(
        metrics.total_scraped,
        new_properties=metrics.new_properties,
        updated_properties=metrics.updated_properties,
        unchanged_properties=metrics.unchanged_properties,
        reactivated_properties=metrics.reactivated_properties,
        quarantined_properties=metrics.quarantined_properties,
        superseded_rows=metrics.superseded_rows,
        missing_properties=metrics.missing_properties,
        removed_properties=metrics.removed_properties,
    )


async def test_three_days_of_a_county_end_as_expected_and_can_be_repeated(catalogue: Catalogue) -> None:
    days = {day.day: day async for day in run_county_story(catalogue.database, today=TODAY)}

    assert [(TODAY - day.date).days for day in days.values()] == [3, 2, 1]
    for name, day in days.items():
        found = {kind: outcomes(load.sync.metrics) for kind, load in kinds(day).items() if load.sync}
        assert found == EXPECTED[name], name
    held = {kind for kind, load in kinds(days[Day.THIRD]).items() if load.sync and load.sync.status == "held"}
    assert held == {"properties", "property_records"}
    deeds = days[Day.THIRD].loaded.layers[1]
    assert deeds.failure is not None
    assert "Service is not available" in deeds.failure.message
    live = await catalogue.superuser.fetchval(
        "select count(*) from county.properties where record_status <> 'removed'"
    )
    assert live == PARCELS  # neither the outage nor one miss retires anything

    waiting = await catalogue.superuser.fetch(
        "select parcel_id from county.tax_sales where property_id is null"
    )
    assert [row["parcel_id"] for row in waiting] == [NOT_A_PARCEL]

    told = {name: [line for message in day.told for line in message.plain()] for name, day in days.items()}
    fallen = parcels()[FALLS_DEEPER]
    assert not told[Day.FIRST]
    assert any(fallen.street.upper() in line for line in told[Day.SECOND])
    assert not told[Day.THIRD]
    best = days[Day.SECOND].best
    assert (best.parcel_id, best.tier) == (fallen.rts, "A")
    assert sum(reason.adds for reason in best.reasons) == best.total

    async with aclosing(run_county_story(catalogue.database, today=TODAY)) as story:
        again = await anext(story)
    assert again.loaded.county == "palmetto-2"
    assert outcomes(kinds(again)["properties"].sync.metrics) == EXPECTED[Day.FIRST]["properties"]  # type: ignore[union-attr]
