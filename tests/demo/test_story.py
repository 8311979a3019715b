"""The demo's four days, run through the real program, end as expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from demo.portal.days import (
    CUTS_ON_THE_EVENING,
    GONE_ON_THE_EVENING,
    GONE_SINCE_TUESDAY,
    SCRAPED,
    SOLD_UNTIL_THURSDAY,
    Day,
)
from demo.story import NAME, DayResult, ScanResultOfDay, run_story
from tests.catalogue import Catalogue
from tests.demo.expected import EXPECTED, HELD

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_four_days_end_as_expected_and_can_be_repeated(catalogue: Catalogue) -> None:
    told = [one async for one in run_story(catalogue.database, today=FRIDAY)]
    days = {one.day: one for one in told if isinstance(one, DayResult)}
    noon, evening, night = (one for one in told if isinstance(one, ScanResultOfDay))

    assert list(days) == list(SCRAPED)
    assert [one.date.strftime("%a %H:%M") for one in days.values()] == [
        "Mon 06:00",
        "Tue 06:00",
        "Wed 06:00",
        "Thu 06:00",
    ]
    for day, one in days.items():
        sync = one.scraped.sync
        assert sync is not None
        outcomes = replace(
            sync.metrics,
            significant_updates=0,
            changed_fields=0,
            data_quality_score=None,
            completeness_rate=None,
        )
        assert outcomes == EXPECTED[day], day
        assert sync.status == ("held" if day is HELD else "applied"), day
        assert (one.scraped.verdict, one.scraped.failed) == ("complete", 0), day

    outage = days[Day.WED].scraped.sync
    assert outage is not None
    assert {reason.code for reason in outage.reasons} == {"few_rows", "many_leaving"}
    asked = days[Day.THU].scraped.verification
    assert asked is not None
    assert (asked.gone, asked.proven) == (1, 0)  # missing again on Thursday; its page has said so once
    found = noon.ran.scans[0].found
    assert (found.repriced, found.relisted, found.new, found.missing, found.queued) == (2, 1, 0, 1, 3)
    assert (noon.details, noon.read, evening.ran.verification and evening.ran.verification.gone) == (3, 3, 1)
    assert night.ran.verification is not None
    assert (night.ran.verification.proven, night.ran.verification.canaries) == (1, 5)
    live = await catalogue.superuser.fetch("select property_id, status from public.properties_live")
    status = {row["property_id"]: row["status"] for row in live}
    assert status[GONE_SINCE_TUESDAY] == "active"  # it was missing until the evening
    assert status[GONE_ON_THE_EVENING] == "removed"
    prices = await catalogue.superuser.fetch(
        "select property_id, price::integer from public.properties_live where property_id = any ($1)",
        list(CUTS_ON_THE_EVENING),
    )
    assert dict(map(tuple, prices)) == CUTS_ON_THE_EVENING
    assert status[SOLD_UNTIL_THURSDAY] == "active"
    assert await catalogue.complaints() == []

    again = await anext(run_story(catalogue.database, today=FRIDAY))
    assert isinstance(again, DayResult)
    assert {one.scraped.source for one in days.values()} == {NAME}
    assert again.scraped.source == f"{NAME}-2"
    assert again.scraped.sync is not None
    assert again.scraped.sync.metrics.new_properties == EXPECTED[Day.MON].new_properties
