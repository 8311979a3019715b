"""The ids of a source's listings change by a plan: shown first, applied and undone whole; no home is lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from config.errors import PlanOutdatedError, UsageError
from scrapers.ids import Rule
from services.erasure import erase_listing
from services.feed import Place, changes
from services.history.as_of import listing_at, listings_at
from services.history.explain import explain
from services.history.ids import (
    IdPlan,
    IdsChanged,
    apply_id_plan,
    discard_id_plan,
    id_moves,
    list_id_plans,
    plan_ids,
    source_ids,
)
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, Row, at, home, homes

LAST_PART = Rule(kind="segment", at=-1)


def renumbered(count: int, prefix: str = "B-", first: int = 1) -> list[Row]:
    """The homes of `homes`, in a file whose ids are others."""
    return [home(n, property_id=f"{prefix}{n}") for n in range(first, count + 1)]


async def held(catalogue: Catalogue, rows: list[Row], *, day: float = 1) -> tuple[SyncResult, IdPlan]:
    """A session that the guard holds for its ids, and the plan of ids that it proposes."""
    catalogue.urls = False
    result = await catalogue.run(rows, day=day)
    assert result.status == "held"
    assert result.reasons[0].code == "ids_changed"
    return result, (await list_id_plans(catalogue.database))[0]


async def approved(catalogue: Catalogue, plan: IdPlan) -> IdsChanged:
    done = await apply_id_plan(catalogue.database, plan.id, actor="ana")
    assert done is not None
    return done


async def uuids(catalogue: Catalogue) -> set[UUID]:
    rows = await catalogue.superuser.fetch("select id from public.properties_live")
    return {row["id"] for row in rows}


async def known_by(catalogue: Catalogue, table: str) -> set[str]:
    """The ids in one table of what is known of listings."""
    rows = await catalogue.superuser.fetch(f"select property_id from property_manager.{table}")
    return {row["property_id"] for row in rows}


@pytest.fixture
async def files(catalogue: Catalogue) -> Catalogue:
    """A source whose rows come from files, with five homes since day 0."""
    catalogue.urls = False
    await catalogue.run(homes(5), day=0)
    return catalogue


# files


@pytest.mark.parametrize("prefix", ["B-", "A-00", "", "casa/"])
async def test_a_file_with_another_id_column_is_no_second_catalogue(files: Catalogue, prefix: str) -> None:
    before = await uuids(files)
    result, plan = await held(files, renumbered(5, prefix))
    assert f"sync --approve {str(plan.id)[:8]}" in result.reasons[0].sentence
    assert (plan.status, plan.counts.moves, plan.counts.merges, plan.counts.stays) == ("ready", 5, 0, 0)
    moves = [move async for move in id_moves(files.database, plan.id)]
    assert [(move.old_id, move.new_id) for move in moves] == [(f"A-{n}", f"{prefix}{n}") for n in range(1, 6)]

    done = await approved(files, plan)

    assert await files.statuses() == {f"{prefix}{n}": "active" for n in range(1, 6)}
    assert await uuids(files) == before
    assert done.again == (result.session_id,)
    again = await files.sync(result.session_id, day=1)
    assert again.status == "applied"
    assert (again.metrics.unchanged_properties, again.metrics.new_properties) == (5, 0)
    assert await files.complaints() == []


@pytest.mark.parametrize("spelled", ["{}.00", "00{}", "#{}", "{}-"])
async def test_an_id_in_another_spelling_is_the_same_home_by_its_title(
    catalogue: Catalogue, spelled: str
) -> None:
    catalogue.urls = False
    rows = [home(n, property_id=f"{7000 + n}", address=None) for n in (1, 2, 3)]
    await catalogue.run(rows, day=0)
    others = [row | {"property_id": spelled.format(row["property_id"])} for row in rows]
    _, plan = await held(catalogue, others)
    moves = [move async for move in id_moves(catalogue.database, plan.id)]
    assert [move.witness for move in moves] == ["spelling"] * 3
    await approved(catalogue, plan)
    assert set(await catalogue.statuses()) == {spelled.format(7000 + n) for n in (1, 2, 3)}
    assert await catalogue.complaints() == []


async def test_one_url_under_another_id_is_one_home(catalogue: Catalogue) -> None:
    rows = [home(n, source_url=f"https://acme.example/h/{n}", address=None) for n in range(1, 5)]
    await catalogue.run(rows, day=0)
    others = [row | {"property_id": f"X{row['property_id']}", "title": "Otra"} for row in rows]
    _, plan = await held(catalogue, others)
    moves = [move async for move in id_moves(catalogue.database, plan.id)]
    assert {move.witness for move in moves} == {"url"}
    await approved(catalogue, plan)
    assert set(await catalogue.statuses()) == {f"XA-{n}" for n in range(1, 5)}


async def test_homes_that_nothing_relates_are_new_ones(files: Catalogue) -> None:
    result = await files.run(homes(5, city="Campeche") and [home(n) for n in range(11, 16)], day=1)
    assert "ids_changed" not in {reason.code for reason in result.reasons}
    assert await list_id_plans(files.database) == []


async def test_units_at_one_address_are_not_taken_for_each_other(catalogue: Catalogue) -> None:
    catalogue.urls = False
    await catalogue.run([home(n, address="Calle 60") for n in range(1, 6)], day=0)
    others = [home(n, address="Calle 60", property_id=f"B-{n}", title=f"Depto {n}") for n in range(1, 6)]
    await catalogue.run(others, day=1)
    assert await list_id_plans(catalogue.database) == []


@pytest.mark.parametrize(
    ("before", "after"), [("{} N Powers", "{} N Powers Dr"), ("{} N Powers Dr, Apt 4", "{} N Powers, Apt 4")]
)
async def test_an_address_without_its_streets_type_is_the_same_home(
    catalogue: Catalogue, before: str, after: str
) -> None:
    """Files leave street types out: "4400 N Powers" is "4400 N Powers Dr" where no other home fits."""
    catalogue.urls = False
    await catalogue.run([home(n, address=before.format(4400 + n)) for n in range(1, 6)], day=0)
    others = [
        home(n, address=after.format(4400 + n), property_id=f"B-{n}", title=f"Home {n}") for n in range(1, 6)
    ]
    _, plan = await held(catalogue, others)
    assert {move.witness async for move in id_moves(catalogue.database, plan.id)} == {"address"}


async def test_streets_of_one_name_and_two_types_are_two_streets(catalogue: Catalogue) -> None:
    catalogue.urls = False
    await catalogue.run([home(n, address=f"{4400 + n} N Powers St") for n in range(1, 6)], day=0)
    others = [
        home(n, address=f"{4400 + n} N Powers Dr", property_id=f"B-{n}", title=f"Home {n}")
        for n in range(1, 6)
    ]
    await catalogue.run(others, day=1)
    assert await list_id_plans(catalogue.database) == []


async def test_two_homes_never_become_one(catalogue: Catalogue) -> None:
    rows = [home(n, source_url=f"https://acme.example/h/{n}") for n in range(1, 5)]
    await catalogue.run(rows, day=0)
    others = [row | {"property_id": f"X-{n // 3}"} for n, row in enumerate(rows, 1)]
    await catalogue.run(others, day=1)
    plans = [plan for plan in await list_id_plans(catalogue.database) if plan.counts.merges]
    for plan in plans:
        assert plan.status == "refused"
        with pytest.raises(UsageError, match="one home of two"):
            await apply_id_plan(catalogue.database, plan.id, actor="ana")
    assert len(await catalogue.statuses()) == 4


# what follows a listing


async def test_all_that_is_known_of_a_listing_follows_it(files: Catalogue) -> None:
    await files.edit(1, price=5, reason="agreed", day=0.2)
    await files.run(homes(4), day=0.5)
    await erase_listing(files.database, files.source.name, "A-2", fields=["agent_name"], actor="ana")
    _, plan = await held(files, renumbered(5))
    await approved(files, plan)

    names = {f"B-{n}" for n in range(1, 6)}
    assert await known_by(files, "listing_state") == names
    assert await known_by(files, "listing_scopes") == names
    assert await known_by(files, "pins") == {"B-1"}
    assert await known_by(files, "erasures") == {"B-2"}
    suppressed = await files.database.rows("suppressions", files.source.name)
    assert {row["property_id"] for row in suppressed} == {"A-2", "B-2"}, "under either id"


async def test_every_table_that_knows_ids_is_thought_of(catalogue: Catalogue) -> None:
    """A new table with the ids of listings must follow a change of ids, or be of a session or of history.

    Ids of parcels are UUIDs, which no source gives.
    """
    rows = await catalogue.superuser.fetch(
        "select table_schema || '.' || table_name as name from information_schema.columns"
        " join information_schema.tables using (table_schema, table_name)"
        " where column_name = 'property_id' and data_type = 'text' and table_type = 'BASE TABLE'"
        " and table_schema in ('public', 'property_manager')"
    )
    follow = {
        *("properties_live", "listing_state", "listing_scopes", "pins"),
        *("listing_warnings", "quarantine", "erasures"),
        *("listing_cards", "gone_candidates", "page_checks"),
    }
    of_a_session = {
        *("property_scrapes_staging", "candidates", "scope_differences", "sightings"),
        *("plan_rows", "plan_changes", "plan_misses"),
    }
    of_history = {"property_changes", "former_ids"}
    assert {row["name"].partition(".")[2] for row in rows} == follow | of_a_session | of_history


async def test_the_past_answers_under_the_id_of_its_time(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    await approved(files, plan)
    source = files.source.name

    then = await listings_at(files.database, at(0.5), source=source)
    assert [row["property_id"] for row in then.listings] == [f"A-{n}" for n in range(1, 6)]
    for name in ("A-3", "B-3"):
        one = await listing_at(files.database, at(0.5), source, name)
        assert one.listing is not None
        assert (one.listing["property_id"], one.listing["title"]) == ("A-3", "Casa 3 en venta")


async def test_explain_follows_a_listing_through_its_ids(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    await approved(files, plan)
    source = files.source.name
    for name in ("A-3", "B-3"):
        told = await explain(files.database, source, name, "price")
        assert told.fields[0].value == 1_003_000
        assert told.fields[0].raw is not None, "the row of the file that it came from, under its id of then"
    told = await explain(files.database, source, "B-3")
    by_field = {one.field: one for one in told.fields}
    change = by_field["property_id"].change
    assert change is not None
    assert (change.old, change.new, change.origin) == ("A-3", "B-3", "ids")


async def test_readers_of_the_feed_get_a_change_for_each_listing(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    before = await files.position()
    await approved(files, plan)
    found = [change async for change in changes(files.database, Place(before, 0), follow=False)]
    moved = [change for change in found if change.field_name == "property_id"]
    assert [(change.property_id, change.new_value) for change in moved] == [
        (f"A-{n}", f"B-{n}") for n in range(1, 6)
    ]


async def test_an_older_file_finds_its_homes_under_their_new_ids(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    await approved(files, plan)
    again = await files.run(homes(5), day=2)
    assert (again.metrics.unchanged_properties, again.metrics.new_properties) == (5, 0)


async def test_an_id_that_another_home_has_later_is_not_the_former_one(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    await approved(files, plan)
    other = home(1, title="Otra casa", address="Avenida 900")
    rows = [*renumbered(5), other]
    assert (await files.run(rows, day=2)).metrics.new_properties == 1
    assert (await files.live(1))["title"] == "Otra casa"


# undoing


async def test_a_change_of_ids_is_undone_and_brought_back(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    done = await approved(files, plan)

    undone = await files.rollback(done.change_set_id, day=2)
    assert set(await files.statuses()) == {f"A-{n}" for n in range(1, 6)}
    assert await known_by(files, "listing_scopes") == {f"A-{n}" for n in range(1, 6)}
    assert await files.complaints() == []

    assert undone.change_set_id is not None
    await files.rollback(undone.change_set_id, day=3)
    assert set(await files.statuses()) == {f"B-{n}" for n in range(1, 6)}
    assert await files.complaints() == []


async def test_a_session_from_before_is_rolled_back_under_the_new_ids(files: Catalogue) -> None:
    second = await files.run([home(1, price=2_000_000), *homes(5)[1:]], day=0.5)
    _, plan = await held(files, renumbered(5))
    await approved(files, plan)
    assert (await files.rollback(second, day=2)).reversed == 1
    price = await files.superuser.fetchval("select price from properties_live where property_id = 'B-1'")
    assert price == 1_001_000
    assert await files.complaints() == []


async def test_an_id_that_is_anothers_now_is_not_given_back(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    done = await approved(files, plan)
    await files.run([*renumbered(5), home(1, title="Otra casa", address="Avenida 900")], day=2)
    result = await files.rollback(done.change_set_id, day=3)
    failed = [row for row in result.rows if row.verdict == "failed"]
    assert [(row.property_id, row.reason) for row in failed] == [("B-1", "another listing has that id now")]
    assert await files.complaints() == []


# deciding


async def test_a_plan_is_applied_once(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    done = await approved(files, plan)
    again = await approved(files, plan)
    assert (again.change_set_id, again.position) == (done.change_set_id, done.position)


async def test_a_plan_that_live_has_left_behind_is_refused(files: Catalogue) -> None:
    result, plan = await held(files, renumbered(5))
    await files.approve(result, day=1)
    with pytest.raises(PlanOutdatedError, match="out of date"):
        await apply_id_plan(files.database, plan.id, actor="ana")


async def test_a_plan_that_was_discarded_changes_nothing(files: Catalogue) -> None:
    _, plan = await held(files, renumbered(5))
    assert await discard_id_plan(files.database, plan.id, actor="ana")
    with pytest.raises(PlanOutdatedError, match="discarded"):
        await apply_id_plan(files.database, plan.id, actor="ana")
    assert set(await files.statuses()) == {f"A-{n}" for n in range(1, 6)}


# rules


async def pages(catalogue: Catalogue) -> Catalogue:
    """Three homes with a page, each under its file's id."""
    await catalogue.run(
        [
            home(n, property_id=f"old-{n}", source_url=f"https://acme.example/homes/{n}00{n}")
            for n in (1, 2, 3)
        ]
    )
    return catalogue


async def test_a_rule_that_a_user_asks_for_is_planned_and_then_the_sources_rule(catalogue: Catalogue) -> None:
    await pages(catalogue)
    name = catalogue.source.name
    plan = await plan_ids(catalogue.database, name, LAST_PART)
    assert plan is not None
    assert set(await catalogue.statuses()) == {"old-1", "old-2", "old-3"}, "planned, not done"
    done = await approved(catalogue, plan)
    assert set(await catalogue.statuses()) == {"1001", "2002", "3003"}
    assert (await source_ids(catalogue.database, name)).rule == LAST_PART
    assert await plan_ids(catalogue.database, name, LAST_PART) is None, "nothing more to change"

    await catalogue.rollback(done.change_set_id, day=2)
    assert (await source_ids(catalogue.database, name)).rule is None
    assert await catalogue.complaints() == []


async def test_a_rule_by_which_two_homes_are_one_is_shown_and_refused(catalogue: Catalogue) -> None:
    await pages(catalogue)
    plan = await plan_ids(catalogue.database, catalogue.source.name, Rule(kind="segment", at=0))
    assert plan is not None
    assert (plan.status, plan.counts.merges) == ("refused", 3)
    moves = [move async for move in id_moves(catalogue.database, plan.id)]
    assert [move.taken_by for move in moves] == ["old-2", "old-1", "old-1"]


async def test_ids_that_pass_from_one_home_to_another_are_all_moved(catalogue: Catalogue) -> None:
    rows = [home(n, property_id=str(n), source_url=f"https://acme.example/h/{n % 3 + 1}") for n in (1, 2, 3)]
    await catalogue.run(rows)
    titles = {row["title"]: row["property_id"] for row in rows}
    plan = await plan_ids(catalogue.database, catalogue.source.name, LAST_PART)
    assert plan is not None
    done = await approved(catalogue, plan)
    now = await catalogue.superuser.fetch("select title, property_id from properties_live")
    assert {row["title"]: row["property_id"] for row in now} == {
        title: str(int(name) % 3 + 1) for title, name in titles.items()
    }
    assert await catalogue.complaints() == []
    await catalogue.rollback(done.change_set_id, day=2)
    now = await catalogue.superuser.fetch("select title, property_id from properties_live")
    assert {row["title"]: row["property_id"] for row in now} == titles
    assert await catalogue.complaints() == []


async def test_a_rule_that_reads_nothing_is_refused_with_the_ones_that_do(catalogue: Catalogue) -> None:
    await pages(catalogue)
    with pytest.raises(UsageError, match="no page of source acme has an id there"):
        await plan_ids(catalogue.database, catalogue.source.name, Rule(kind="query", at="ref"))
