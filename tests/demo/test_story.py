"""The demo's four days, told through the real program, end as its catalogue says they must."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from demo.portal.days import EXPECTED, GONE_SINCE_TUESDAY, SOLD_UNTIL_THURSDAY, Day
from demo.story import NAME, tell
from tests.catalogue import Catalogue

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_four_days_are_told_as_expected_and_again_under_another_name(catalogue: Catalogue) -> None:
    told = {one.day: one async for one in tell(catalogue.database, today=FRIDAY)}

    assert list(told) == list(Day)
    assert [one.date.strftime("%a %H:%M") for one in told.values()] == [
        "Mon 06:00",
        "Tue 06:00",
        "Wed 06:00",
        "Thu 06:00",
    ]
    for day, one in told.items():
        expected = asdict(EXPECTED[day])
        refused = expected.pop("refused")
        sync = one.scraped.sync
        assert sync is not None
        metrics = asdict(sync.metrics)
        assert {name: metrics[name] for name in expected} == expected, day
        assert sync.status == ("held" if refused else "applied"), day
        assert (one.scraped.verdict, one.scraped.failed) == ("complete", 0), day

    outage = told[Day.WED].scraped.sync
    assert outage is not None
    assert {reason.code for reason in outage.reasons} == {"few_rows", "many_leaving"}
    live = await catalogue.superuser.fetch("select property_id, status from public.properties_live")
    status = {row["property_id"]: row["status"] for row in live}
    assert status[GONE_SINCE_TUESDAY] == "removed"
    assert status[SOLD_UNTIL_THURSDAY] == "active"
    assert await catalogue.complaints() == []

    again = await anext(tell(catalogue.database, today=FRIDAY))
    assert {one.scraped.source for one in told.values()} == {NAME}
    assert again.scraped.source == f"{NAME}-2"
    assert again.scraped.sync is not None
    assert again.scraped.sync.metrics.new_properties == EXPECTED[Day.MON].new_properties
