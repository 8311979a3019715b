"""Quality is reported as it was found, and what is not assessed is said to be so."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.errors import NotFoundError, UsageError
from database.direct import DirectDatabase
from services.duplicates.find import find_duplicates
from services.duplicates.homes import merge_listings
from services.duplicates.pairs import find_listing
from services.reports.quality import QUALITY_THRESHOLDS, Check, DataQualityService, source_advice
from services.reports.quarantine import list_quarantine, show_quarantined
from services.staging import SessionWriter
from tests.catalogue import Catalogue, at, home, homes, without


async def checks(catalogue: Catalogue, **options: object) -> dict[str, Check]:
    found = await DataQualityService(catalogue.database).run_quality_checks(**options)  # type: ignore[arg-type]
    return {check.name: check for check in found}


async def test_a_report_counts_fields_findings_and_quarantine(catalogue: Catalogue) -> None:
    rows = [*homes(6), without(home(7), "bathrooms"), home(8, bedrooms=400), home(1)]
    result = await catalogue.run(rows)
    report = await DataQualityService(catalogue.database).generate_quality_report(result.session_id)

    assert (report.source, report.rows, report.verdict, report.sync_status) == (
        "acme",
        9,
        "complete",
        "completed",
    )
    fields = {each.field: each for each in report.fields}
    assert (fields["title"].filled, fields["bathrooms"].filled) == (9, 8)
    assert (fields["video_url"].filled, fields["video_url"].assessed) == (0, False)
    assert fields["bathrooms"].assessed is True
    assert report.quarantined == 1
    (finding,) = [rule for rule in report.rules if rule.severity == "error"]
    assert (finding.rows, finding.outcome) == (1, "failed")
    assert "400" in finding.example
    assert report.quality is not None
    assert report.quality.error_rate == pytest.approx(1 / 8)
    assert report.metrics is not None
    assert report.metrics.superseded_rows == 1
    assert [(each.what, each.next_step) for each in report.not_assessed] == [
        ("duplicates", "duplicates find")
    ]


async def test_a_session_that_was_not_validated_is_marked(catalogue: Catalogue) -> None:
    session = await catalogue.stage(homes(2))
    report = await DataQualityService(catalogue.database).validate_staging_data(session)
    assert report.quality is None
    assert [(each.what, each.why, each.next_step) for each in report.not_assessed] == [
        (
            "score and rules",
            "the session has not been validated yet",
            f"sync --dry-run --session-id {str(session)[:8]}",
        )
    ]


async def test_pages_that_failed_are_counted_by_kind_until_they_work(catalogue: Catalogue) -> None:
    writer = await SessionWriter.open(catalogue.database, catalogue.source, scope="all", kind="scrape")
    for url, kind in (("/1", "http_404"), ("/2", "http_404"), ("/3", "timeout")):
        await writer.error(url, kind, "it failed", 1)
    await writer.resolved(["/2"])
    await writer.complete("partial")
    report = await DataQualityService(catalogue.database).generate_quality_report(writer.session_id)
    assert {each.kind: each.pages for each in report.errors} == {"http_404": 1, "timeout": 1}
    assert report.errors[0].examples[0] == {"url": "/1", "message": "it failed"}


async def test_an_unknown_session_has_no_report(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="there is no session"):
        await DataQualityService(catalogue.database).generate_quality_report(uuid4())


async def test_checks_compare_the_catalogue_with_its_thresholds(catalogue: Catalogue) -> None:
    await catalogue.run([*homes(9), home(10, bedrooms=400), home(1)])  # a repeated row is no row of its own
    found = await checks(catalogue)
    completeness = await catalogue.superuser.fetchval(
        "select round(avg(data_completeness_score), 3) from public.properties_live"
    )
    assert found["completeness"].value == float(completeness)
    assert found["completeness"].passed is (completeness >= 0.85)
    assert (found["errors"].value, found["errors"].threshold, found["errors"].passed) == (0.1, 0.05, False)
    assert found["freshness_hours"].passed is True
    assert "9 active listings" in found["completeness"].explanation


async def test_thresholds_can_be_set(catalogue: Catalogue) -> None:
    await catalogue.run([*homes(9), home(10, bedrooms=400)])
    service = DataQualityService(catalogue.database, {"errors": 0.5})
    assert service.quality_thresholds == {**QUALITY_THRESHOLDS, "errors": 0.5}
    assert {check.name: check.passed for check in await service.run_quality_checks()}["errors"] is True


async def test_a_check_without_data_neither_passes_nor_fails(catalogue: Catalogue) -> None:
    found = await checks(catalogue)
    assert {check.passed for check in found.values()} == {None}
    assert all("not assessed" in check.explanation for check in found.values())
    await catalogue.run(homes(1))
    found = await checks(catalogue)
    assert {name for name, check in found.items() if check.passed is None} == {
        "duplicates",
        "geographic_diversity",
    }


async def test_checks_can_be_of_one_source_or_session(catalogue: Catalogue) -> None:
    good = await catalogue.run(homes(10))
    await catalogue.run([*homes(9), home(10, bedrooms=400)], day=1)
    assert (await checks(catalogue, source="acme"))["errors"].value == 0.05
    assert (await checks(catalogue, session_id=good.session_id))["errors"].value == 0


async def test_the_worst_source_counts_and_is_named(catalogue: Catalogue) -> None:
    """A source that is dead, poor or full of errors is not hidden by others that are well."""
    good, dead = await catalogue.beside("good"), await catalogue.beside("dead")
    await good.run(homes(40))
    last = await dead.run([*homes(9, description=None), home(10, bedrooms=400)])
    await catalogue.superuser.execute(
        "update public.sync_metadata set completed_at = now() - interval '30 days' where session_id = $1",
        last.session_id,
    )
    found = await checks(catalogue)
    for name in ("completeness", "errors", "freshness_hours"):
        assert found[name].value == (await checks(catalogue, source="dead"))[name].value
        assert found[name].explanation.endswith(" of dead, the worst of 2 sources")
    assert found["freshness_hours"].passed is False
    assert (await checks(catalogue, source="good"))["freshness_hours"].passed is True


@pytest.mark.parametrize("option", [{"source": "nobody"}, {"session_id": uuid4()}])
async def test_checks_of_what_does_not_exist_are_refused(
    catalogue: Catalogue, option: dict[str, object]
) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        await checks(catalogue, **option)


async def test_quarantined_rows_are_paged_and_shown_with_their_staged_columns(
    catalogue: Catalogue,
) -> None:
    await catalogue.run([*homes(5), *(home(n, bedrooms=400) for n in (6, 7, 8))])
    first = await list_quarantine(catalogue.database, source="acme", limit=2)
    rest = await list_quarantine(catalogue.database, source="acme", limit=2, after=first[-1].id)
    assert [row.property_id for row in first + rest] == ["A-6", "A-7", "A-8"]
    assert await list_quarantine(catalogue.database, status="reprocessed") == []

    shown = await show_quarantined(catalogue.database, first[0].id)
    (reason,) = shown.reasons
    assert (reason.rule, reason.version, reason.field) == ("bedrooms_range", 1, "bedrooms")
    assert shown.staged["raw"]["bedrooms"] == 400
    assert shown.staged["scraped_at"].startswith(at(0).strftime("%Y-%m-%dT%H"))
    with pytest.raises(NotFoundError):
        await show_quarantined(catalogue.database, 0)


def test_an_unknown_threshold_is_refused(database: DirectDatabase) -> None:
    with pytest.raises(UsageError, match="there is no quality threshold 'completness'"):
        DataQualityService(database, {"completness": 0.1})


async def origins(catalogue: Catalogue, service: DataQualityService) -> dict[str, tuple[object, object]]:
    found = await service.run_quality_checks(source=catalogue.source.name)
    return {check.name: (check.threshold, check.origin) for check in found}


async def test_a_threshold_of_the_caller_wins_over_the_sources_own_and_that_over_the_usual(
    catalogue: Catalogue,
) -> None:
    """Each check says where its threshold came from."""
    await catalogue.register(quality={"completeness": 0.5, "errors": 0.2})
    await catalogue.run(homes(9))
    found = await origins(catalogue, DataQualityService(catalogue.database, {"errors": 0.3}))
    assert found == {
        "completeness": (0.5, "source"),
        "errors": (0.3, "code"),
        "freshness_hours": (24, "default"),
        "duplicates": (0.02, "default"),
        "geographic_diversity": (None, None),
    }


async def test_each_source_is_held_against_its_own_thresholds(catalogue: Catalogue) -> None:
    """The worst is the one that misses its own, even where another has the larger figure."""
    tolerant = await catalogue.beside("tolerant")
    await tolerant.register(quality={"errors": 0.5})
    await tolerant.run([*homes(8), *(home(n, bedrooms=400) for n in (9, 10))])
    await catalogue.run([*homes(9), home(10, bedrooms=400)])
    found = (await checks(catalogue))["errors"]
    assert (found.value, found.threshold, found.passed) == (0.1, 0.05, False)
    assert "of acme, the worst of 2 sources" in found.explanation
    sources = await DataQualityService(catalogue.database).compare_sources()
    assert {each.source: "errors" in each.missed for each in sources} == {"acme": True, "tolerant": False}


async def test_duplicates_are_assessed_once_all_listings_were_compared(catalogue: Catalogue) -> None:
    """A search makes the rate known; what comes in after it makes it unknown again, with the command."""
    await catalogue.run(homes(9))
    before = (await checks(catalogue))["duplicates"]
    assert (before.value, before.passed, before.next_step) == (None, None, "duplicates find")
    await find_duplicates(catalogue.database, actor="ana")
    after = (await checks(catalogue))["duplicates"]
    assert (after.value, after.passed, after.next_step) == (0, True, None)
    await catalogue.run([*homes(9), home(10)], day=1)
    assert (await checks(catalogue))["duplicates"].passed is None


async def test_listings_of_one_home_count_beyond_the_first(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    await find_duplicates(catalogue.database, actor="ana")
    left, right = [await find_listing(catalogue.database, f"acme/A-{n}") for n in (1, 2)]
    await merge_listings(catalogue.database, [left, right], actor="ana")
    found = (await checks(catalogue))["duplicates"]
    assert (found.value, found.passed) == (0.1, False)
    (source,) = await DataQualityService(catalogue.database).compare_sources()
    (told,) = [each for each in source_advice([source]) if each.kind == "duplicates_missed"]
    assert told.next_step == "duplicates list --source acme"


@pytest.mark.parametrize(
    ("cities", "evenness"),
    [(["Mérida"] * 8, 0), (["Mérida", "Progreso"] * 4, 1), (["Mérida"] * 7 + ["Progreso"], 0.544)],
)
async def test_diversity_is_how_evenly_listings_are_spread_over_places(
    catalogue: Catalogue, cities: list[str], evenness: float
) -> None:
    """It is reported, and judged only where a source says what it expects."""
    await catalogue.run([home(n, city=city) for n, city in enumerate(cities, 1)])
    found = (await checks(catalogue))["geographic_diversity"]
    assert (found.value, found.threshold, found.passed) == (evenness, None, None)
    await catalogue.register(quality={"geographic_diversity": 0.5})
    assert (await checks(catalogue))["geographic_diversity"].passed is (evenness >= 0.5)


async def test_a_source_that_misses_thresholds_is_told_with_the_reason(catalogue: Catalogue) -> None:
    await catalogue.run([without(each, "title", "price", "address") for each in homes(9)])
    (source,) = await DataQualityService(catalogue.database).compare_sources()
    told = {each.kind: each for each in source_advice([source])}
    assert "price, address" in told["completeness_missed"].cause.replace("address, price", "price, address")
    assert told["completeness_missed"].problem.endswith("below 0.85 (the usual one).")
    assert told["completeness_missed"].next_step == "quality-report --source acme"


async def test_a_source_that_was_not_compared_keeps_the_check_from_passing(catalogue: Catalogue) -> None:
    """One that was compared does not speak for another that came later."""
    await catalogue.run(homes(9))
    await find_duplicates(catalogue.database, actor="ana")
    later = await catalogue.beside("later")
    await later.run(homes(3))
    found = (await checks(catalogue))["duplicates"]
    assert (found.value, found.passed, found.next_step) == (0, None, "duplicates find")
    assert found.explanation.endswith(" of acme; not assessed of later")
