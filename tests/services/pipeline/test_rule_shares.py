"""Rules that allow a share of a session's rows to fail: a larger one holds the plan, or warns."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.pipeline import SyncResult
from tests.catalogue import Catalogue, home, homes


@pytest.fixture
async def allowed(catalogue: Catalogue) -> Any:
    """Add the rule "few_rooms", at most seven bedrooms, with these settings."""

    async def add(severity: str = "warning", **config: Any) -> None:
        await catalogue.superuser.execute(
            "insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity)"
            " values ('few_rooms', 'bedrooms', 'range', $1, $2)",
            json.dumps({"max": 7, **config}),
            severity,
        )

    return add


def rooms(large: int, count: int = 40, **fields: Any) -> list[dict[str, Any]]:
    """So many homes, the first of them with nine bedrooms."""
    return [
        home(number, **({"bedrooms": 9} if number <= large else {}), **fields)
        for number in range(1, count + 1)
    ]


def of_rules(result: SyncResult) -> list[str]:
    return [reason.sentence for reason in result.reasons if reason.code == "rule_share"]


async def test_a_share_above_what_a_rule_allows_holds_the_plan(catalogue: Catalogue, allowed: Any) -> None:
    """Up to it the session passes; the sentence says rule, share, threshold, example and what to type."""
    await allowed(fail_above=0.05)
    assert (await catalogue.run(rooms(2), dry_run=True)).status == "planned"

    held = await catalogue.run(rooms(3))

    assert (
        held.status,
        await catalogue.superuser.fetchval("select count(*) from public.properties_live"),
    ) == (
        "held",
        0,
    )
    (sentence,) = of_rules(held)
    assert sentence == (
        "rule few_rooms: 3 of 40 rows (7.5 %) fail it, and it allows 5 %: such as row 1, bedrooms 9 is"
        f" outside −∞ … 7; see rules test few_rooms --session-id {str(held.session_id)[:8]},"
        " then correct the source or the rule, or approve the plan"
    )
    assert (await catalogue.approve(held)).status == "applied"


async def test_a_share_above_what_is_usual_is_warned_of(catalogue: Catalogue, allowed: Any) -> None:
    """Up to it nothing is said; the plan is applied either way."""
    await allowed(warn_above=0.05)
    few = await catalogue.run(rooms(2), dry_run=True)
    many = await catalogue.run(rooms(3))
    assert [each for each in few.warnings if "few_rooms" in each] == []
    assert (many.status, [each[:39] for each in many.warnings if "few_rooms" in each]) == (
        "applied",
        ["rule few_rooms: 3 of 40 rows (7.5 %) fa"],
    )


async def test_what_holds_a_plan_is_not_warned_of_too(catalogue: Catalogue, allowed: Any) -> None:
    await allowed(warn_above=0.01, fail_above=0.05)
    held = await catalogue.run(rooms(3), dry_run=True)
    assert (len(of_rules(held)), [each for each in held.warnings if "few_rooms" in each]) == (1, [])


async def test_the_share_is_of_the_rows_that_the_rule_judges(catalogue: Catalogue, allowed: Any) -> None:
    """Three of five rents are too many, though they are few of all rows; those of sales do not count."""
    await allowed(fail_above=0.1, when={"operation_type": "rent"})
    rents = [home(number, operation_type="rent", price=9_000) for number in range(101, 106)]
    large = [{**row, "bedrooms": 9} if index < 3 else row for index, row in enumerate(rents)]
    assert of_rules(await catalogue.run([*rooms(20, 60), *rents], dry_run=True)) == []

    (sentence,) = of_rules(await catalogue.run([*homes(60), *large], dry_run=True))

    assert sentence.startswith(
        "rule few_rooms: 3 of 5 rows (60 %) fail it, and it allows 10 %: such as row 61"
    )


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
async def test_rows_that_do_not_change_count_as_before(
    catalogue: Catalogue, allowed: Any, severity: str
) -> None:
    """Whether they were set aside, flagged or noted: each session is held for as long as they fail."""
    await allowed(severity, fail_above=0.05)
    held = await catalogue.run(rooms(3))
    await catalogue.approve(held)
    again = await catalogue.run(rooms(3), day=1, dry_run=True)
    assert [each[:40] for each in of_rules(again)] == ["rule few_rooms: 3 of 40 rows (7.5 %) fai"]


async def test_a_rule_of_another_source_holds_nothing(catalogue: Catalogue, allowed: Any) -> None:
    await allowed(fail_above=0, when={"source": "somebody"})
    assert of_rules(await catalogue.run(rooms(3), dry_run=True)) == []
