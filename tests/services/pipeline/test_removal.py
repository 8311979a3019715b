"""No removal without proof; whatever comes back is back; last_seen_at is right all the same."""

from __future__ import annotations

import pytest

from config.errors import PlanOutdatedError
from tests.catalogue import Catalogue, at, home, homes, without

STAYING = homes(9)[1:]
ALL = homes(9)


def others(note: int) -> list[dict[str, object]]:
    """Everything but home 1, with content that differs by `note`."""
    return [home(2, price=2_000_000 + note), *STAYING[1:]]


async def test_the_first_miss_deactivates_and_the_second_removes(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(ALL)

    first = await catalogue.run(others(1), day=1)
    assert (await catalogue.live())["status"] == "inactive"
    assert (first.metrics.missing_properties, first.metrics.removed_properties) == (1, 0)

    second = await catalogue.run(others(2), day=2)
    assert (await catalogue.live())["status"] == "removed"
    assert (second.metrics.missing_properties, second.metrics.removed_properties) == (0, 1)
    assert [(row["change_type"], row["change_reason"]) for row in await catalogue.changes(second)][-1:] == [
        ("removed", "not shown by 2 complete sessions")
    ]
    assert await catalogue.complaints() == []


@pytest.mark.parametrize(("hours", "status"), [(11.9, "inactive"), (12, "removed")])
async def test_misses_count_only_twelve_hours_apart(catalogue: Catalogue, hours: float, status: str) -> None:
    await catalogue.run(ALL)
    await catalogue.run(others(1), day=1)

    await catalogue.run(others(2), day=1 + hours / 24)

    assert (await catalogue.live())["status"] == status


async def test_the_same_content_twice_counts_one_miss(catalogue: Catalogue) -> None:
    await catalogue.run(ALL)
    await catalogue.run(others(1), day=1)

    await catalogue.run(others(1), day=2)
    assert (await catalogue.live())["status"] == "inactive"

    await catalogue.run(others(2), day=3)
    assert (await catalogue.live())["status"] == "removed"


async def test_a_source_sets_the_misses_and_their_distance(catalogue: Catalogue) -> None:
    await catalogue.register(removal={"misses": 1, "hours_apart": 0})
    await catalogue.run(ALL)

    await catalogue.run(others(1), day=1)

    assert (await catalogue.live())["status"] == "removed"


@pytest.mark.parametrize("verdict", ["partial", "suspect"])
async def test_a_session_that_is_not_complete_retires_nothing(catalogue: Catalogue, verdict: str) -> None:
    await catalogue.run(ALL)

    for day in (1, 2, 3):
        result = await catalogue.run(others(day), day=day, verdict=verdict, dry_run=True)
        assert result.metrics.missing_properties == result.metrics.removed_properties == 0

    assert set((await catalogue.statuses()).values()) == {"active"}


@pytest.mark.parametrize("verdict", ["complete", "suspect"])
async def test_an_empty_session_retires_nothing_even_when_approved(
    catalogue: Catalogue, verdict: str
) -> None:
    await catalogue.run(ALL)
    before = (await catalogue.live())["last_seen_at"]

    held = await catalogue.run([], day=1, verdict=verdict)
    await catalogue.approve(held, day=1)

    assert set((await catalogue.statuses()).values()) == {"active"}
    assert (await catalogue.live())["last_seen_at"] == before


async def test_an_approved_suspect_session_retires_nothing(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(ALL)

    held = await catalogue.run(others(1), day=1, verdict="suspect", reason="3 of 10 pages failed")
    assert [reason.sentence for reason in held.reasons] == ["the session is suspect: 3 of 10 pages failed"]
    await catalogue.approve(held, day=1)

    assert (await catalogue.live(2))["price"] == 2_000_001
    assert (await catalogue.live())["status"] == "active"


async def test_absence_counts_only_inside_a_scope(catalogue: Catalogue) -> None:
    await catalogue.run(ALL, scope="sales")

    for day in (1, 2, 3):
        await catalogue.run([home("R", price=9_000 + day)], day=day, scope="rents")

    assert (await catalogue.statuses())["A-1"] == "active"


async def test_a_listing_that_another_scope_shows_stays(catalogue: Catalogue) -> None:
    await catalogue.run(ALL, scope="houses")
    await catalogue.run(ALL, day=0.5, scope="everything")

    for day in (1, 2, 3):
        await catalogue.run(others(day), day=day, scope="houses")

    assert (await catalogue.live())["status"] == "active"


async def test_a_listing_that_every_scope_misses_goes(catalogue: Catalogue) -> None:
    await catalogue.run(ALL, scope="houses")
    await catalogue.run(ALL, day=0.5, scope="everything")
    for day in (1, 2, 3):
        await catalogue.run(others(day), day=day, scope="houses")

    await catalogue.run(others(4), day=4, scope="everything")
    assert (await catalogue.live())["status"] == "inactive"

    await catalogue.run(others(5), day=5, scope="houses")
    assert (await catalogue.live())["status"] == "removed"


async def test_a_scope_that_is_not_covered_any_more_protects_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(ALL, scope="abandoned")
    await catalogue.run(ALL, day=1, scope="kept")

    await catalogue.run(others(2), day=2, scope="kept")
    await catalogue.run(others(3), day=3, scope="kept")

    assert (await catalogue.live())["status"] == "removed"


async def test_a_partial_first_look_does_not_outweigh_another_scope(catalogue: Catalogue) -> None:
    await catalogue.run(ALL, scope="new", verdict="partial")
    await catalogue.run(ALL, day=1, scope="old")

    await catalogue.run(others(2), day=2, scope="new")

    assert (await catalogue.live())["status"] == "active"


@pytest.mark.parametrize(
    "row",
    [
        pytest.param([home(1, bedrooms=400)], id="quarantined"),
        pytest.param([home(1, bedrooms=400), home(1, bedrooms=500)], id="superseded and quarantined"),
    ],
)
async def test_a_row_with_a_readable_id_counts_as_seen(
    catalogue: Catalogue, row: list[dict[str, object]]
) -> None:
    await catalogue.run(ALL)

    for day in (1, 2):
        await catalogue.run([*others(day), *row], day=day)

    live = await catalogue.live()
    assert (live["status"], live["bedrooms"], live["last_seen_at"]) == ("active", 3, at(2))


@pytest.mark.parametrize("word", ["Closed", "Withdrawn", "Expired"])
@pytest.mark.parametrize("verdict", ["complete", "partial"])
async def test_the_feeds_own_word_is_proof_without_waiting(
    catalogue: Catalogue, word: str, verdict: str
) -> None:
    await catalogue.run(ALL)

    result = await catalogue.run([home(1, standard_status=word), *STAYING], day=1, verdict=verdict)

    assert (await catalogue.live())["status"] == "removed"
    assert result.metrics.removed_properties == 1


async def test_a_closed_listing_comes_back_by_the_feeds_own_word(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, standard_status="Closed"), *STAYING])
    assert (await catalogue.live())["status"] == "removed"
    await catalogue.run([without(home(1), "standard_status"), *STAYING], day=1)
    assert (await catalogue.live())["status"] == "removed", "silence is no new word"

    result = await catalogue.run([home(1, standard_status="Active"), *STAYING], day=2)

    assert (await catalogue.live())["status"] == "active"
    assert result.metrics.reactivated_properties == 1


@pytest.mark.parametrize("misses", [1, 2])
async def test_a_return_is_a_reactivation_even_without_any_change(catalogue: Catalogue, misses: int) -> None:
    await catalogue.run(ALL)
    identity = (await catalogue.live())["id"]
    for day in range(1, misses + 1):
        await catalogue.run(others(day), day=day)

    result = await catalogue.run([home(1), *others(9)], day=3)

    live = await catalogue.live()
    assert (live["id"], live["status"]) == (identity, "active")
    assert result.metrics.reactivated_properties == 1
    change = await catalogue.change(result, "status")
    assert (change["change_type"], change["change_reason"]) == ("reactivated", "back on the market")

    await catalogue.run(others(10), day=4)
    assert (await catalogue.live())["status"] == "inactive", "its misses are counted afresh"


async def test_last_seen_at_follows_what_each_session_shows(catalogue: Catalogue) -> None:
    async def seen(number: int = 1) -> object:
        return (await catalogue.live(number))["last_seen_at"]

    await catalogue.run(ALL)
    assert await seen() == at(0)
    await catalogue.run(ALL, day=1)
    assert await seen() == at(1), "a complete session saw it again, unchanged"
    await catalogue.run([home(1)], day=2, verdict="partial")
    assert (await seen(), await seen(2)) == (at(2), at(1)), "a partial one only what it shows"
    await catalogue.run(others(3), day=3)
    assert (await seen(), await seen(2)) == (at(2), at(3)), "a missed one stays where it was"
    await catalogue.run(others(4), day=4)
    assert await seen() == at(2), "and so does a removed one"
    await catalogue.run(ALL, day=5)
    assert await seen() == at(5), "until it returns"


async def test_a_plan_is_outdated_by_an_older_sessions_misses(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(ALL)
    waiting = await catalogue.run(ALL, day=2, dry_run=True)
    await catalogue.run(others(1), day=1)

    with pytest.raises(PlanOutdatedError, match="has changed since"):
        await catalogue.approve(waiting, day=2)

    again = await catalogue.sync(waiting.session_id, day=2)
    assert again.metrics.reactivated_properties == 1
    assert (await catalogue.live())["status"] == "active"
    assert (await catalogue.live())["last_seen_at"] == at(2)
    assert await catalogue.complaints() == []


async def test_a_run_that_is_repeated_finds_absences_afresh(catalogue: Catalogue) -> None:
    await catalogue.run(ALL)
    session = await catalogue.stage(others(1), day=1)
    await catalogue.sync(session, day=1, dry_run=True)

    again = await catalogue.sync(session, day=1)

    assert again.metrics.missing_properties == 1
    assert (await catalogue.live())["status"] == "inactive"


async def test_unchanged_rows_are_not_rewritten(catalogue: Catalogue) -> None:
    place = (
        "select ctid::text, xmin::text, property_id from {} where property_id <> 'A-2' order by property_id"
    )
    tables = ("public.properties_live", "property_manager.listing_state", "property_manager.listing_scopes")
    await catalogue.run(ALL)
    before = [await catalogue.superuser.fetch(place.format(table)) for table in tables]

    await catalogue.run([home(1), *others(1)], day=1)

    assert [await catalogue.superuser.fetch(place.format(table)) for table in tables] == before
