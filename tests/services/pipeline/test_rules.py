"""Rules: what each kind finds, what a finding does, and what becomes of a rule that fails itself."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from services.pipeline import SyncResult
from tests.catalogue import Catalogue, Row, home, homes


class Rules:
    """The rule set of one database, changed as its owner would."""

    def __init__(self, superuser: asyncpg.Connection) -> None:
        self._superuser = superuser

    async def add(
        self, name: str, kind: str, field: str | None = None, *, severity: str = "error", **config: Any
    ) -> None:
        await self._superuser.execute(
            "insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity)"
            " values ($1, $2, $3, $4, $5)",
            *(name, field, kind, json.dumps(config), severity),
        )

    async def function(self, name: str, body: str) -> None:
        await self._superuser.execute(
            f"create function property_manager_rules.{name}(r public.property_scrapes_staging) returns text"
            f" language plpgsql as $$ begin {body} end $$;"
            f"alter function property_manager_rules.{name} owner to property_manager_owner"
        )

    async def version(self, name: str) -> int:
        version: int = await self._superuser.fetchval(
            "select version from public.validation_rules where rule_name = $1", name
        )
        return version

    async def change(self, assignment: str, name: str) -> None:
        await self._superuser.execute(
            f"update public.validation_rules set {assignment} where rule_name = $1", name
        )


@pytest.fixture
def rules(superuser: asyncpg.Connection) -> Rules:
    return Rules(superuser)


async def findings(catalogue: Catalogue, result: SyncResult) -> set[tuple[int | None, str, str]]:
    rows = await catalogue.superuser.fetch(
        "select row_no, rule_name, outcome from property_manager.findings where session_id = $1",
        result.session_id,
    )
    return {tuple(row) for row in rows}


KINDS: dict[str, tuple[str, str | None, dict[str, Any], Row, str]] = {
    "required": ("required", "agency_name", {}, {"agency_name": ""}, "agency_name is missing"),
    "range": ("range", "total_floors", {"min": 1, "max": 200}, {"total_floors": 201},
              "total_floors 201 is outside 1 … 200"),
    "range without end": ("range", "age_years", {"min": 0}, {"age_years": -1},
                          "age_years -1 is outside 0 … ∞"),
    "pattern": ("pattern", "postal_code", {"regex": "^\\d{5}$"}, {"postal_code": "ABC"},
                'postal_code "ABC" does not match ^\\d{5}$'),
    "one_of": ("one_of", "property_type", {"values": ["Casa", "Lote"]}, {"property_type": "Iglú"},
               'property_type "Iglú" is not one of Casa, Lote'),
    "length": ("length", "state", {"min": 2, "max": 5}, {"state": "Yucatán"},
               "state has 7 characters, not 2 … 5"),
    "compare": ("compare", "floor_number", {"operator": "<=", "other_field": "total_floors"},
                {"floor_number": 4, "total_floors": 3}, "floor_number 4 should be <= total_floors 3"),
    "certain": ("certain", "price_max", {}, {"price_max": "$5 - $900,000"},
                'price_max "$5 - $900,000" is doubtful: the ends of the range are more than 100 × apart'
                " (5 … 900000 or 900000)"),
    "unique": ("unique", "message_url", {}, {"message_url": "https://acme.example/same"},
               "message_url is shared with another listing of the source"),
    "custom": ("custom", None, {"function": "no_igloos"}, {"title": "Iglú"}, "no igloos"),
}  # fmt: skip


async def test_each_kind_of_rule_finds_its_row(catalogue: Catalogue, rules: Rules) -> None:
    await rules.function("no_igloos", "if r.title = 'Iglú' then return 'no igloos'; end if; return null;")
    for name, (kind, field, config, _, _) in KINDS.items():
        await rules.add(name, kind, field, **config)
    fine = {
        "agency_name": "Acme", "total_floors": 3, "age_years": 1, "postal_code": "97000", "state": "Yuc",
        "floor_number": 3,
    }  # fmt: skip
    bad = [home(number, **{**fine, **row}) for number, (*_, row, _) in enumerate(KINDS.values(), 1)]
    twin = home(99, **fine, message_url="https://acme.example/same")

    result = await catalogue.run([*bad, twin, *(home(n, **fine) for n in range(50, 70))])

    found = await catalogue.superuser.fetch(
        "select row_no, rule_name, reason from property_manager.findings"
        " where session_id = $1 order by row_no",
        result.session_id,
    )
    expected = [(number, name, reason) for number, (name, (*_, reason)) in enumerate(KINDS.items(), 1)] + [
        (len(KINDS) + 1, "unique", KINDS["unique"][-1])
    ]
    assert [tuple(row) for row in found] == expected
    assert result.metrics.quarantined_properties == len(expected)


async def test_a_doubtful_price_sets_its_row_aside_with_its_readings(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))

    result = await catalogue.run([home(1, price="$5 - $900,000", bedrooms=4), *homes(9)[1:]], day=1)

    assert await catalogue.quarantined(result) == {1: ["price_is_certain"]}
    live = await catalogue.live()
    assert (live["price"], live["bedrooms"], live["status"]) == (1_001_000, 3, "active")
    issues = await catalogue.superuser.fetchval(
        "select issues::text from public.property_scrapes_staging where session_id = $1 and row_no = 1",
        result.session_id,
    )
    (doubt,) = catalogue.read(issues)
    assert (doubt["field"], doubt["kind"], doubt["text"]) == ("price", "doubtful", "$5 - $900,000")
    assert doubt["readings"] == ["5 … 900000", "900000"]


async def test_another_doubtful_cell_leaves_live_as_it_is(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, price_max=1_200_000)])

    result = await catalogue.run([home(1, price_max="$5 - $900,000", bedrooms=4)], day=1)

    live = await catalogue.live()
    assert (live["price_max"], live["bedrooms"]) == (1_200_000, 4)
    assert result.metrics.quarantined_properties == 0


async def test_only_errors_set_a_row_aside(catalogue: Catalogue, rules: Rules) -> None:
    for severity in ("error", "warning", "info"):
        await rules.add(
            f"{severity} rule", "range", "bedrooms", severity=severity, max={"error": 9}.get(severity, 5)
        )

    result = await catalogue.run([home(1, bedrooms=6), home(2, bedrooms=10), *homes(9)[2:]])

    assert await catalogue.quarantined(result) == {2: ["error rule"]}
    assert {row[1] for row in await findings(catalogue, result) if row[0] == 1} == {
        "warning rule",
        "info rule",
    }


async def test_a_quarantined_row_has_rule_version_value_and_reason(catalogue: Catalogue) -> None:
    result = await catalogue.run([home(1, bedrooms=400), *homes(9)[1:]])

    (reason,) = catalogue.read(
        await catalogue.superuser.fetchval(
            "select reasons::text from property_manager.quarantine where session_id = $1", result.session_id
        )
    )
    assert reason == {
        "rule": "bedrooms_range",
        "version": 1,
        "field": "bedrooms",
        "value": "400",
        "reason": "bedrooms 400 is outside 0 … 200",
    }


async def test_a_row_synced_without_rules_is_validated_later(catalogue: Catalogue) -> None:
    rows = [home(1, bedrooms=400), *homes(9)[1:]]
    first = await catalogue.run(rows, with_rules=False)
    assert first.metrics.quarantined_properties == 0

    second = await catalogue.run(rows, day=1)

    assert await catalogue.quarantined(second) == {1: ["bedrooms_range"]}


async def test_a_rules_version_follows_its_effect_not_its_text(rules: Rules) -> None:
    await rules.add("floors", "range", "total_floors", max=100)
    await rules.change("description = 'Storeys.'", "floors")
    assert await rules.version("floors") == 1

    await rules.change("""rule_config = '{"max": 50}'""", "floors")
    await rules.change("severity = 'warning'", "floors")
    await rules.change("is_active = false", "floors")
    assert await rules.version("floors") == 4


REFUSED: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    'there is no listing field "rooms"': ("required", "rooms", {}),
    "a range needs a numeric field": ("range", "title", {"min": 1}),
    "a range needs min, max or both": ("range", "price", {}),
    "min and max must be numbers": ("range", "price", {"min": "a"}),
    "min and max must be whole numbers": ("length", "title", {"max": 1.5}),
    "a pattern needs a regex": ("pattern", "title", {}),
    "parentheses": ("pattern", "title", {"regex": "("}),
    "one_of needs a list of values": ("one_of", "title", {"values": "a"}),
    "compare needs an operator": ("compare", "price", {"operator": "; drop", "other_field": "price_max"}),
    "compare needs an other_field of the same type": (
        "compare", "price", {"operator": "<", "other_field": "title"}),
    "there is no function property_manager_rules.nothing": ("custom", None, {"function": "nothing"}),
    "scaled must be true or false": ("range", "price", {"min": 1, "scaled": "yes"}),
    "only a price is judged": ("likely", "bedrooms", {}),
    "times must be a number of at least 3": ("likely", "price", {"times": 2}),
    "homes must be a whole number of at least 5": ("likely", "price", {"homes": 4}),
    "a rule of the kind likely judges all rows": ("likely", "price", {"when": {"city": "Leeds"}}),
    "a rule of the kind unique judges all rows": ("unique", "title", {"when": {"city": "Leeds"}}),
    "when must be {field: value or values}": ("required", "title", {"when": ["city"]}),
    'when: there is no text field "town"': ("required", "title", {"when": {"town": "Leeds"}}),
    'when: there is no text field "price"': ("required", "title", {"when": {"price": "5"}}),
    'when: there is no text field "city", or its values are no texts': (
        "required", "title", {"when": {"city": [5]}}),
}  # fmt: skip


async def test_an_invalid_rule_is_refused_when_written(rules: Rules) -> None:
    for words, (kind, field, config) in REFUSED.items():
        with pytest.raises(asyncpg.InvalidParameterValueError, match="rule bad: .*" + words):
            await rules.add("bad", kind, field, **config)
    with pytest.raises(asyncpg.CheckViolationError):
        await rules.add("bad", "guess", "title")


async def test_a_rule_is_data_whatever_it_is_called(catalogue: Catalogue, rules: Rules) -> None:
    odd = "it's; drop table x -- \\ %s $1"
    await rules.add(odd, "one_of", "property_type", severity="warning", values=[odd, "%I", "{'\""])
    await rules.add(odd + "p", "pattern", "title", severity="warning", regex="^it's %s \\$1$")

    result = await catalogue.run(homes(2))

    assert await findings(catalogue, result) == {
        (n, odd + end, "failed") for n in (1, 2) for end in ("", "p")
    }


RAISES = "if r.title = 'Bad' then raise exception 'division by cucumber'; end if; return null;"


@pytest.mark.parametrize(("severity", "quarantined"), [("error", 1), ("warning", 0)])
async def test_a_rule_that_raises_is_errored_for_that_row(
    catalogue: Catalogue, rules: Rules, severity: str, quarantined: int
) -> None:
    await rules.function("raises", RAISES)
    await rules.add("raising", "custom", severity=severity, function="raises")

    result = await catalogue.run([home(1, title="Bad"), *homes(9)[1:]])

    assert await findings(catalogue, result) == {(1, "raising", "errored")}
    assert result.metrics.quarantined_properties == quarantined
    assert (result.status, result.metrics.new_properties) == ("applied", 9 - quarantined)


NEVER_ENDS = "if r.title = 'Bad' then perform pg_sleep(600); end if; return null;"


@pytest.mark.parametrize(("severity", "status"), [("error", "held"), ("warning", "applied")])
async def test_a_rule_that_never_ends_is_errored_and_never_passed(
    catalogue: Catalogue, rules: Rules, severity: str, status: str
) -> None:
    await rules.function("sleeps", NEVER_ENDS)
    await rules.add("sleeping", "custom", severity=severity, function="sleeps")

    result = await catalogue.run([home(1, title="Bad"), *homes(9)[1:]], rule_seconds=0.3)

    assert await findings(catalogue, result) == {(None, "sleeping", "errored")}
    assert result.status == status
    reported = [reason.sentence for reason in result.reasons] or list(result.warnings)
    assert "rule sleeping could not be checked: it did not end within 0.3 s" in reported[0]


async def test_a_pattern_that_never_ends_is_errored_and_never_passed(
    catalogue: Catalogue, rules: Rules
) -> None:
    """It is ended within its time, the plan is held by its name, and the other rules are checked."""
    await rules.add(
        "endless", "pattern", "description", regex=r"^(.{1,200})(.{1,200})(.{1,200})(.{1,200})\4\3\2\1$"
    )

    result = await catalogue.run([home(1, description="ab" * 300 + "d", bedrooms=400)], rule_seconds=0.5)

    assert await findings(catalogue, result) == {
        (None, "endless", "errored"),
        (1, "bedrooms_range", "failed"),
        (1, "bedrooms_usual", "failed"),
    }
    assert "rule_not_run" in [reason.code for reason in result.reasons]
    assert any(
        "rule endless could not be checked: it did not end" in each.sentence for each in result.reasons
    )


async def test_a_rule_whose_function_is_gone_cannot_run_at_all(catalogue: Catalogue, rules: Rules) -> None:
    await rules.function("fleeting", "return null;")
    await rules.add("fleeting", "custom", function="fleeting")
    await catalogue.superuser.execute("drop function property_manager_rules.fleeting")

    result = await catalogue.run(homes(9))

    assert await findings(catalogue, result) == {(None, "fleeting", "errored")}
    assert [reason.code for reason in result.reasons] == ["rule_not_run"]
    assert result.metrics.quarantined_properties == 0


async def test_a_built_in_rule_that_raises_stops_no_other(
    catalogue: Catalogue, rules: Rules, superuser: asyncpg.Connection
) -> None:
    await rules.add("odd", "length", "title", max=1)
    await superuser.execute("alter table public.validation_rules disable trigger check_rule")
    await rules.change("""rule_config = '{"max": "many"}'""", "odd")

    result = await catalogue.run([home(1, bedrooms=400), *homes(9)[1:]])

    assert await findings(catalogue, result) == {
        (None, "odd", "errored"),
        (1, "bedrooms_range", "failed"),
        (1, "bedrooms_usual", "failed"),
    }
    assert result.status == "held"


async def test_accepted_rows_are_validated_again_when_rules_change(
    catalogue: Catalogue, rules: Rules
) -> None:
    await catalogue.run(homes(9))
    again = await catalogue.run([home(1, price=5_000), *homes(9)[1:]], day=1)
    await rules.add("floors", "range", "total_floors", max=100)
    anew = await catalogue.run(homes(9), day=2)
    after = await catalogue.run(homes(9), day=3)

    counted = [len(await catalogue.candidates(result)) for result in (again, anew, after)]
    assert counted == [1, 9, 0]


async def test_warnings_are_carried_over_and_weigh_in_every_session(catalogue: Catalogue) -> None:
    rows = [home(n, price=500) for n in range(1, 10)]
    scores = [(await catalogue.run(rows, day=day)).metrics.data_quality_score for day in range(3)]

    assert scores[0] is not None and scores[0] < 1
    assert scores == [scores[0]] * 3


async def verification(catalogue: Catalogue) -> tuple[str, float]:
    live = await catalogue.live()
    return live["verification_status"], float(live["data_quality_score"])


async def test_a_warning_flags_a_listing_until_it_is_gone(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, price=500)])
    assert await verification(catalogue) == ("flagged", 0.9)

    await catalogue.run([home(1)], day=1)
    assert await verification(catalogue) == ("unverified", 1.0)

    await catalogue.run([home(1, price=600)], day=2)
    assert await verification(catalogue) == ("flagged", 0.9)


async def test_a_new_rule_flags_listings_that_did_not_change(catalogue: Catalogue, rules: Rules) -> None:
    await catalogue.run(homes(3))
    await rules.add("few bedrooms", "range", "bedrooms", severity="warning", max=2)

    result = await catalogue.run(homes(3), day=1)
    assert await verification(catalogue) == ("flagged", 0.9)
    assert (result.metrics.unchanged_properties, await catalogue.changes(result)) == (3, [])

    await rules.change("is_active = false", "few bedrooms")
    await catalogue.run(homes(3), day=2)
    assert await verification(catalogue) == ("unverified", 1.0)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"gps_coordinates": "20.9,-89.5"}, "gps_agrees"),
        ({"price_per_m2": 1_000, "total_area_m2": 100, "price": 130_000}, "unit_price_agrees"),
        ({"price": 999}, "price_range"),
        ({"price": 50_000_001}, "price_range"),
        ({"price": 50_000_001, "operation_type": None}, "price_range"),
        ({"price": 40_000, "currency": "JPY"}, "price_range"),
        ({"bedrooms": 21}, "bedrooms_usual"),
        ({"bathrooms": 16}, "bathrooms_usual"),
        ({"price": 300_000, "operation_type": "rent", "price_period": "month"}, "rent_per_month"),
        ({"price": 300_000, "operation_type": "rent"}, "rent_per_month"),
        ({"price": 10, "operation_type": "rent", "price_period": "week"}, "rent_per_week"),
        ({"price": 60_000, "operation_type": "rent", "price_period": "night"}, "rent_per_night"),
        ({"price": 400, "operation_type": "rent", "price_period": "year"}, "rent_per_year"),
    ],
)
async def test_the_rules_a_catalogue_starts_with(catalogue: Catalogue, row: Row, rule: str) -> None:
    result = await catalogue.run([home(1, **row)])

    assert await findings(catalogue, result) == {(1, rule, "failed")}


@pytest.mark.parametrize(
    "row",
    [
        {"bathrooms": 12},
        {"bedrooms": 20, "bathrooms": 15},
        {"price": 850, "operation_type": "rent", "price_period": "month"},
        {"price": 90, "operation_type": "rent", "price_period": "night"},
        {"price": 15_000_000, "operation_type": "rent", "price_period": "month", "currency": "IDR"},
        {"price": 90_000_000_000, "currency": "VND"},
        {"price": 980_000_000, "currency": "COP"},
    ],
)
async def test_what_homes_can_be_is_not_warned_of(catalogue: Catalogue, row: Row) -> None:
    """Rents are judged as rents of their period, and each price in its own currency."""
    assert await findings(catalogue, await catalogue.run([home(1, **row)])) == set()


@pytest.mark.parametrize(
    "row", [{"bathrooms": 11}, {"bathrooms": 40}, {"bedrooms": 60}, {"price": 10, "operation_type": "rent"}]
)
async def test_the_unlikely_goes_live(catalogue: Catalogue, row: Row) -> None:
    result = await catalogue.run([home(1, **row)])

    assert await catalogue.quarantined(result) == {}


@pytest.mark.parametrize(
    ("row", "failing"),
    [
        ({"operation_type": "rent", "property_type": "Casa", "bedrooms": 9}, True),
        ({"operation_type": "rent", "property_type": "", "bedrooms": 9}, True),
        ({"operation_type": "rent", "property_type": "Lote", "bedrooms": 9}, False),
        ({"operation_type": "sale", "property_type": "Casa", "bedrooms": 9}, False),
        ({"operation_type": "", "property_type": "Casa", "bedrooms": 9}, False),
        ({"operation_type": "rent", "property_type": "Casa", "bedrooms": 2}, False),
    ],
)
async def test_a_rule_can_be_of_some_rows_only(
    catalogue: Catalogue, rules: Rules, row: Row, failing: bool
) -> None:
    """`when` names fields and the values, or lack of one, that they must have."""
    when = {"operation_type": "rent", "property_type": ["Casa", "Casa sola", None]}
    await rules.add("rented", "range", "bedrooms", severity="warning", max=5, when=when)

    result = await catalogue.run([home(1, **row)])

    assert ((1, "rented", "failed") in await findings(catalogue, result)) is failing
