"""What is unusual in a session beside the sessions before it: faults are found, normal life is left alone."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest

from config.errors import NotFoundError
from services.pipeline import SyncResult
from services.quality import Anomaly, anomalies
from tests.catalogue import Catalogue, Row
from tests.servers import SOAK
from tests.services.quality.market import Fault, Market, quiet_days

QUIET: Final = 30 if SOAK else 12
"""How many histories of a market without a fault must raise no alarm."""

Unusual = dict[tuple[str, str | None], Anomaly]


async def unusual(catalogue: Catalogue, result: SyncResult) -> Unusual:
    """The most unusual figure of each kind and field."""
    found: Unusual = {}
    for each in await anomalies(catalogue.database, result.session_id):
        found.setdefault((each.kind, each.field), each)
    return found


def setting(**fields: Any) -> Fault:
    return lambda rows: [{**row, **fields} for row in rows]


def scaled(field: str, factor: float) -> Fault:
    return lambda rows: [{**row, field: round(row[field] * factor, 5)} for row in rows]


def of_some(share: float, fault: Fault) -> Fault:
    """The fault in that share of the rows, evenly chosen."""

    def some(rows: list[Row]) -> list[Row]:
        return [fault([row])[0] if n * 37 % 100 < 100 * share else row for n, row in enumerate(rows)]

    return some


def without_some(share: float) -> Fault:
    return lambda rows: [row for n, row in enumerate(rows) if n * 37 % 100 >= 100 * share]


def dearer_in(city: str, factor: float) -> Fault:
    return lambda rows: [
        {**row, "price": round(row["price"] * factor) if row["city"] == city else row["price"]}
        for row in rows
    ]


NONE = "https://acme.example/none.jpg"
FAULTS: Final[dict[str, tuple[Fault, tuple[str, str | None]]]] = {
    "two rows of five are gone": (without_some(0.4), ("volume", None)),
    "two cells of five are empty": (of_some(0.4, setting(bathrooms="")), ("null rate", "bathrooms")),
    "areas in square feet": (scaled("total_area_m2", 10.764), ("distribution", "total_area_m2")),
    "prices in another currency": (scaled("price", 1 / 17), ("distribution", "price")),
    "pins in another country": (scaled("latitude", 0.5), ("distribution", "latitude")),
    "one picture everywhere": (
        of_some(0.5, setting(main_image_url=NONE)),
        ("repeated value", "main_image_url"),
    ),
    "one city is dear": (dearer_in("Puebla", 4), ("price level", None)),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_after_quiet_days_is_severe_and_holds_the_plan(catalogue: Catalogue, name: str) -> None:
    fault, what = FAULTS[name]
    market = Market(len(name))
    for done in await quiet_days(catalogue, market, 8):
        assert (done.status, await unusual(catalogue, done)) == ("applied", {})

    held = await catalogue.run(fault(market.day()), day=8)

    found = (await unusual(catalogue, held))[what]
    assert (held.status, found.severity, found.sessions) == ("held", "severe", 8)
    assert abs(found.times) >= 6
    assert f"{found.sessions} sessions" in found.sentence


async def test_what_no_other_reason_says_is_a_reason_with_the_next_command(catalogue: Catalogue) -> None:
    """A third of the pictures are one picture: too few rows change for any other check."""
    market = Market(1)
    await quiet_days(catalogue, market, 8)

    held = await catalogue.run(of_some(0.35, setting(main_image_url=NONE))(market.day()), day=8)

    (reason,) = held.reasons
    assert reason.code == "unusual"
    assert reason.sentence.startswith(
        "one value of main_image_url is in 35 % of the rows that have one, usual "
    )
    assert f"see quality-report --session-id {str(held.session_id)[:8]}, then approve" in reason.sentence


async def test_what_another_reason_says_is_said_once(catalogue: Catalogue) -> None:
    """Neither as a second reason nor as a warning."""
    market = Market(11)
    await quiet_days(catalogue, market, 8)
    fault, what = FAULTS["two cells of five are empty"]

    held = await catalogue.run(fault(market.day()), day=8)

    assert [reason.code for reason in held.reasons] == ["values_vanish"]
    sentence = (await unusual(catalogue, held))[what].sentence
    assert sentence not in held.warnings


async def test_values_that_come_where_there_was_none_are_no_alarm(catalogue: Catalogue) -> None:
    market = Market(12)
    for day in range(8):
        rows = [{**row, "bathrooms": ""} if row["property_id"][-1] in "0369" else row for row in market.day()]
        assert (await catalogue.run(rows, day=day)).status == "applied"
    assert await unusual(catalogue, await catalogue.run(market.day(), day=8)) == {}


async def test_what_is_somewhat_unusual_is_a_warning(catalogue: Catalogue) -> None:
    market = Market(2)
    await quiet_days(catalogue, market, 8)

    result = await catalogue.run(of_some(0.12, setting(bathrooms=""))(market.day()), day=8)

    assert result.status == "applied", result.reasons
    (found,) = (await unusual(catalogue, result)).values()
    assert (found.kind, found.field, found.severity) == ("null rate", "bathrooms", "mild")
    assert found.sentence in result.warnings


async def test_growth_is_a_warning(catalogue: Catalogue) -> None:
    market = Market(3)
    await quiet_days(catalogue, market, 8)

    result = await catalogue.run([*market.day(), *(market.home() for _ in range(60))], day=8)

    assert result.status == "applied", result.reasons
    assert (await unusual(catalogue, result))["volume", None].severity == "mild"


@pytest.mark.parametrize(
    "seeds", [range(first, first + QUIET // 3) for first in range(100, 100 + QUIET, QUIET // 3)], ids=str
)
async def test_quiet_histories_raise_no_alarm(catalogue: Catalogue, seeds: range) -> None:
    """Markets of 30 to 190 homes, with 2 % new, 5 % changed and 1 % gone from day to day."""
    for seed in seeds:
        quiet = await catalogue.beside(f"quiet{seed}")
        results = await quiet_days(quiet, Market(seed, homes=30 + seed % 5 * 40), 9)
        assert [done.status for done in results] == ["applied"] * 9
        assert [await unusual(quiet, done) for done in results] == [{}] * 9


@pytest.mark.parametrize("name", FAULTS)
async def test_the_first_five_sessions_are_not_judged(catalogue: Catalogue, name: str) -> None:
    fault, _ = FAULTS[name]
    market = Market(4)
    await quiet_days(catalogue, market, 4)
    assert await unusual(catalogue, await catalogue.run(fault(market.day()), day=4)) == {}


async def test_partial_sessions_are_judged_beside_partial_ones(catalogue: Catalogue) -> None:
    """A few pages are no small market, and are not compared with all of it."""
    market = Market(5, homes=200)
    await quiet_days(catalogue, market, 8)

    def cheapest() -> list[Row]:
        return sorted(market.day(), key=lambda row: row["price"])[:50]

    pages = [await catalogue.run(cheapest(), day=8 + n / 10, verdict="partial") for n in range(7)]

    assert [await unusual(catalogue, each) for each in pages] == [{}] * 7
    broken = [{**row, "bathrooms": ""} for row in cheapest()]
    found = await unusual(catalogue, await catalogue.run(broken, day=9, verdict="partial"))
    assert ("null rate", "bathrooms") in found and ("volume", None) not in found


async def test_what_was_approved_is_the_new_usual(catalogue: Catalogue) -> None:
    """A source that goes over to areas in another unit is held once."""
    market, dear = Market(6), scaled("total_area_m2", 10.764)
    await quiet_days(catalogue, market, 8)
    held = await catalogue.run(dear(market.day()), day=8)
    assert held.status == "held"
    await catalogue.approve(held, day=8)

    later = [await catalogue.run(dear(market.day()), day=9 + day) for day in range(6)]

    assert [(done.status, await unusual(catalogue, done)) for done in later] == [("applied", {})] * 6
    back = await unusual(catalogue, await catalogue.run(market.day(), day=15))
    assert back["distribution", "total_area_m2"].severity == "severe"


async def test_what_was_rolled_back_is_not_usual(catalogue: Catalogue) -> None:
    market = Market(8)
    await quiet_days(catalogue, market, 8)
    fault = of_some(0.12, setting(bathrooms=""))
    for day in range(8, 11):
        undone = await catalogue.run(fault(market.day()), day=day)
        await catalogue.rollback(undone, day=day + 0.5)

    found = (await unusual(catalogue, await catalogue.run(fault(market.day()), day=11)))[
        "null rate", "bathrooms"
    ]

    assert (found.sessions, found.usual) == (8, 0)


async def test_what_is_usual_on_its_day_of_the_week_is_no_alarm(catalogue: Catalogue) -> None:
    """Every Sunday this source shows a third less; a Wednesday that does is unusual."""
    market = Market(9, homes=60, new=0.01)
    sundays = {day for day in range(43) if day % 7 == 1}
    results = {}
    for day in range(43):
        rows = market.day()
        results[day] = await catalogue.run(rows[len(rows) * 3 // 10 :] if day in sundays else rows, day=day)
        if results[day].status == "held":
            await catalogue.approve(results[day], day=day)
    sunday = await unusual(catalogue, results[36])
    assert ("volume", None) not in sunday
    rows = market.day()
    wednesday = await catalogue.run(rows[len(rows) * 3 // 10 :], day=46)
    assert ("volume", None) in await unusual(catalogue, wednesday)


async def test_the_limit_of_what_is_unusual_is_set_by_the_source(catalogue: Catalogue) -> None:
    await catalogue.register(guard={"unusual_times": 1000})
    market = Market(10)
    await quiet_days(catalogue, market, 8)
    result = await catalogue.run(of_some(0.35, setting(main_image_url=NONE))(market.day()), day=8)
    assert (result.status, await unusual(catalogue, result)) == ("applied", {})


async def test_an_unknown_session_has_no_anomalies(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="there is no session"):
        await anomalies(catalogue.database, uuid4())
