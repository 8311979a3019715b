"""The report says what to do first: what is wrong, what caused it, and the command that comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from config.errors import NotFoundError
from services.duplicates.find import find_duplicates
from services.pipeline import SyncResult
from services.reports.quality import DataQualityService, QualityReport, Recommendation
from services.reports.sessions import latest_session
from services.staging import SessionWriter
from services.staging.session import Kind
from tests.catalogue import Catalogue, Row, at, home, homes, without

ROWS = 30


async def report(catalogue: Catalogue, session: SyncResult | UUID) -> QualityReport:
    session_id = session if isinstance(session, UUID) else session.session_id
    return await DataQualityService(catalogue.database).generate_quality_report(session_id)


async def advice(catalogue: Catalogue, session: SyncResult | UUID, kind: str) -> Recommendation:
    """The one recommendation of that kind."""
    found = (await report(catalogue, session)).recommendations
    assert kind in [each.kind for each in found]
    (only,) = [each for each in found if each.kind == kind]
    return only


def many(**fields: Any) -> list[Row]:
    return homes(ROWS, **fields)


async def test_a_good_session_has_nothing_to_do(catalogue: Catalogue) -> None:
    """Only its age is told, and nothing at all of one that has just ended."""
    found = await report(catalogue, await catalogue.run(many()))
    assert [each.kind for each in found.recommendations] == ["stale"]


async def test_a_field_that_a_recipe_lost_is_told_with_its_selector_and_since_when(
    catalogue: Catalogue,
) -> None:
    """The first session that lacks it is named, also where another one has passed since."""
    recipe = {"fields": {"price": ".price"}}
    catalogue = await catalogue.register(recipe=recipe)
    for day in (0, 1):
        await catalogue.run(many(), day=day, kind="scrape")
    lost = [home(n, price="") if n > 3 else home(n) for n in range(1, ROWS + 1)]
    await catalogue.run(lost, day=2, kind="scrape")
    last = await catalogue.run(lost, day=3, kind="scrape")

    found = (await report(catalogue, last)).recommendations[0]
    assert (found.kind, found.field) == ("field_lost", "price")
    assert (
        found.problem == "price is empty in 27 of 30 rows; it was filled in 100 % until 2025-11-02 00:00 UTC."
    )
    assert "selector `.price` of the recipe has matched nothing since" in found.cause
    assert "2025-11-03 00:00 UTC" in found.cause


async def test_a_column_that_is_gone_from_a_file_is_named_with_those_that_nothing_is_read_from(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(many())
    session = await catalogue.stage([without(each, "price") for each in many()], day=1)
    await catalogue.superuser.execute(
        "update public.scraping_sessions set filters_applied = filters_applied || $2, base_url = 'mine.csv'"
        " where id = $1",
        session,
        '{"fields_without_column": {"price": "Asking price"}, "columns": ["id", "Guide price"],'
        ' "mapping": {"name": "mine", "id": ["id"], "fields": {"price": {"from": ["Asking price"]}}}}',
    )
    found = await advice(catalogue, session, "field_lost")
    assert found.cause.startswith("The file has no column Asking price since this session")
    assert found.cause.endswith("; no field is read from Guide price.")
    assert found.next_step == "import --suggest mine.csv"


async def test_a_field_that_became_unreadable_is_told_with_its_text(catalogue: Catalogue) -> None:
    await catalogue.run(many())
    last = await catalogue.run(many(bedrooms="a few"), day=1)
    found = await advice(catalogue, last, "field_lost")
    assert found.cause.startswith("Its cells are there and cannot be read since this session")
    assert found.cause.endswith(': "a few".')


async def test_weighted_fields_that_nothing_fills_are_one_recommendation(catalogue: Catalogue) -> None:
    last = await catalogue.run([without(each, "main_image_url", "bathrooms") for each in many()])
    found = await advice(catalogue, last, "field_never_filled")
    assert found.problem == (
        "bathrooms and main_image_url are empty in all 30 rows, and weigh 15 % in completeness."
    )


async def test_cells_that_cannot_be_read_are_quoted(catalogue: Catalogue) -> None:
    rows = [home(n, bathrooms="a few") if n < 3 else home(n) for n in range(1, ROWS + 1)]
    found = await advice(catalogue, await catalogue.run(rows), "unread")
    assert found.problem == 'bathrooms cannot be read in 2 of 30 rows: "a few".'
    assert found.next_step is not None and found.next_step.endswith(" --unread")


async def test_rows_set_aside_are_told_with_what_the_source_wrote(catalogue: Catalogue) -> None:
    last = await catalogue.run([*many(), home(31, bedrooms="400 rec.")])
    found = await advice(catalogue, last, "quarantined")
    assert found.problem == '1 of 31 rows is set aside by bedrooms_range, not live: "400 rec." (A-31).'
    assert found.cause == "Bedrooms 400 is outside 0 … 200."
    assert found.next_step == f"quarantine list --session-id {str(last.session_id)[:8]}"
    summary = (await report(catalogue, last)).quarantine
    assert summary.statuses == {"open": 1}
    assert summary.rules[0].examples[0].raw == {"bedrooms": "400 rec."}


async def test_rows_set_aside_count_whatever_became_of_them(catalogue: Catalogue) -> None:
    """A row that a later session replaced is no work any more, and is still in the report."""
    first = await catalogue.run([*many(), home(31, bedrooms=400)])
    await catalogue.run([*many(), home(31)], day=1)
    found = await report(catalogue, first)
    assert (found.quarantined, found.quarantine.statuses) == (0, {"replaced": 1})
    assert (found.quarantine.rules[0].rows, found.quarantine.rules[0].open) == (1, 0)
    assert "quarantined" not in [each.kind for each in found.recommendations]


async def test_a_warning_names_its_rule_and_rows(catalogue: Catalogue) -> None:
    last = await catalogue.run([*many(), home(31, bedrooms=25)])
    found = await advice(catalogue, last, "rule_failed")
    assert found.problem == (
        '1 of 31 rows fails bedrooms_usual (warning), which sets no row aside: "25" (A-31).'
    )
    assert found.next_step == "rules show bedrooms_usual"


async def test_a_rule_that_cannot_run_is_no_silent_pass(catalogue: Catalogue) -> None:
    await catalogue.superuser.execute(
        "create function property_manager_rules.broken(r public.property_scrapes_staging) returns text"
        " language plpgsql as $$ begin raise exception 'division by cucumber'; end $$;"
        "alter function property_manager_rules.broken owner to property_manager_owner;"
        "insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity)"
        """ values ('broken', 'title', 'custom', '{"function": "broken"}', 'warning')"""
    )
    found = await advice(catalogue, await catalogue.run(many()), "rule_could_not_run")
    assert found.harm >= 0.5
    assert found.next_step == "rules show broken"


async def test_repeated_ids_name_the_rows_and_what_differs(catalogue: Catalogue) -> None:
    last = await catalogue.run([*many(), home(3, title="Otra casa")])
    found = await advice(catalogue, last, "repeated_ids")
    assert found.cause == "A-3: row 3 and row 31 differ in title."


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("coordinates_swapped", {"latitude": -89.6, "longitude": 20.9}),
        ("coordinates_mirrored", {"latitude": 20.9, "longitude": 89.6}),
        ("coordinates_outside", {"latitude": 19.43, "longitude": -99.13}),
        ("coordinates_zero", {"latitude": 0, "longitude": 0}),
    ],
)
async def test_places_that_cannot_be_right_are_told_apart(
    catalogue: Catalogue, kind: str, place: dict[str, float]
) -> None:
    """Swapped, with a wrong sign, at 0, 0, and plainly elsewhere: each has another cause.

    Where the country is not known, the source's other listings say where its homes are.
    """
    await catalogue.register(country=None)
    last = await catalogue.run([*many(), home(31, **place)])
    found = await advice(catalogue, last, kind)
    assert "1 of 31 rows" in found.problem and "A-31" in found.problem
    places = (await report(catalogue, last)).places
    assert [(each.property_id, each.kind) for each in places.examples] == [
        ("A-31", kind.removeprefix("coordinates_"))
    ]


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("coordinates_swapped", {"latitude": -89.6, "longitude": 20.9}),
        ("coordinates_mirrored", {"latitude": 20.9, "longitude": 89.6}),
    ],
)
async def test_a_place_that_the_country_shows_to_be_a_slip_is_told_once(
    catalogue: Catalogue, kind: str, place: dict[str, float]
) -> None:
    """The parser has doubted both numbers, so neither is live; they are one problem."""
    last = await catalogue.run([*many(), home(31, **place)])
    found = await advice(catalogue, last, kind)
    assert "1 of 31 rows" in found.problem
    assert "unread" not in [each.kind for each in (await report(catalogue, last)).recommendations]


async def test_a_latitude_beyond_the_poles_is_a_longitude(catalogue: Catalogue) -> None:
    last = await catalogue.run([*many(), home(31, latitude=-103.4, longitude=20.7)])
    found = await advice(catalogue, last, "coordinates_swapped")
    assert found.fix == "Swap latitude and longitude in the mapping or the recipe."


async def test_too_few_places_say_nothing_of_a_region(catalogue: Catalogue) -> None:
    last = await catalogue.run([*homes(5), home(6, latitude=60)])
    places = (await report(catalogue, last)).places
    assert (places.region, places.outside) == (None, 0)


async def test_homes_shown_twice_are_suggested_with_the_command_that_shows_them(
    catalogue: Catalogue,
) -> None:
    twins = [
        home(n, title="Casa con alberca en Altabrisa", address="Calle 60 123", longitude=-89.6)
        for n in (31, 32)
    ]
    last = await catalogue.run([*many(), *twins])
    assert (await report(catalogue, last)).not_assessed[0].next_step == "duplicates find"
    await find_duplicates(catalogue.database, actor="ana")
    found = await report(catalogue, last)
    assert found.duplicates is not None and found.duplicates.is_assessed
    assert found.not_assessed == ()
    if found.duplicates.waiting:
        (told,) = [each for each in found.recommendations if each.kind == "duplicates"]
        assert told.next_step is not None and told.next_step.startswith("duplicates show acme/")


async def test_a_session_far_smaller_than_usual_is_told(catalogue: Catalogue) -> None:
    for day in (0, 1):
        await catalogue.run(many(), day=day)
    found = await advice(catalogue, await catalogue.run(homes(20), day=2), "few_rows")
    assert found.problem.startswith("The session has 20 rows, where the 2 complete ones before had 30")


async def test_a_price_level_that_jumps_is_told_against_the_last_session(catalogue: Catalogue) -> None:
    await catalogue.run(many())
    dearer = [home(n, price=2 * (1_000_000 + n * 1_000)) for n in range(1, ROWS + 1)]
    found = await advice(catalogue, await catalogue.run(dearer, day=1), "price_level")
    assert "+100% against the session of 2025-11-01 00:00 UTC" in found.problem


async def test_a_held_plan_is_told_with_its_reasons(catalogue: Catalogue) -> None:
    await catalogue.run(many())
    held = await catalogue.run([], day=1)
    assert held.status == "held" and held.plan_id is not None
    found = await report(catalogue, held)
    told = next(each for each in found.recommendations if each.kind == "held")
    assert told.next_step == f"plans show {str(held.plan_id)[:8]}"
    assert found.recommendations[0].kind == "no_rows"


async def test_a_session_that_failed_says_why_first(catalogue: Catalogue) -> None:
    writer = await SessionWriter.open(catalogue.database, catalogue.source, scope="all", kind="scrape")
    await writer.fail("the site answered 503 to everything")
    found = (await report(catalogue, writer.session_id)).recommendations[0]
    assert (found.kind, found.harm) == ("session_failed", 1.0)
    assert found.cause == "the site answered 503 to everything"


async def test_pages_that_failed_are_told_with_the_first(catalogue: Catalogue) -> None:
    writer = await SessionWriter.open(catalogue.database, catalogue.source, scope="all", kind="scrape")
    await writer.error("https://acme.example/1", "http_404", "it is gone", 1)
    await writer.complete("partial")
    found = await advice(catalogue, writer.session_id, "failed_pages")
    assert found.problem == "1 page was not read: 1 × http_404."
    assert found.cause == "https://acme.example/1: it is gone"


async def test_a_session_without_a_sync_asks_for_a_trial_first(catalogue: Catalogue) -> None:
    session = await catalogue.stage(many())
    found = await advice(catalogue, session, "not_validated")
    assert found.next_step == f"sync --dry-run --session-id {str(session)[:8]}"


async def test_what_harms_more_comes_first(catalogue: Catalogue) -> None:
    """A lost price is worse than one row that is set aside, and that is worse than a doubtful pin."""
    await catalogue.run(many())
    rows = [without(each, "price") for each in many()]
    rows += [home(31, bedrooms=400), home(32, latitude=0, longitude=0)]
    found = await report(catalogue, await catalogue.run(rows, day=1))
    kinds = [each.kind for each in found.recommendations]
    assert kinds[0] == "field_lost"
    assert kinds.index("quarantined") < kinds.index("coordinates_zero")
    assert [each.harm for each in found.recommendations] == sorted(
        (each.harm for each in found.recommendations), reverse=True
    )


async def test_a_megabyte_of_text_does_not_travel_with_a_report(catalogue: Catalogue) -> None:
    """Examples are cut, and only the cells of their own field are shown."""
    huge = "<b>" + "x" * 1_000_000
    last = await catalogue.run([*many(), home(31, bedrooms=400, description=huge)])
    found = await report(catalogue, last)
    example = found.quarantine.rules[0].examples[0]
    assert example.raw == {"bedrooms": 400}
    answered = await catalogue.database.value("quality_report", last.session_id)
    assert len(str(answered)) < 100_000


async def test_an_empty_session_has_a_report(catalogue: Catalogue) -> None:
    found = await report(catalogue, await catalogue.stage([], verdict="suspect"))
    assert found.recommendations[0].kind == "no_rows"
    assert (found.rows, found.places.rows, found.fields[0].filled) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["index", "verification"])
async def test_a_session_that_looks_at_pages_alone_is_not_judged_by_rows(
    catalogue: Catalogue, kind: Kind
) -> None:
    """It counts what it saw and has no row of it; the newest that was read is another."""
    last = await catalogue.run(many())
    writer = await SessionWriter.open(catalogue.database, catalogue.source, scope="all", kind=kind)
    await writer.complete("partial")
    await catalogue.superuser.execute(
        "update public.scraping_sessions set properties_found = 30 where id = $1", writer.session_id
    )
    assert (await report(catalogue, writer.session_id)).recommendations == ()
    assert await latest_session(catalogue.database) == last.session_id


async def test_a_session_applied_without_rows_stands_for_no_source_that_has_another(
    catalogue: Catalogue,
) -> None:
    """As of pages that are gone; while it is held it has to be looked at."""
    read = await catalogue.run(many())
    empty = await catalogue.run([], verdict="partial", day=1)
    assert await latest_session(catalogue.database) == empty.session_id
    assert (await catalogue.approve(empty, day=1)).status == "applied"
    assert await latest_session(catalogue.database) == read.session_id


async def test_a_session_that_never_was_has_none(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="there is no session"):
        await report(catalogue, UUID(int=7))


async def test_what_is_unusual_is_told_once_with_how_much(catalogue: Catalogue) -> None:
    """Beside five sessions that were alike: one title in all rows is told, a lost field not twice."""
    for day in range(5):
        await catalogue.run(many(), day=day)
    rows = [without(home(n, title="Casa"), "price") for n in range(1, ROWS + 1)]
    found = await report(catalogue, await catalogue.run(rows, day=5))
    unusual = {each.field: each for each in found.recommendations if each.kind == "unusual"}
    assert "title" in unusual and "price" not in unusual
    assert "times the usual spread off, of 5 sessions." in unusual["title"].cause
    assert found.recommendations[0].kind == "field_lost"


async def test_a_newer_session_that_failed_is_told_with_the_last_good_one(catalogue: Catalogue) -> None:
    """A report of what was read last must not look as if the source still showed that."""
    good = await catalogue.run(many(), kind="scrape")
    writer = await SessionWriter.open(
        catalogue.database, catalogue.source, scope="all", kind="scrape", clock=lambda: at(1)
    )
    await writer.fail("the site answered 503 to everything")
    found = (await report(catalogue, good)).recommendations[0]
    assert found.kind == "newer_session_failed"
    assert found.problem.startswith("The session of 2025-11-02 00:00 UTC came after this one and failed")
    assert found.cause == "the site answered 503 to everything"
    assert found.next_step == f"session-details --session-id {str(writer.session_id)[:8]}"


async def test_only_the_newest_session_is_called_old(catalogue: Catalogue) -> None:
    first = await catalogue.run(many())
    last = await catalogue.run(many(), day=1)
    assert "stale" not in [each.kind for each in (await report(catalogue, first)).recommendations]
    assert "stale" in [each.kind for each in (await report(catalogue, last)).recommendations]


async def test_a_large_session_that_is_half_in_quarantine_has_a_small_report(catalogue: Catalogue) -> None:
    """Every row is counted; what is shown of them stays the same few."""
    rows = [home(n, bedrooms=400 if n % 2 else 3) for n in range(1, 2_001)]
    found = await report(catalogue, await catalogue.run(rows))
    assert (found.quarantined, found.quarantine.rules[0].rows) == (1_000, 1_000)
    assert [len(each.examples) for each in found.quarantine.rules] == [3]
    (told,) = [each for each in found.recommendations if each.kind == "quarantined"]
    assert told.problem.startswith("1,000 of 2,000 rows are set aside by bedrooms_range")
    assert 400 <= len(found.places.points) <= 600
    assert len(str(found)) < 150_000
