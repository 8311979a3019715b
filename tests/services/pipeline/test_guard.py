"""What the guard refuses, at the figure where it begins to; and what becomes of a plan it holds."""

from __future__ import annotations

import pytest

from config.errors import NotFoundError, PlanOutdatedError
from services.pipeline import SyncResult, discard_plan
from tests.catalogue import Catalogue, Row, home, homes, without


def codes(result: SyncResult) -> set[str]:
    return {reason.code for reason in result.reasons}


def changed(rows: list[Row], count: int, **fields: object) -> list[Row]:
    return [{**row, **fields} if number < count else row for number, row in enumerate(rows)]


async def moved(catalogue: Catalogue, code: str, base: list[Row], fine: list[Row], bad: list[Row]) -> None:
    """After `base`, `fine` passes the check of that name and `bad` is held by it."""
    await catalogue.run(base)
    passed = await catalogue.run(fine, day=1, dry_run=True)
    refused = await catalogue.run(bad, day=1, dry_run=True)
    assert code not in codes(passed), passed.reasons
    assert code in codes(refused), refused
    assert refused.status == "held"


@pytest.mark.parametrize("rows", [10, 60])
async def test_fewer_than_half_the_usual_rows(catalogue: Catalogue, rows: int) -> None:
    await moved(catalogue, "few_rows", homes(rows), homes(rows // 2), homes(rows // 2 - 1))


async def test_the_usual_count_is_the_median_of_five_sessions(catalogue: Catalogue) -> None:
    for day, rows in enumerate((90, 90, 10, 9, 10, 60, 12)):
        result = await catalogue.run(homes(rows), day=day)
        if result.status == "held":
            await catalogue.approve(result, day=day)

    assert "few_rows" not in codes(await catalogue.run(homes(5), day=9, dry_run=True))
    (reason,) = [
        reason
        for reason in (await catalogue.run(homes(4), day=9, dry_run=True)).reasons
        if reason.code == "few_rows"
    ]
    assert reason.sentence.startswith("4 rows, usual 10: ")


# of so many rows the first number passes and the second is held: once the count decides, once the share
FIFTH = pytest.mark.parametrize(("rows", "fine", "bad"), [(99, 20, 21), (105, 21, 22)])
HALF = pytest.mark.parametrize(("rows", "fine", "bad"), [(39, 20, 21), (42, 21, 22)])


@FIFTH
async def test_more_than_a_fifth_and_more_than_twenty_listings_leaving(
    catalogue: Catalogue, rows: int, fine: int, bad: int
) -> None:
    await moved(catalogue, "many_leaving", homes(rows), homes(rows - fine), homes(rows - bad))


async def test_sold_listings_that_are_still_shown_cannot_leave_the_market(catalogue: Catalogue) -> None:
    """12 of 20 on the market leave: the 80 sold ones beside them make that no smaller."""
    sold = [home(number, standard_status="Closed") for number in range(21, 101)]
    await catalogue.run([*homes(20), *sold])

    result = await catalogue.run([*homes(8), *sold], day=1)

    assert [reason.code for reason in result.reasons] == ["many_leaving"]


async def test_more_than_half_of_a_few_listings_leaving(catalogue: Catalogue) -> None:
    closed = {"standard_status": "Closed"}
    base = homes(4)
    await moved(catalogue, "many_leaving", base, changed(base, 2, **closed), changed(base, 3, **closed))


@HALF
async def test_more_than_half_and_more_than_twenty_rows_changed(
    catalogue: Catalogue, rows: int, fine: int, bad: int
) -> None:
    base = homes(rows)
    await moved(
        *(catalogue, "many_changed", base),
        *(changed(base, fine, bedrooms=5), changed(base, bad, bedrooms=5)),
    )


def emptied(row: Row, *fields: str) -> Row:
    return {**row, **dict.fromkeys(fields, "")}


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        pytest.param(
            [emptied(row, "bedrooms") for row in homes(60)],
            homes(60),
            "bedrooms gets a value where there was none in 60",
            id="zeros that became prices",
        ),
        pytest.param(
            [without(row, "bedrooms") for row in homes(60)],
            homes(60),
            "bedrooms is new to this source and fills a gap in 60",
            id="a newly mapped column",
        ),
        pytest.param(homes(60), homes(60, bedrooms=9), "bedrooms differs in 60", id="other values"),
    ],
)
async def test_many_changes_are_held_with_what_changes(
    catalogue: Catalogue, before: list[Row], after: list[Row], what: str
) -> None:
    await catalogue.register(blank="clear")
    await catalogue.run(before)

    held = await catalogue.run(after, day=1)

    assert [reason.sentence for reason in held.reasons] == [
        f"60 of 60 known rows would change (100 %): {what}; compare with plans show, then approve"
    ]


@pytest.mark.parametrize("said", ["0", "price on request", "Ask"])
async def test_prices_that_come_where_there_was_none_lose_nothing(catalogue: Catalogue, said: str) -> None:
    """A note stood for each of them, and goes as its price comes."""
    await catalogue.run([*homes(30, price=said), *homes(100)[30:]])

    result = await catalogue.run(homes(100), day=1)

    assert (result.status, result.metrics.updated_properties) == ("applied", 30), result.reasons
    assert (await catalogue.live(1))["price_note"] is None


async def test_a_note_that_goes_without_a_price_is_missed(catalogue: Catalogue) -> None:
    await catalogue.register(blank="clear")
    await catalogue.run([*homes(30, price="price on request"), *homes(100)[30:]])
    held = await catalogue.run([*homes(30, price=""), *homes(100)[30:]], day=1)
    assert held.status == "held"
    lost = "price_note would lose its value in 30 of 100 known rows"
    assert any(lost in reason.sentence for reason in held.reasons)


async def test_a_first_session_of_another_scope_has_no_history(catalogue: Catalogue) -> None:
    """Partitions are scopes: a small office, all of whose homes cost the same, is no block page."""
    await catalogue.run(homes(60), scope="import:Office=North")

    office = [home(f"S-{number}", price=900_000, latitude=None, longitude=None) for number in range(25)]
    result = await catalogue.run(office, scope="import:Office=South")

    assert result.status == "applied", result.reasons


@FIFTH
async def test_a_field_that_loses_its_value(catalogue: Catalogue, rows: int, fine: int, bad: int) -> None:
    base = homes(rows)
    await moved(
        *(catalogue, "values_vanish", base),
        *(changed(base, fine, description=""), changed(base, bad, description="")),
    )


async def test_a_column_that_is_gone(catalogue: Catalogue) -> None:
    base = homes(30)
    await catalogue.run(base)

    result = await catalogue.run([without(row, "description") for row in base], day=1)

    assert [reason.sentence for reason in result.reasons] == [
        "description would lose its value in 30 of 30 known rows: these rows do not show it"
        " any more; check the page or the file, then approve the plan"
    ]


async def test_a_column_the_scope_never_had_is_not_lost(catalogue: Catalogue) -> None:
    await catalogue.run(homes(30))

    prices = [{"property_id": row["property_id"], "price": row["price"]} for row in homes(30)]
    result = await catalogue.run(prices, day=1, scope="price list", verdict="partial")

    assert result.status == "applied", result.reasons


@pytest.mark.parametrize(
    ("field", "value", "rows", "fine", "bad"),
    [
        ("title", "Access denied", 99, 20, 21),
        ("price", 9_999, 105, 21, 22),
        ("latitude", 19.0, 99, 20, 21),
    ],
)
async def test_one_value_everywhere(
    catalogue: Catalogue, field: str, value: object, rows: int, fine: int, bad: int
) -> None:
    one = {field: value} | ({"longitude": -99.0} if field == "latitude" else {})
    base = homes(rows)
    await moved(
        *(catalogue, "one_value_everywhere", base),
        *(changed(base, fine, **one), changed(base, bad, **one)),
    )


async def test_a_value_that_was_always_frequent_is_accepted(catalogue: Catalogue) -> None:
    base = homes(60, title="Lote en venta")
    await catalogue.run(base)

    result = await catalogue.run(changed(base, 25, bedrooms=4), day=1)

    assert result.status == "applied", result.reasons


async def test_prices_that_leap(catalogue: Catalogue) -> None:
    base = [home(n, price=1_000_000) for n in range(1, 61)]
    leap, half = {"price": 1_500_001}, {"price": 1_500_000}
    await moved(
        *(catalogue, "prices_leap", base),
        *(changed(changed(base, 30, **half), 20, **leap), changed(base, 21, **leap)),
    )


@pytest.mark.parametrize(
    ("rows", "verdict", "code"),
    [
        pytest.param([], "complete", "no_usable_rows", id="empty"),
        pytest.param([{"title": "no id"}], "complete", "no_usable_rows", id="none usable"),
        pytest.param(homes(3), "suspect", "suspect_session", id="suspect"),
        pytest.param([{"property_id": "A-1", "title": "?", "city": ""}] * 2 + [{"bedrooms": 1}] * 3,
                     "complete", "low_quality", id="poor"),
    ],
)  # fmt: skip
async def test_a_first_session_is_checked_for_emptiness_blocks_and_quality(
    catalogue: Catalogue, rows: list[Row], verdict: str, code: str
) -> None:
    assert code in codes(await catalogue.run(rows, verdict=verdict))


async def test_a_first_session_is_checked_for_nothing_else(catalogue: Catalogue) -> None:
    result = await catalogue.run(homes(50, title="Lote", price=100_000, latitude=20.0, longitude=-89.0))

    assert result.status == "applied", result.reasons


async def test_growth_is_worth_a_warning(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))

    fine = await catalogue.run(homes(20), day=1, dry_run=True)
    grown = await catalogue.run(homes(21), day=1)

    assert fine.warnings == ()
    assert grown.warnings == ("21 rows, usual 10: more than twice as many",)
    assert grown.status == "applied"


async def test_uncounted_absences_are_reported(catalogue: Catalogue) -> None:
    result = await catalogue.run(homes(3), verdict="partial", reason="10 of 412 pages")

    assert result.warnings == ("absences not counted: 10 of 412 pages",)


async def test_a_source_has_limits_of_its_own(catalogue: Catalogue) -> None:
    await catalogue.register(
        guard={"least_share_of_median": 0.1, "leaving_share": 1, "leaving_share_small": 1}
    )
    await catalogue.run(homes(30))

    assert (await catalogue.run(homes(4), day=1)).status == "applied"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(5, None), (4, "at least 5 and at most 8"), (8, None), (9, "at least 5 and at most 8")],
)
async def test_a_source_may_say_how_many_rows_it_expects_from_its_first_session_on(
    catalogue: Catalogue, rows: int, expected: str | None
) -> None:
    await catalogue.register(guard={"least_rows": 5, "most_rows": 8})

    result = await catalogue.run(homes(rows))

    assert [reason.code for reason in result.reasons] == (["unexpected_rows"] if expected else [])
    if expected:
        assert f"{rows} rows, and the source expects {expected}" in result.reasons[0].sentence


async def test_a_partial_session_is_not_held_to_the_rows_that_are_expected(catalogue: Catalogue) -> None:
    await catalogue.register(guard={"least_rows": 5})
    assert (await catalogue.run(homes(2), verdict="partial", reason="1 of 3 pages")).status == "applied"


async def test_a_held_plan_changes_nothing_and_reports_its_figures(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    before = await catalogue.changes()

    held = await catalogue.run(homes(2), day=1)

    assert (held.status, held.success, held.metrics.missing_properties) == ("held", False, 8)
    assert held.error == held.reasons[0].sentence
    assert await catalogue.changes() == before
    assert set((await catalogue.statuses()).values()) == {"active"}
    waiting = await catalogue.database.rows("pending_sessions", None, 10)
    assert waiting == [], "held sessions leave sync-pending"


async def test_approving_applies_exactly_that_plan_once(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    held = await catalogue.run([home(1, price=5_000), home(2)], day=1)

    first = await catalogue.approve(held, day=1)
    again = await catalogue.approve(held, day=2)

    assert first.status == again.status == "applied"
    assert first.metrics == again.metrics == held.metrics
    assert sorted((await catalogue.statuses()).values()) == ["active"] * 2 + ["inactive"] * 8
    assert len(await catalogue.changes(held)) == 9
    assert await catalogue.complaints() == []


async def test_approving_refuses_when_a_planned_listing_has_changed_since(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    held = await catalogue.run(homes(2), day=1)
    await catalogue.run([home(9, price=5_000)], day=2, scope="one page", verdict="partial")

    with pytest.raises(PlanOutdatedError, match="listing A-9 has changed since"):
        await catalogue.approve(held, day=3)

    assert set((await catalogue.statuses()).values()) == {"active"}


async def test_approving_refuses_when_a_planned_listing_was_shown_elsewhere_since(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(10))
    held = await catalogue.run(homes(2), day=1)
    await catalogue.run([home(9)], day=2, scope="one page", verdict="partial")

    with pytest.raises(PlanOutdatedError, match="listing A-9 has been shown elsewhere since"):
        await catalogue.approve(held, day=3)


async def test_other_listings_may_change_before_an_approval(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    held = await catalogue.run(homes(2), day=1)
    await catalogue.run([home(1, price=5_000)], day=2, scope="one page", verdict="partial")

    assert (await catalogue.approve(held, day=3)).status == "applied"
    assert (await catalogue.live())["price"] == 5_000


async def test_a_newer_applied_session_supersedes_a_held_plan(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    held = await catalogue.run(homes(2), day=1)
    await catalogue.run(homes(10), day=2)

    with pytest.raises(PlanOutdatedError, match="is superseded"):
        await catalogue.approve(held, day=3)
    assert (await catalogue.sync(held.session_id, day=3)).status == "stale"


async def test_a_held_session_can_be_planned_again(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    held = await catalogue.run(homes(2), day=1)

    again = await catalogue.sync(held.session_id, day=1)

    assert again.status == "held"
    assert again.plan_id != held.plan_id
    with pytest.raises(PlanOutdatedError, match="is superseded"):
        await catalogue.approve(held)
    assert (await catalogue.approve(again, day=1)).status == "applied"


async def test_a_dry_run_saves_a_plan_that_can_be_applied(catalogue: Catalogue) -> None:
    planned = await catalogue.run(homes(2), dry_run=True)
    assert (planned.status, await catalogue.statuses()) == ("planned", {})

    assert (await catalogue.approve(planned)).metrics == planned.metrics

    assert len(await catalogue.statuses()) == 2


async def test_a_discarded_plan_is_never_applied(
    catalogue: Catalogue,
) -> None:
    planned = await catalogue.run(homes(2), dry_run=True)
    assert planned.plan_id is not None

    for _ in range(2):
        await discard_plan(catalogue.database, planned.plan_id, actor="ana")

    with pytest.raises(PlanOutdatedError, match="is discarded"):
        await catalogue.approve(planned)
    assert await catalogue.database.rows("pending_sessions", None, 10) == []


async def test_an_applied_plan_cannot_be_discarded(catalogue: Catalogue) -> None:
    applied = await catalogue.run(homes(2))
    assert applied.plan_id is not None

    with pytest.raises(PlanOutdatedError, match="is applied"):
        await discard_plan(catalogue.database, applied.plan_id, actor="ana")


async def test_an_unknown_plan_is_refused_by_name(catalogue: Catalogue) -> None:
    session_id = await catalogue.stage(homes(1))

    with pytest.raises(NotFoundError, match=f"there is no plan {session_id}"):
        await discard_plan(catalogue.database, session_id, actor="ana")


async def test_a_plan_that_was_approved_too_late_can_be_discarded(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5))
    planned = await catalogue.run(homes(5, price=900_000), day=1, dry_run=True)
    assert planned.plan_id is not None
    await catalogue.edit(1, day=2, price=5)
    with pytest.raises(PlanOutdatedError, match="out of date"):
        await catalogue.approve(planned, day=3)
    await discard_plan(catalogue.database, planned.plan_id, actor="ana")
    with pytest.raises(PlanOutdatedError, match="is discarded"):
        await catalogue.approve(planned, day=3)
