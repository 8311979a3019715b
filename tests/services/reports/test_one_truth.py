"""The same question has the same answer in the plan, the sync, the reports and the checks."""

from __future__ import annotations

import pytest

from services.pipeline import SyncResult
from services.reports.plans import show_plan
from services.reports.quality import DataQualityService, Quality, QualityReport, SourceQuality
from services.reports.sessions import recent_syncs, session_details, unread_cells
from tests.catalogue import Catalogue, home, homes, without

TEXT = "ab Mitte sechzehn"
CHEAP = 500


async def report(catalogue: Catalogue, result: SyncResult) -> QualityReport:
    return await DataQualityService(catalogue.database).generate_quality_report(result.session_id)


async def quality(catalogue: Catalogue, result: SyncResult) -> Quality:
    found = (await report(catalogue, result)).quality
    assert found is not None
    return found


async def sources(catalogue: Catalogue, **options: str) -> list[SourceQuality]:
    return await DataQualityService(catalogue.database).compare_sources(**options)


@pytest.mark.parametrize("days", [0, 3])
async def test_a_session_has_one_score_wherever_it_is_asked(catalogue: Catalogue, days: int) -> None:
    """Also where its sync came days after its end: freshness is judged once, by the guard."""
    session = await catalogue.stage([*homes(8), home(9, bedrooms=400), home(10, price=CHEAP)])
    result = await catalogue.sync(session, day=days)

    score = result.metrics.data_quality_score
    assert result.plan_id is not None and score is not None and score < 1
    assert (await quality(catalogue, result)).overall == score
    assert (await show_plan(catalogue.database, result.plan_id)).metrics.data_quality_score == score
    (details,) = (await session_details(catalogue.database, session)).syncs
    assert details.data_quality_score == score
    (listed,) = await recent_syncs(catalogue.database)
    assert float(listed.data_quality_score or 0) == score
    (source,) = await sources(catalogue)
    assert source.quality == score


async def test_completeness_is_reported_over_both_sets_of_fields(catalogue: Catalogue) -> None:
    """Over the fields that the session has, and over all weighted ones, as live is held against them."""
    result = await catalogue.run([without(each, "main_image_url", "bathrooms") for each in homes(4)])

    found = await quality(catalogue, result)
    (source,) = await sources(catalogue)
    (check, *_) = await DataQualityService(catalogue.database).run_quality_checks()
    assert (found.completeness, found.completeness_of_all) == (1.0, 0.85)
    assert check.value == source.completeness == 0.85
    assert "in live, over all 9 weighted fields" in check.explanation


async def test_fields_that_nothing_fills_are_named_the_weighted_ones_apart(catalogue: Catalogue) -> None:
    result = await catalogue.run([without(each, "main_image_url", "bathrooms") for each in homes(4)])

    (source,) = await sources(catalogue)
    weights = {each.field: each.weight for each in (await report(catalogue, result)).fields}
    assert source.never_filled == ("bathrooms", "main_image_url")
    assert "video_url" in source.also_never_filled
    assert (weights["main_image_url"], weights["video_url"]) == (0.1, 0)
    assert set((await report(catalogue, result)).never_filled) == {
        *source.never_filled,
        *source.also_never_filled,
    }


async def test_sources_are_compared_the_worst_first(catalogue: Catalogue) -> None:
    poor, bad = await catalogue.beside("poor"), await catalogue.beside("bad")
    await catalogue.run(homes(4))
    await poor.run([without(each, "main_image_url", "bathrooms") for each in homes(4)])
    result = await bad.run(
        [*homes(8, main_image_url=None, bathrooms=None, city=None), home(9, bedrooms=TEXT)]
    )
    await catalogue.superuser.execute(
        "update public.sync_metadata set completed_at = now() - interval '9 days'"
    )

    found = await sources(catalogue)

    assert [each.source for each in found] == ["bad", "poor", "acme"]
    assert found[0].missed == ("completeness", "freshness_hours")
    assert found[0].session_id == result.session_id
    assert [field.field for field in found[0].unread] == ["bedrooms"]
    assert [each.source for each in await sources(catalogue, source="poor")] == ["poor"]


async def test_a_source_without_a_sync_is_not_judged(catalogue: Catalogue) -> None:
    (source,) = await sources(catalogue)
    assert (source.completeness, source.errors, source.freshness_hours, source.quality) == (None,) * 4
    assert (source.missed, source.never_filled) == ((), ())


async def test_findings_hold_while_rows_do_not_change(catalogue: Catalogue) -> None:
    """A session that shows the same rows has the same findings and score, and says how many are of before."""
    rows = [*homes(8), home(9, price=CHEAP), home(10, price=CHEAP)]
    first = await catalogue.run(rows)
    again = await catalogue.run(rows, day=1)
    third = await catalogue.run([home(1, price=CHEAP + 1), *rows[1:]], day=2)

    counted = []
    for result in (first, again, third):
        (rule,) = (await report(catalogue, result)).rules
        counted.append((rule.rule, rule.rows, rule.unchanged))
        assert rule.example is not None and str(CHEAP) in rule.example
    name = counted[0][0]
    assert counted == [(name, 2, 0), (name, 2, 2), (name, 3, 2)]
    assert await quality(catalogue, again) == await quality(catalogue, first)


async def test_what_was_found_of_an_earlier_session_stays_its_report(catalogue: Catalogue) -> None:
    """A later session without the fault changes neither the count nor the score of the one before."""
    rows = homes(5, price=CHEAP)
    await catalogue.run(rows)
    again = await catalogue.run(rows, day=1)
    before = await report(catalogue, again)
    await catalogue.run(homes(5), day=2)

    after = await report(catalogue, again)

    assert [(each.rule, each.rows) for each in after.rules] == [
        (each.rule, each.rows) for each in before.rules
    ]
    assert after.rules[0].example is None, "it no longer holds"
    assert after.quality == before.quality


async def test_a_doubt_of_a_rule_is_reported_again_while_its_row_does_not_change(
    catalogue: Catalogue,
) -> None:
    await catalogue.superuser.execute(
        "update public.validation_rules set severity = 'warning' where rule_name = 'price_is_likely'"
    )
    await catalogue.run(homes(20))
    rows = [home(1, price=10_010_000), *homes(20)[1:]]
    doubted = await catalogue.run(rows, day=1)
    again = await catalogue.run(rows, day=2)

    assert (await catalogue.live())["price"] == 1_001_000
    assert [field.doubtful for field in again.unread] == [1]
    assert again.unread == doubted.unread
    cells = [await unread_cells(catalogue.database, each.session_id) for each in (doubted, again)]
    assert cells[0] == cells[1]
    assert cells[1][0].readings == ("10010000", "1001000")


async def test_a_row_with_an_unread_cell_counts_as_warned(catalogue: Catalogue) -> None:
    """Once, whatever else is wrong with it; not if it is set aside, which is an error."""
    rows = [
        *homes(6),
        home(7, bedrooms=TEXT),
        home(8, bedrooms=TEXT, bathrooms=TEXT, price=CHEAP),
        home(9, price=CHEAP),
        home(10, bathrooms=TEXT, bedrooms=400),
    ]
    first = await catalogue.run(rows)
    again = await catalogue.run(rows, day=1)

    for result in (first, again):
        found = await quality(catalogue, result)
        assert (found.warning_rate, found.error_rate) == (0.3, 0.1)


async def test_without_rules_there_is_no_score(catalogue: Catalogue) -> None:
    result = await catalogue.run(homes(4), with_rules=False)

    found = await quality(catalogue, result)
    assert result.metrics.data_quality_score is None
    assert (found.overall, found.validation, found.error_rate, found.warning_rate) == (None,) * 4
    assert found.completeness == 1
    assert (await report(catalogue, result)).not_assessed[0].why == "no rule was checked"


async def test_with_no_active_rule_there_is_no_score(catalogue: Catalogue) -> None:
    await catalogue.superuser.execute("update public.validation_rules set is_active = false")

    result = await catalogue.run(homes(4))

    assert (result.status, result.metrics.data_quality_score) == ("applied", None)


async def test_rows_that_were_never_validated_have_no_findings_to_keep(catalogue: Catalogue) -> None:
    """They are validated by the next sync that has rules, and scored then."""
    rows = homes(4, price=CHEAP)
    await catalogue.run(rows, with_rules=False)
    again = await catalogue.run(rows, day=1)

    (rule,) = (await report(catalogue, again)).rules
    assert (rule.rows, rule.unchanged) == (4, 0)
    assert again.metrics.data_quality_score is not None


async def test_unread_cells_are_listed_row_by_row(catalogue: Catalogue) -> None:
    """Each with its text and its page, also beyond the examples that reports show."""
    rows = [home(number, bedrooms=f"{TEXT} {'abcdef'[number]}", bathrooms="?!") for number in range(1, 6)]
    result = await catalogue.run([*homes(9, bathrooms=None)[5:], *rows], dry_run=True)
    database, session = catalogue.database, result.session_id

    first = await unread_cells(database, session, limit=2)
    rest = await unread_cells(database, session, after=first[-1].row_no)

    found = [(each.row_no, each.field, each.kind, each.content) for each in first + rest]
    assert found[:2] == [(5, "bathrooms", "unreadable", "?!"), (5, "bedrooms", "unreadable", f"{TEXT} b")]
    assert len(found) == 10
    assert {each.url for each in rest} == {f"https://acme.example/A-{n}" for n in (3, 4, 5)}
