"""How a source's figures developed, also over sessions that cleanup has removed."""

from __future__ import annotations

import pytest

from config.errors import NotFoundError
from services.history.retention import clean
from services.quality import anomalies, measures, trend
from tests.catalogue import Catalogue, home, homes, since
from tests.services.quality.market import Market, quiet_days


async def test_a_trend_has_the_figures_of_each_applied_session_newest_first(catalogue: Catalogue) -> None:
    for day in range(3):
        await catalogue.run([*homes(9 + day), home(50, bathrooms="")], day=day)
    await catalogue.run(homes(12), day=3, dry_run=True)

    found = await trend(catalogue.database, "acme")

    assert [each.value for each in found if each.figure == "rows"] == [12, 11, 10]
    empty = [each for each in found if each.figure == "null rate" and each.field == "bathrooms"]
    assert [(each.numerator, each.denominator) for each in empty] == [(1, 12), (1, 11), (1, 10)]
    assert [each.value for each in found if each.figure == "validity rows"] == [1, 1, 1]
    dear = [each for each in found if each.figure == "median price"]
    assert {each.homes for each in dear} == {"Mérida, Casa, sale, MXN"}
    assert [each.value for each in dear] == [1_006_000, 1_006_000, 1_005_000]


async def test_a_trend_is_as_long_as_asked(catalogue: Catalogue) -> None:
    for day in range(3):
        await catalogue.run(homes(2), day=day)
    found = await trend(catalogue.database, "acme", sessions=2)
    assert len({each.session_id for each in found}) == 2


async def test_a_source_without_sessions_has_no_trend(catalogue: Catalogue) -> None:
    assert await trend(catalogue.database, "acme") == []
    with pytest.raises(NotFoundError):
        await trend(catalogue.database, "nobody")


async def test_removed_sessions_stay_in_the_trend_and_in_what_is_usual(catalogue: Catalogue) -> None:
    market = Market(1)
    done = await quiet_days(catalogue, market, 8)

    assert (await clean(catalogue.database, since(30))).sessions == 3

    rows = [each for each in await trend(catalogue.database, "acme") if each.figure == "rows"]
    assert [each.session_id for each in reversed(rows)] == [each.session_id for each in done]
    kept = await measures(catalogue.database, done[0].session_id)
    assert {(each.field, each.rule_name) for each in kept} == {(None, None)}
    broken = await catalogue.run([{**row, "bathrooms": ""} for row in market.day()], day=8)
    found = await anomalies(catalogue.database, broken.session_id)
    assert {each.sessions for each in found} == {8}


async def test_of_removed_sessions_the_newest_sixty_are_kept(catalogue: Catalogue) -> None:
    """And of one that was not applied nothing."""
    for day in range(7):
        await catalogue.run(homes(2), day=day)
    dry = await catalogue.run(homes(2), day=7, dry_run=True)
    await catalogue.database.run("discard_plan", dry.plan_id, "ana", None)
    await catalogue.superuser.execute(
        "insert into property_manager.session_profiles"
        " select gen_random_uuid(), source_id, scope_id, completed_at + n * interval '1 minute', verdict,"
        " content, rules_version, figures"
        " from property_manager.session_profiles, generate_series(1, 70) n where session_id = $1",
        (await trend(catalogue.database, "acme"))[0].session_id,
    )
    await clean(catalogue.database, since(30))
    kept = await catalogue.superuser.fetch("select session_id from property_manager.session_profiles")
    assert dry.session_id not in {row["session_id"] for row in kept}
    # the newest sixty, and the five that are not removed
    assert 60 <= len(kept) <= 65
